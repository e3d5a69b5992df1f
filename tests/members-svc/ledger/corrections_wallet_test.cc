// What people and policies do to a wallet: adjust, transfer, claw back, reinstate, activate,
// cancel, and the caps. R4 and R5 of the worked examples.
#include <gtest/gtest.h>

#include <functional>

#include "lib/status/error.h"
#include "members-svc/domain/caps.h"
#include "members-svc/domain/corrections.h"
#include "members-svc/domain/program_validation.h"
#include "members-svc/domain/verify.h"
#include "tests/members-svc/ledger/book.h"

namespace laurel::members {
namespace {

using status::ReasonOf;
using testing::Book;
using testing::kDay;
using testing::kId;
using testing::kNow;
using Out = std::vector<LedgerEntry>;

void ExpectSound(const Book& book) {
  AccountSums sums;
  for (const WalletFault& fault : VerifyWallet(kId, book.wallet, book.entries, 0, sums)) {
    ADD_FAILURE() << "seq " << fault.seq << ": " << fault.what;
  }
}

// 70 active and 30 pending were earned, 60 of the active were spent on something else.
Book R4Book(v1::ClawBackPolicy policy) {
  Book book;
  book.policy.set_claw_back(policy);
  EXPECT_TRUE(book.Earn(70).ok());
  EXPECT_TRUE(book.Earn(30, kNow + 60 * kDay, kNow + 30 * kDay).ok());
  EXPECT_TRUE(book.Spend(60).ok());
  EXPECT_TRUE(book.ClawBack(2, 30, kNow + 60 * kDay, kNow + 30 * kDay).ok());
  EXPECT_EQ(book.wallet.pending, 0);
  return book;
}

TEST(ClawBack, R4OnlyPendingLeavesTheActivePoints) {
  Book book = R4Book(v1::CLAW_BACK_POLICY_ONLY_PENDING);
  EXPECT_EQ(ReasonOf(book.ClawBack(1, 70)), "NOTHING_TO_CLAW_BACK");
  EXPECT_EQ(book.wallet.active, 10);
  ExpectSound(book);
}

TEST(ClawBack, R4WithinTheBalanceEndsAtZero) {
  Book book = R4Book(v1::CLAW_BACK_POLICY_WITHIN_BALANCE);
  ASSERT_TRUE(book.ClawBack(1, 70).ok());
  EXPECT_EQ(book.wallet.active, 0);
  EXPECT_EQ(book.wallet.lifetime_reversed, 40);
  ExpectSound(book);
}

TEST(ClawBack, R4UnlimitedGoesBelowZero) {
  Book book = R4Book(v1::CLAW_BACK_POLICY_UNLIMITED);
  ASSERT_TRUE(book.ClawBack(1, 70).ok());
  EXPECT_EQ(book.wallet.active, -60);
  ExpectSound(book);
}

TEST(ClawBack, R5ClampTakesWhatIsThere) {
  Book book;
  book.policy.set_below_zero(v1::BELOW_ZERO_POLICY_CLAMP);
  ASSERT_TRUE(book.Earn(150).ok());
  ASSERT_TRUE(book.Spend(100).ok());
  ASSERT_TRUE(book.ClawBack(1, 150).ok());
  EXPECT_EQ(book.entries.back().active_delta, -50);
  EXPECT_EQ(book.entries.back().account, Account::kReversed);
  EXPECT_EQ(book.wallet.active, 0);
  EXPECT_EQ(ReasonOf(book.Spend(1)), "INSUFFICIENT_POINTS") << "a spend is not clamped";
  ExpectSound(book);
}

TEST(ClawBack, R5OverdraftTakesAllOfIt) {
  Book book;
  book.policy.set_below_zero(v1::BELOW_ZERO_POLICY_OVERDRAFT);
  book.policy.set_overdraft_limit(1000);
  ASSERT_TRUE(book.Earn(150).ok());
  ASSERT_TRUE(book.Spend(100).ok());
  ASSERT_TRUE(book.ClawBack(1, 150).ok());
  EXPECT_EQ(book.entries.back().active_delta, -150);
  EXPECT_EQ(book.wallet.active, -100);
  ExpectSound(book);
}

TEST(ClawBack, RefuseIsAllOrNothing) {
  Book book;
  ASSERT_TRUE(book.Earn(150).ok());
  ASSERT_TRUE(book.Spend(100).ok());
  EXPECT_EQ(ReasonOf(book.ClawBack(1, 150)), "INSUFFICIENT_POINTS");
  EXPECT_EQ(book.wallet.active, 50);
  EXPECT_TRUE(book.ClawBack(1, 50).ok());
}

TEST(ClawBack, ItsOwnLotGoesBeforeThoseThatExpireEarlier) {
  Book book;
  book.policy.set_claw_back(v1::CLAW_BACK_POLICY_WITHIN_BALANCE);
  ASSERT_TRUE(book.Earn(20, kNow + 5 * kDay).ok());
  ASSERT_TRUE(book.Earn(30, kNow + 9 * kDay).ok());
  ASSERT_TRUE(book.ClawBack(2, 30, kNow + 9 * kDay).ok());
  EXPECT_EQ(book.wallet.lots, (Lots{{0, kNow + 5 * kDay, 20}}));
  ExpectSound(book);
}

TEST(Adjust, UpOpensALotAndDownTakesTheEarliest) {
  Book book;
  ASSERT_TRUE(book.Earn(100, kNow + 9 * kDay).ok());
  ASSERT_TRUE(book.Adjust(50, kNow + 5 * kDay).ok());
  EXPECT_EQ(book.entries.back().kind, v1::ENTRY_KIND_ADJUSTMENT);
  EXPECT_EQ(book.wallet.active, 150);
  ASSERT_TRUE(book.Adjust(-60).ok());
  EXPECT_EQ(book.wallet.lots, (Lots{{0, kNow + 9 * kDay, 90}}));
  EXPECT_EQ(book.wallet.lifetime_adjusted, -10);
  ExpectSound(book);
}

TEST(Adjust, DownFollowsTheBelowZeroPolicy) {
  Book book;
  ASSERT_TRUE(book.Earn(10).ok());
  EXPECT_EQ(ReasonOf(book.Adjust(-11)), "INSUFFICIENT_POINTS");
  book.policy.set_below_zero(v1::BELOW_ZERO_POLICY_CLAMP);
  ASSERT_TRUE(book.Adjust(-11).ok());
  EXPECT_EQ(book.entries.back().active_delta, -10);
  EXPECT_EQ(ReasonOf(book.Adjust(-1)), "INSUFFICIENT_POINTS") << "nothing is there";
  book.policy.set_below_zero(v1::BELOW_ZERO_POLICY_OVERDRAFT);
  book.policy.set_overdraft_limit(5);
  EXPECT_EQ(ReasonOf(book.Adjust(-6)), "INSUFFICIENT_POINTS");
  EXPECT_TRUE(book.Adjust(-5).ok());
  EXPECT_TRUE(book.Adjust(25, kNow + kDay).ok());
  EXPECT_EQ(book.wallet.lots, (Lots{{0, kNow + kDay, 20}})) << "the hole is filled first";
  ExpectSound(book);
}

TEST(Adjust, NeitherOverflowsNorPassesTheGreatestBalance) {
  Book book;
  ASSERT_TRUE(book.Adjust(int64_t{1} << 60).ok());
  ASSERT_TRUE(book.Adjust(int64_t{1} << 60).ok());
  EXPECT_EQ(ReasonOf(book.Adjust(1)), "POINTS_OVERFLOW");
  Book small;
  small.policy.set_max_balance(100);
  EXPECT_EQ(ReasonOf(small.Adjust(101)), "BALANCE_CAP_REACHED");
  EXPECT_TRUE(small.Adjust(100).ok());
}

TEST(Transfer, TakesActivePointsWithTheirLotsAndNothingElse) {
  Book giver;
  Book taker;
  giver.policy.set_transfers(v1::TRANSFER_POLICY_KEEP_EXPIRY);
  taker.policy = giver.policy;
  ASSERT_TRUE(giver.Earn(30, kNow + 5 * kDay).ok());
  ASSERT_TRUE(giver.Earn(30).ok());
  ASSERT_TRUE(giver.Earn(99, kNeverUs, kNow + kDay).ok()) << "pending: it never moves";
  const auto out = [&](int64_t amount) {
    return giver.Do([&](Wallet& w, const Moment& m, Out& entries) {
      return TransferOut(w, m, amount, entries);
    });
  };
  EXPECT_EQ(ReasonOf(out(61)), "INSUFFICIENT_POINTS");
  ASSERT_TRUE(out(40).ok());
  const Lots moved = giver.LotsOfLast();
  EXPECT_EQ(moved, (Lots{{0, kNow + 5 * kDay, 30}, {0, kNeverUs, 10}}));
  ASSERT_TRUE(
      taker.Do([&](Wallet& w, const Moment& m, Out& in) { return TransferIn(w, m, moved, in); })
          .ok());
  EXPECT_EQ(taker.wallet.lots, moved);
  EXPECT_EQ(giver.wallet.lifetime_adjusted + taker.wallet.lifetime_adjusted, 0);
  ExpectSound(giver);
  ExpectSound(taker);
  giver.policy.set_transfers(v1::TRANSFER_POLICY_UNSPECIFIED);
  EXPECT_EQ(ReasonOf(out(1)), "TRANSFERS_NOT_ALLOWED");
  taker.policy.set_max_balance(40);
  EXPECT_EQ(ReasonOf(taker.Do([&](Wallet& w, const Moment& m, Out& in) {
              return TransferIn(w, m, {{0, kNeverUs, 1}}, in);
            })),
            "BALANCE_CAP_REACHED");
}

TEST(Reinstate, WithinTheWindowOnly) {
  Book book;
  book.policy.set_reinstate_days(3);
  ASSERT_TRUE(book.Earn(150, kNow + kDay).ok());
  book.now = kNow + 2 * kDay;
  ASSERT_TRUE(book.Touch().ok());
  const LedgerEntry expiry = book.entries.back();
  const auto reinstate = [&] {
    return book.Do([&](Wallet& w, const Moment& m, Out& out) {
      return Reinstate(w, m, expiry, book.now + 10 * kDay, out);
    });
  };
  book.now = kNow + 4 * kDay;  // the third day after the expiry is over
  EXPECT_EQ(ReasonOf(reinstate()), "REINSTATE_WINDOW_PASSED");
  --book.now;
  ASSERT_TRUE(reinstate().ok());
  EXPECT_EQ(book.wallet.active, 150);
  EXPECT_EQ(book.wallet.lifetime_expired, 0);
  EXPECT_EQ(book.wallet.lots, (Lots{{0, book.now + 10 * kDay, 150}}));
  ExpectSound(book);
}

// Two accruals that wait for the same event's deadline share a lot.
struct Waiting {
  Waiting() {
    EXPECT_TRUE(book.Earn(100, kNeverUs, -deadline).ok());
    EXPECT_TRUE(book.Earn(40, kNeverUs, -deadline).ok());
  }
  absl::Status Activate(int64_t seq, int64_t amount, int64_t expire) {
    return book.Do([&](Wallet& w, const Moment& m, Out& out) {
      return members::Activate(w, m, {seq, {-deadline, kNeverUs, amount}}, expire, out);
    });
  }
  absl::Status Cancel(int64_t seq, int64_t amount) {
    return book.Do([&](Wallet& w, const Moment& m, Out& out) {
      return members::Cancel(w, m, {seq, {-deadline, kNeverUs, amount}}, out);
    });
  }
  const int64_t deadline = kNow + 14 * kDay;
  Book book;
};

TEST(PendingUntilAnEvent, BecomesActiveWithItAndItsClockStartsThen) {
  Waiting waiting;
  Book& book = waiting.book;
  EXPECT_EQ(book.wallet.pending, 140);
  ASSERT_TRUE(waiting.Activate(1, 100, kNow + 30 * kDay).ok());
  EXPECT_EQ(book.wallet.active, 100);
  EXPECT_EQ(book.wallet.pending, 40);
  EXPECT_EQ(book.entries.back().refunded_seq, 1);
  EXPECT_EQ(ReasonOf(waiting.Activate(1, 100, kNeverUs)), "NOT_PENDING");
  ASSERT_TRUE(waiting.Cancel(2, 40).ok());
  EXPECT_EQ(book.wallet.pending, 0);
  EXPECT_EQ(book.wallet.lifetime_reversed, 40);
  EXPECT_EQ(ReasonOf(waiting.Cancel(2, 40)), "NOT_PENDING");
  ExpectSound(book);
}

TEST(PendingUntilAnEvent, IsCancelledAtTheDeadline) {
  Waiting waiting;
  Book& book = waiting.book;
  book.now = waiting.deadline - 1;
  ASSERT_TRUE(book.Touch().ok());
  EXPECT_EQ(book.wallet.pending, 140);
  ++book.now;
  EXPECT_EQ(ReasonOf(waiting.Activate(1, 100, kNeverUs)), "NOT_PENDING");
  ASSERT_TRUE(book.Touch().ok());
  EXPECT_EQ(book.entries.back().kind, v1::ENTRY_KIND_CANCELLATION);
  EXPECT_EQ(book.wallet.pending, 0);
  EXPECT_EQ(book.wallet.active, 0);
  ExpectSound(book);
}

TEST(Caps, TrimOrRefuseInTheirOrder) {
  v1::WalletType policy;
  auto* day = policy.add_earning_caps();
  day->set_period(v1::EarningLimit::PERIOD_DAY);
  day->set_amount(100);
  auto* month = policy.add_earning_caps();
  month->set_period(v1::EarningLimit::PERIOD_MONTH);
  month->set_amount(150);
  month->set_effect(v1::CAP_EFFECT_REFUSE);
  const Wallet wallet;
  EXPECT_EQ(*ApplyCaps(policy, wallet, 80, {0, 0}), 80);
  EXPECT_EQ(*ApplyCaps(policy, wallet, 120, {0, 0}), 100);
  EXPECT_EQ(*ApplyCaps(policy, wallet, 120, {60, 60}), 40);
  EXPECT_EQ(ReasonOf(ApplyCaps(policy, wallet, 1, {100, 100}).status()), "EARNING_CAP_REACHED");
  EXPECT_EQ(ReasonOf(ApplyCaps(policy, wallet, 51, {0, 100}).status()), "EARNING_CAP_REACHED");
  EXPECT_EQ(*ApplyCaps(policy, wallet, 50, {0, 100}), 50);
}

TEST(Caps, ACapOverAllMembersHasOneCounterForThemAll) {
  WalletTypeRules type{.wallet_no = 3, .policy = {}};
  for (const auto scope : {v1::CAP_SCOPE_PER_MEMBER, v1::CAP_SCOPE_ALL_MEMBERS}) {
    auto* cap = type.policy.add_earning_caps();
    cap->set_period(v1::EarningLimit::PERIOD_WEEK);
    cap->set_amount(100);
    cap->set_scope(scope);
  }
  EXPECT_TRUE(HasCapForAllMembers(type.policy));
  const base::Uuid program{1, 1}, ann{2, 2}, bob{3, 3};
  const absl::Time sunday = absl::FromCivil(absl::CivilDay(2027, 1, 3), absl::UTCTimeZone());
  const auto of = [&](const base::Uuid& member, absl::Time at) {
    return CapCountersFor(type, {program, member}, at, absl::UTCTimeZone());
  };
  EXPECT_EQ(of(ann, sunday)[0].first, ann);
  EXPECT_EQ(of(ann, sunday)[1], of(bob, sunday)[1]);
  EXPECT_EQ(of(ann, sunday)[1].first, program);
  EXPECT_NE(of(ann, sunday)[1], of(ann, sunday + absl::Hours(24))[1]) << "the ISO week is over";
  EXPECT_EQ(*ApplyCaps(type.policy, Wallet(), 50, {0, 70}), 30) << "what the others have left";
}

TEST(Caps, TheGreatestBalanceCountsWhatIsPendingAndHeld) {
  v1::WalletType policy;
  policy.set_max_balance(100);
  Wallet wallet;
  wallet.active = 50;
  wallet.pending = 20;
  wallet.reserved = 10;
  EXPECT_EQ(*ApplyCaps(policy, wallet, 30, {}), 20);
  policy.set_max_balance_effect(v1::CAP_EFFECT_REFUSE);
  EXPECT_EQ(ReasonOf(ApplyCaps(policy, wallet, 30, {}).status()), "BALANCE_CAP_REACHED");
  EXPECT_EQ(*ApplyCaps(policy, wallet, 20, {}), 20);
  wallet.active = 200;
  policy.set_max_balance_effect(v1::CAP_EFFECT_TRIM);
  EXPECT_EQ(ReasonOf(ApplyCaps(policy, wallet, 1, {}).status()), "BALANCE_CAP_REACHED");
}

constexpr absl::CivilDay kToday(2026, 3, 10);

TEST(WalletTypePolicies, MustFitTogether) {
  v1::WalletType sound;
  sound.set_pending_event_days(14);
  sound.mutable_expiry()->set_form(v1::ExpiryPolicy::FORM_FIXED_DATES);
  sound.mutable_expiry()->add_fixed_dates("12-31");
  sound.set_max_balance(100);
  sound.set_max_balance_effect(v1::CAP_EFFECT_REFUSE);
  sound.add_earning_caps()->set_amount(10);
  ASSERT_TRUE(ValidateWalletType(sound, kToday).ok()) << ValidateWalletType(sound, kToday);
  const std::vector<std::function<void(v1::WalletType&)>> mistakes = {
      [](v1::WalletType& t) { t.set_pending_days(1); },
      [](v1::WalletType& t) { t.mutable_expiry()->clear_fixed_dates(); },
      [](v1::WalletType& t) { t.mutable_expiry()->add_fixed_dates("02-29"); },
      [](v1::WalletType& t) { t.mutable_expiry()->set_form(v1::ExpiryPolicy::FORM_QUARTER_END); },
      [](v1::WalletType& t) { t.set_max_balance(0); },
      [](v1::WalletType& t) { t.add_earning_caps()->set_amount(20); },
      [](v1::WalletType& t) { t.mutable_earning_caps(0)->set_scope(static_cast<v1::CapScope>(9)); },
      [](v1::WalletType& t) { t.set_transfers(static_cast<v1::TransferPolicy>(9)); },
      [](v1::WalletType& t) { t.set_claw_back(static_cast<v1::ClawBackPolicy>(9)); },
      [](v1::WalletType& t) { t.set_overdraft_limit(1); },
  };
  for (size_t i = 0; i < mistakes.size(); ++i) {
    v1::WalletType type = sound;
    mistakes[i](type);
    EXPECT_EQ(ReasonOf(ValidateWalletType(type, kToday)), "WALLET_TYPE_INVALID") << "mistake " << i;
  }
}

}  // namespace
}  // namespace laurel::members
