// How lots are dated: the campaign before the tier before the wallet type, expiries that slide, and
// what does not fit together.
#include "members-svc/domain/lot_policy.h"

#include <gtest/gtest.h>

#include <functional>
#include <map>

#include "lib/base/timestamps.h"
#include "members-svc/domain/campaign_validation.h"
#include "members-svc/domain/lot_replay.h"
#include "members-svc/domain/program_validation.h"
#include "members-svc/domain/schedule.h"
#include "members-svc/domain/verify.h"
#include "tests/members-svc/ledger/book.h"

namespace laurel::members {
namespace {

using status::ReasonOf;
using testing::Book;
using testing::kDay;
using testing::kId;
using testing::kNow;
using Policy = v1::ExpiryPolicy;

v1::LotPolicy Days(int expiry, int pending) {
  v1::LotPolicy policy;
  policy.mutable_expiry()->set_form(Policy::FORM_DAYS);
  policy.mutable_expiry()->set_count(expiry);
  if (pending >= 0) policy.mutable_pending()->set_days(pending);
  return policy;
}

TEST(LotPolicy, TheCampaignsPartsOverrideTheTiersAndThoseTheWalletTypes) {
  v1::WalletType type;
  type.mutable_expiry()->set_form(Policy::FORM_DAYS);
  type.mutable_expiry()->set_count(100);
  type.set_pending_event_days(14);
  const v1::LotPolicy tier = Days(200, 3);
  v1::LotPolicy campaign = Days(7, -1);
  EXPECT_EQ(RulesOf(type, {}).expiry->count(), 100);
  EXPECT_EQ(RulesOf(type, {}).pending_event_days, 14);
  EXPECT_EQ(RulesOf(type, {nullptr, &tier}).expiry->count(), 200);
  const LotRules both = RulesOf(type, {&campaign, &tier});
  EXPECT_EQ(both.expiry->count(), 7);
  EXPECT_EQ(both.pending_days, 3) << "the campaign says nothing about pending";
  EXPECT_EQ(both.pending_event_days, 0);
  EXPECT_FALSE(both.keeps_date);
  type.mutable_expiry()->add_sliding_on(Policy::ACTIVITY_SPEND);
  EXPECT_FALSE(RulesOf(type, {}).keeps_date);
  EXPECT_TRUE(RulesOf(type, {&campaign}).keeps_date);
  campaign.clear_expiry();
  campaign.mutable_pending();
  EXPECT_FALSE(RulesOf(type, {&campaign}).keeps_date);
  EXPECT_EQ(RulesOf(type, {&campaign}).pending_event_days, 0) << "active at once";
}

TEST(Sliding, PushesWhatIsActiveAndNothingElse) {
  Book book;
  const int64_t soon = kNow + 5 * kDay;
  ASSERT_TRUE(book.Earn(10, soon).ok());
  ASSERT_TRUE(book.Earn(20, kNow + 20 * kDay).ok());
  ASSERT_TRUE(book.Earn(30, kNow + 6 * kDay, kNow + kDay).ok());  // pending
  ASSERT_TRUE(book.Earn(40, KeepingDate(soon)).ok());             // a campaign's own date
  ASSERT_TRUE(book.Earn(50).ok());
  const size_t before = book.entries.size();
  const Push push{.expire_us = kNow + 10 * kDay, .occur_us = kNow, .cause_seq = 5, .order_id = {}};
  const auto extend = [&](Wallet& w, const Moment& m, std::vector<LedgerEntry>& out) {
    Extend(w, m, push, out);
    return absl::OkStatus();
  };
  ASSERT_TRUE(book.Do(extend).ok());
  ASSERT_EQ(book.entries.size(), before + 1);
  const LedgerEntry& entry = book.entries.back();
  EXPECT_EQ(entry.kind, v1::ENTRY_KIND_EXTENSION);
  EXPECT_EQ(entry.lots, (Lots{{0, soon, 10}}));
  EXPECT_EQ(entry.refunded_seq, 5);
  EXPECT_EQ(entry.active_delta + entry.pending_delta + entry.reserved_delta, 0);
  EXPECT_EQ(book.wallet.lots, (Lots{{0, KeepingDate(soon), 40},
                                    {kNow + kDay, kNow + 6 * kDay, 30},
                                    {0, kNow + 10 * kDay, 10},
                                    {0, kNow + 20 * kDay, 20},
                                    {0, kNeverUs, 50}}));
  ASSERT_TRUE(book.Do(extend).ok());
  EXPECT_EQ(book.entries.size(), before + 1) << "what ends there already is not pushed again";
  LotReplay replay([](const LedgerEntry&) { return 0; });
  for (const LedgerEntry& one : book.entries) ASSERT_EQ(replay.Apply(one), "");
  EXPECT_EQ(replay.OpenLots(), book.wallet.lots);
  AccountSums sums;
  EXPECT_TRUE(VerifyWallet(kId, book.wallet, book.entries, 0, sums).empty());
  book.now = soon;
  ASSERT_TRUE(book.Touch().ok());
  EXPECT_EQ(book.wallet.lifetime_expired, 40) << "only what keeps its date";
}

absl::Status Join(Wallet& w, const Moment& m, std::vector<LedgerEntry>& out) {
  JoinLots(w, m, out);
  return absl::OkStatus();
}

TEST(OpenLots, BeyondThePolicyDatesOfTheSameFewDaysBecomeTheLastOfThem) {
  Book book;  // begins at a multiple of 8 days
  book.policy.set_max_open_lots(3);
  for (const int day : {8, 16, 17, 40}) ASSERT_TRUE(book.Earn(day, kNow + day * kDay).ok());
  ASSERT_TRUE(book.Earn(1, KeepingDate(kNow + 17 * kDay)).ok());
  ASSERT_TRUE(book.Do(Join).ok());
  EXPECT_EQ(book.wallet.lots, (Lots{{0, KeepingDate(kNow + 17 * kDay), 1},
                                    {0, kNow + 17 * kDay, 41},
                                    {0, kNow + 40 * kDay, 40}}));
  const size_t before = book.entries.size();
  ASSERT_TRUE(book.Do(Join).ok());
  EXPECT_EQ(book.entries.size(), before) << "there is room now";
}

TEST(OpenLots, EarningDailyForThreeYearsStaysWithinTheNumberAndAWeekOfThePolicy) {
  Book book;
  std::map<int64_t, int64_t> earliest;  // per expiry now, the first that any of its points had
  LotReplay replay([](const LedgerEntry&) { return 0; });
  for (int day = 0; day < 1095; ++day) {
    const int64_t expire = book.now + 365 * kDay;
    const size_t before = book.entries.size();
    ASSERT_TRUE(book.Earn(1 + day % 7, expire).ok());
    earliest.emplace(expire, expire);
    ASSERT_TRUE(book.Do(Join).ok());
    for (size_t i = before; i < book.entries.size(); ++i) {
      const LedgerEntry& entry = book.entries[i];
      ASSERT_EQ(replay.Apply(entry), "");
      if (entry.kind != v1::ENTRY_KIND_EXTENSION) continue;
      for (const Lot& lot : entry.lots) {
        earliest[entry.expire_us] = std::min(earliest[entry.expire_us], earliest[lot.expire_us]);
      }
      ASSERT_LT(entry.expire_us - earliest[entry.expire_us], 8 * kDay) << "day " << day;
    }
    ASSERT_LE(book.wallet.lots.size(), static_cast<size_t>(kDefaultOpenLots));
    book.now += kDay;
  }
  EXPECT_EQ(replay.OpenLots(), book.wallet.lots);
  AccountSums sums;
  EXPECT_TRUE(VerifyWallet(kId, book.wallet, book.entries, 0, sums).empty());
}

constexpr absl::CivilDay kToday(2026, 3, 10);

v1::WalletType Sliding() {
  v1::WalletType type;
  type.mutable_expiry()->set_form(Policy::FORM_MONTHS);
  type.mutable_expiry()->set_count(6);
  type.mutable_expiry()->add_sliding_on(Policy::ACTIVITY_SPEND);
  return type;
}

TEST(WalletTypePolicies, AnExpiryThatCannotSlideOrIsOverBeforeItBeginsIsRefused) {
  ASSERT_TRUE(ValidateWalletType(Sliding(), kToday).ok());
  const std::vector<std::function<void(v1::WalletType&)>> mistakes = {
      [](v1::WalletType& t) { t.mutable_expiry()->add_sliding_on(Policy::ACTIVITY_SPEND); },
      [](v1::WalletType& t) { t.mutable_expiry()->add_sliding_on(Policy::ACTIVITY_UNSPECIFIED); },
      [](v1::WalletType& t) {
        t.mutable_expiry()->add_sliding_on(static_cast<Policy::Activity>(9));
      },
      [](v1::WalletType& t) {
        t.mutable_expiry()->set_form(Policy::FORM_NEVER);
        t.mutable_expiry()->clear_count();
      },
      [](v1::WalletType& t) {
        t.mutable_expiry()->set_form(Policy::FORM_FIXED_DATES);
        t.mutable_expiry()->clear_count();
        t.mutable_expiry()->add_fixed_dates("12-31");
      },
      [](v1::WalletType& t) {
        t.mutable_expiry()->Clear();
        t.mutable_expiry()->set_form(Policy::FORM_FIXED_DATES);
        t.mutable_expiry()->add_fixed_dates("2026-03-20");
        t.set_pending_days(11);
      },
  };
  for (size_t i = 0; i < mistakes.size(); ++i) {
    v1::WalletType type = Sliding();
    mistakes[i](type);
    EXPECT_EQ(ReasonOf(ValidateWalletType(type, kToday)), "WALLET_TYPE_INVALID") << "mistake " << i;
  }
  v1::WalletType in_time = Sliding();
  mistakes.back()(in_time);
  in_time.set_pending_days(10);
  EXPECT_TRUE(ValidateWalletType(in_time, kToday).ok());
}

TEST(CampaignPolicies, LotsThatEndBeforeTheyBeginOrSlideAreRefused) {
  const std::vector<WalletTypeRules> types = {{.wallet_no = 1, .policy = [] {
                                                 v1::WalletType type = Sliding();
                                                 type.set_code("points");
                                                 type.set_pending_days(14);
                                                 return type;
                                               }()}};
  v1::Campaign sound;
  sound.set_wallet_type("points");
  sound.mutable_fixed_points()->set_points(5);
  sound.mutable_lots()->mutable_expiry()->set_form(Policy::FORM_FIXED_DATES);
  sound.mutable_lots()->mutable_expiry()->add_fixed_dates("2026-03-24");
  const SavedAt at{absl::FromCivil(kToday, absl::UTCTimeZone()), absl::UTCTimeZone()};
  ASSERT_TRUE(ValidateCampaign(sound, types, at).ok()) << ValidateCampaign(sound, types, at);
  const std::vector<std::function<void(v1::Campaign&)>> mistakes = {
      [](v1::Campaign& c) {  // active on the 25th, over on the 24th
        base::SetTimestamp(absl::FromCivil(kToday + 1, absl::UTCTimeZone()),
                           c.mutable_start_time());
      },
      [](v1::Campaign& c) { c.mutable_lots()->mutable_pending()->set_days(15); },
      [](v1::Campaign& c) { c.mutable_lots()->mutable_expiry()->add_fixed_dates("2026-13-01"); },
      [](v1::Campaign& c) { *c.mutable_lots() = Days(0, 0); },
      [](v1::Campaign& c) { *c.mutable_lots()->mutable_expiry() = Sliding().expiry(); },
      [](v1::Campaign& c) {
        c.mutable_lots()->mutable_pending()->set_days(1);
        c.mutable_lots()->mutable_pending()->set_event_days(1);
      },
      [](v1::Campaign& c) { c.mutable_multiplier()->set_factor_bps(5000); },
  };
  for (size_t i = 0; i < mistakes.size(); ++i) {
    v1::Campaign campaign = sound;
    mistakes[i](campaign);
    EXPECT_EQ(ReasonOf(ValidateCampaign(campaign, types, at)), "CAMPAIGN_INVALID") << i;
  }
}

}  // namespace
}  // namespace laurel::members
