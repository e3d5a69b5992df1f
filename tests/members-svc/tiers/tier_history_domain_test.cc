// What tiers count of entries and orders, and what of a tier set is refused.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "lib/base/timestamps.h"
#include "lib/status/error.h"
#include "members-svc/domain/tier_change.h"
#include "members-svc/domain/tier_history.h"
#include "members-svc/domain/tier_validation.h"
#include "tests/members-svc/tiers/sets.h"

namespace laurel::members {
namespace {

using ::testing::HasSubstr;
using testing::SetOf;
using testing::Us;
using Downgrade = v1::TierDowngrade;

std::string Text(const std::vector<TierAmount>& amounts) {
  std::string out;
  for (const TierAmount& amount : amounts) {
    out += std::to_string(amount.amount) + "@" + std::to_string(amount.at_us) + " ";
  }
  return out;
}

TEST(TierHistory, WhatIsTakenBackIsTakenOffWhereItWasEarned) {
  std::vector<EarningEntry> entries = {
      {.seq = 1, .kind = v1::ENTRY_KIND_ACCRUAL, .occur_us = 500, .delta = 100},
      {.seq = 2, .kind = v1::ENTRY_KIND_ACCRUAL, .occur_us = 100, .delta = 40},
      {.seq = 5,
       .kind = v1::ENTRY_KIND_CLAW_BACK,
       .occur_us = 900,
       .delta = -30,
       .refunded_seq = 1},
  };
  EXPECT_EQ(Text(EarnedAmounts(entries)), "40@100 70@500 ");
  // The claw-back is undone: as if it had never been.
  entries.push_back(
      {.seq = 6, .kind = v1::ENTRY_KIND_REVERSAL, .occur_us = 950, .delta = 30, .refunded_seq = 5});
  EXPECT_EQ(Text(EarnedAmounts(entries)), "40@100 100@500 ");
  entries.push_back({.seq = 7,
                     .kind = v1::ENTRY_KIND_REVERSAL,
                     .occur_us = 960,
                     .delta = -40,
                     .refunded_seq = 2});
  // What undoes an adjustment (seq 3, not among them) is no earning.
  entries.push_back({.seq = 8,
                     .kind = v1::ENTRY_KIND_REVERSAL,
                     .occur_us = 970,
                     .delta = -999,
                     .refunded_seq = 3});
  EXPECT_EQ(Text(EarnedAmounts(entries)), "100@500 ");
  // A return could take 25 of them no more, for they had expired.
  EXPECT_EQ(Text(EarnedAmounts(entries, {{.accrual_seq = 1, .points = 25}})), "75@500 ");
}

TEST(TierHistory, PointsWhoseEventNeverCameWereNeverEarned) {
  // Two accruals waited for the same instant; they are cancelled as one lot, less what a person had
  // cancelled.
  const std::vector<EarningEntry> entries = {
      {.seq = 1, .kind = v1::ENTRY_KIND_ACCRUAL, .occur_us = 10, .delta = 5, .activate_us = -900},
      {.seq = 2, .kind = v1::ENTRY_KIND_ACCRUAL, .occur_us = 20, .delta = 7, .activate_us = -900},
      {.seq = 3, .kind = v1::ENTRY_KIND_ACCRUAL, .occur_us = 30, .delta = 9, .activate_us = -901},
      {.seq = 4,
       .kind = v1::ENTRY_KIND_CANCELLATION,
       .occur_us = 100,
       .delta = -7,
       .refunded_seq = 2},
      {.seq = 5, .kind = v1::ENTRY_KIND_CANCELLATION, .occur_us = 900, .delta = -5},
  };
  EXPECT_EQ(Text(EarnedAmounts(entries)), "9@30 ");
}

TEST(TierHistory, AReceiptThatIsSplitIsOneVisitAndThreeOrders) {
  const absl::TimeZone zone = testing::York();
  const auto at = [&](int day, int hour) {
    return Us(absl::CivilSecond(2026, 3, day, hour), zone);
  };
  const std::vector<BoughtOrder> orders = {
      {at(1, 23), 100, true, "north"}, {at(1, 9), 200, true, "north"},
      {at(1, 10), 300, true, "south"}, {at(2, 0), 400, true, "north"},
      {at(2, 1), 0, true, ""},         {at(2, 5), 0, true, ""},
      {at(3, 5), 0, false, "north"},
  };
  EXPECT_EQ(BoughtAmounts(v1::TIER_METRIC_ORDERS, orders, zone).size(), 6U);
  EXPECT_EQ(Text(BoughtAmounts(v1::TIER_METRIC_VISITS, orders, zone)),
            Text({{at(1, 9), 1}, {at(1, 10), 1}, {at(2, 0), 1}, {at(2, 1), 1}}));
  EXPECT_EQ(Text(BoughtAmounts(v1::TIER_METRIC_SPEND, orders, zone)),
            Text({{at(1, 9), 200}, {at(1, 10), 300}, {at(1, 23), 100}, {at(2, 0), 400}}));
}

// --- what is refused --------------------------------------------------------------------------

std::vector<WalletTypeRules> Wallets() {
  std::vector<WalletTypeRules> out(2);
  out[0].wallet_no = 1;
  out[0].policy.set_code("points");
  out[1].wallet_no = 2;
  out[1].policy.set_code("shared");
  out[1].policy.mutable_pool();
  return out;
}

std::string Refusal(v1::TierSet set, const v1::TierSet* previous = nullptr) {
  const absl::Time now = absl::FromUnixSeconds(1800000000);
  Normalise(&set);
  if (previous != nullptr && !set.has_start_time()) {
    base::SetTimestamp(now, set.mutable_start_time());
  }
  const absl::Status status = ValidateTierSet(set, Wallets(), previous, now);
  if (status.ok()) return "";
  EXPECT_EQ(status::ReasonOf(status), "TIER_SET_INVALID");
  return status.ToString();
}

TEST(TierValidation, EveryMistakeIsNamedByItsPath) {
  const v1::TierSet good =
      SetOf({0, 20, 30}, v1::TIER_WINDOW_CALENDAR_YEAR, Downgrade::FORM_PERIOD_END);
  EXPECT_EQ(Refusal(good), "");
  const auto bad = [&](auto change) {
    v1::TierSet set = good;
    change(set);
    return Refusal(set);
  };
  EXPECT_THAT(bad([](auto& set) { set.mutable_tiers(2)->set_threshold(20); }),
              HasSubstr("tierSet.tiers[2].threshold"));
  EXPECT_THAT(bad([](auto& set) { set.mutable_tiers(0)->set_threshold(1); }),
              HasSubstr("tierSet.tiers[0].threshold"));
  EXPECT_THAT(bad([](auto& set) { set.mutable_tiers(2)->set_code("silver"); }),
              HasSubstr("tierSet.tiers[2].code"));
  EXPECT_THAT(bad([](auto& set) { set.mutable_tiers()->DeleteSubrange(1, 2); }),
              HasSubstr("tierSet.tiers"));
  EXPECT_THAT(bad([](auto& set) { set.clear_code(); }), HasSubstr("tierSet.code"));
  EXPECT_THAT(bad([](auto& set) { set.set_wallet_type("points"); }),
              HasSubstr("tierSet.walletType"));
  EXPECT_THAT(bad([](auto& set) { set.set_window_months(3); }), HasSubstr("tierSet.windowMonths"));
  EXPECT_THAT(bad([](auto& set) { set.set_window(v1::TIER_WINDOW_ROLLING_MONTHS); }),
              HasSubstr("tierSet.windowMonths"));
  EXPECT_THAT(bad([](auto& set) { set.set_window(v1::TIER_WINDOW_LIFETIME); }),
              HasSubstr("tierSet.downgrade.form"));
  EXPECT_THAT(bad([](auto& set) { set.set_window(static_cast<v1::TierWindow>(77)); }),
              HasSubstr("tierSet.window"));
  EXPECT_THAT(bad([](auto& set) {
                set.mutable_downgrade()->set_form(Downgrade::FORM_NONE);
                set.mutable_downgrade()->mutable_grace()->set_days(3);
                set.set_warning_days(3);
              }),
              AllOf(HasSubstr("tierSet.downgrade.grace"), HasSubstr("tierSet.warningDays")));
  EXPECT_THAT(bad([](auto& set) {
                set.mutable_tiers(1)->mutable_benefits()->add_entry_grants("mug");
                set.mutable_tiers(1)->mutable_benefits()->add_entry_grants("mug");
                set.mutable_tiers(1)->mutable_benefits()->add_perks("");
              }),
              AllOf(HasSubstr("tierSet.tiers[1].benefits.entryGrants[1]"),
                    HasSubstr("tierSet.tiers[1].benefits.perks[0]")));
  EXPECT_THAT(bad([](auto& set) { set.mutable_start_time()->set_seconds(1900000000); }),
              HasSubstr("tierSet.startTime"));
}

TEST(TierValidation, PointsAreThoseOfAWalletTypeThatIsAMembersOwn) {
  v1::TierSet set = SetOf({0, 20}, v1::TIER_WINDOW_LIFETIME, Downgrade::FORM_NONE);
  set.set_metric(v1::TIER_METRIC_POINTS_EARNED);
  EXPECT_EQ(Refusal(set), "") << "empty: points";
  set.set_wallet_type("miles");
  EXPECT_THAT(Refusal(set), HasSubstr("tierSet.walletType: is no wallet type"));
  set.set_wallet_type("shared");
  EXPECT_THAT(Refusal(set), HasSubstr("tierSet.walletType: is shared"));
}

TEST(TierValidation, ANewVersionCountsTheSameAndStartsLater) {
  v1::TierSet previous = SetOf({0, 20}, v1::TIER_WINDOW_LIFETIME, Downgrade::FORM_NONE);
  EXPECT_EQ(Refusal(previous, &previous), "");
  v1::TierSet other = previous;
  other.set_metric(v1::TIER_METRIC_ORDERS);
  EXPECT_THAT(Refusal(other, &previous), HasSubstr("tierSet.metric"));
  other = previous;
  other.mutable_start_time()->set_seconds(1799999999);
  EXPECT_THAT(Refusal(other, &previous), HasSubstr("tierSet.startTime: must not lie in the past"));
  previous.mutable_start_time()->set_seconds(1800000100);
  other.mutable_start_time()->set_seconds(1800000100);
  EXPECT_THAT(Refusal(other, &previous), HasSubstr("tierSet.startTime: must lie after"));
}

// --- what is told -----------------------------------------------------------------------------

TEST(TierNews, AWarningComesSoManyDaysBeforeAndOnce) {
  v1::TierSet set = SetOf({0, 20}, v1::TIER_WINDOW_ROLLING_MONTHS, Downgrade::FORM_AT_ONCE);
  set.set_window_months(1);
  set.set_warning_days(7);
  const TierHistory history = testing::HistoryOf(set, Us(absl::CivilSecond(2026, 1, 1)),
                                                 {{Us(absl::CivilSecond(2026, 3, 10, 12)), 20}});
  const auto news_at = [&](absl::CivilSecond at, const KnownTier& known) {
    return NewsOf(history, OutlookAt(history, Us(at)), known, Us(at));
  };
  TierNews news = news_at(absl::CivilSecond(2026, 3, 11), {.tier = "silver", .warned_us = 0});
  EXPECT_FALSE(news.changed);
  EXPECT_FALSE(news.at_risk);
  EXPECT_EQ(news.next_look_us, Us(absl::CivilSecond(2026, 4, 4))) << "it falls on 11 April";
  news = news_at(absl::CivilSecond(2026, 4, 4), {.tier = "silver", .warned_us = 0});
  ASSERT_TRUE(news.at_risk);
  EXPECT_EQ(news.at_risk->to_tier(), "bronze");
  EXPECT_EQ(news.at_risk->needed_to_stay(), 20);
  EXPECT_EQ(news.next_look_us, Us(absl::CivilSecond(2026, 4, 11)));
  news = news_at(absl::CivilSecond(2026, 4, 5), {.tier = "silver", .warned_us = news.warned_us});
  EXPECT_FALSE(news.at_risk);
  news = news_at(absl::CivilSecond(2026, 4, 11), {.tier = "silver", .warned_us = news.warned_us});
  ASSERT_TRUE(news.changed);
  EXPECT_TRUE(news.changed->down());
}

TEST(TierNews, WhatEnteringGivesIsToldOnTheWayUpOnly) {
  v1::TierSet set = SetOf({0, 20, 30}, v1::TIER_WINDOW_LIFETIME, Downgrade::FORM_AT_ONCE);
  set.mutable_tiers(1)->mutable_benefits()->add_entry_grants("mug");
  const int64_t join_us = Us(absl::CivilSecond(2026, 1, 1));
  const TierHistory history = testing::HistoryOf(set, join_us, {{join_us, 20}});
  const auto from = [&](std::optional<std::string> tier) {
    return *NewsOf(history, OutlookAt(history, join_us), {.tier = std::move(tier)}, join_us)
                .changed;
  };
  EXPECT_EQ(from({}).from_tier(), "bronze") << "never looked at: the lowest";
  EXPECT_EQ(from("bronze").entry_grants_size(), 1);
  EXPECT_EQ(from("gold").entry_grants_size(), 0);
  EXPECT_TRUE(from("gold").down());
}

TEST(TierNews, WhoAVersionMovesOutOfATierThatItDroppedHasEnteredNone) {
  const int64_t join_us = Us(absl::CivilSecond(2026, 1, 1));
  const int64_t later_us = Us(absl::CivilSecond(2026, 2, 1));
  v1::TierSet first = SetOf({0, 20, 30}, v1::TIER_WINDOW_LIFETIME, Downgrade::FORM_AT_ONCE);
  v1::TierSet second = SetOf({0, 25}, v1::TIER_WINDOW_LIFETIME, Downgrade::FORM_AT_ONCE);
  second.set_version(2);
  second.mutable_tiers(0)->set_code("basic");
  second.mutable_tiers(1)->mutable_benefits()->add_entry_grants("mug");
  const auto news = [&](int64_t amount, const std::string& tier) {
    TierHistory history = testing::HistoryOf(first, join_us, {{join_us, amount}});
    history.versions.push_back(testing::RulesOf(second, later_us));
    return NewsOf(history, OutlookAt(history, later_us), {.tier = tier, .warned_us = 0}, later_us);
  };
  for (const auto& [amount, tier, to, down] :
       {std::tuple(30, "gold", "silver", true), std::tuple(20, "silver", "basic", true),
        std::tuple(0, "bronze", "basic", false)}) {
    const TierNews moved = news(amount, tier);
    ASSERT_TRUE(moved.changed) << tier;
    EXPECT_EQ(moved.changed->to_tier(), to);
    EXPECT_EQ(moved.changed->down(), down) << tier;
    EXPECT_EQ(moved.changed->entry_grants_size(), 0) << tier;
    EXPECT_FALSE(moved.entered) << tier;
  }
  EXPECT_TRUE(news(25, "basic").entered) << "from below, by the version's own tiers";
}

}  // namespace
}  // namespace laurel::members
