// The limit below zero, entry by entry, and what the marks of entries come to: pure.
#include "members-svc/domain/verify_limits.h"

#include <gtest/gtest.h>

#include "members-svc/domain/reversal.h"
#include "members-svc/store/repeated_keys.h"
#include "tests/members-svc/ledger/book.h"

namespace laurel::members {
namespace {

using testing::Book;
using testing::kDay;
using testing::kId;
using testing::kNow;

int64_t NamedBy(const Book& book, const v1::WalletType& policy) {
  const auto faults = VerifyFloor(policy, book.entries);
  return faults.empty() ? 0 : faults[0].seq;
}

Book Overdrawn() {
  Book book;
  book.policy.set_below_zero(v1::BELOW_ZERO_POLICY_OVERDRAFT);
  book.policy.set_overdraft_limit(100);
  EXPECT_TRUE(book.Earn(50).ok());
  EXPECT_TRUE(book.Spend(110).ok());
  return book;
}

TEST(VerifyFloor, ASpendBelowTheOverdraftIsNamed) {
  const Book book = Overdrawn();
  EXPECT_EQ(NamedBy(book, book.policy), 0);
  v1::WalletType less = book.policy;
  less.set_overdraft_limit(60);
  EXPECT_EQ(NamedBy(book, less), 0);
  less.set_overdraft_limit(59);
  EXPECT_EQ(NamedBy(book, less), 2);
  for (const auto below_zero : {v1::BELOW_ZERO_POLICY_UNSPECIFIED, v1::BELOW_ZERO_POLICY_REFUSE,
                                v1::BELOW_ZERO_POLICY_CLAMP}) {
    less.set_below_zero(below_zero);
    EXPECT_EQ(NamedBy(book, less), 2);
  }
  less.set_claw_back(v1::CLAW_BACK_POLICY_UNLIMITED);
  EXPECT_EQ(NamedBy(book, less), 2) << "a spend is no claw-back";
}

TEST(VerifyFloor, ACreditThatLeavesTheWalletBelowItIsNone) {
  Book book = Overdrawn();
  ASSERT_TRUE(book.Adjust(10).ok());
  v1::WalletType none = book.policy;
  none.set_below_zero(v1::BELOW_ZERO_POLICY_REFUSE);
  EXPECT_EQ(NamedBy(book, none), 2) << "the spend, and not what came after it";
  book.entries.erase(book.entries.begin() + 1);
  EXPECT_EQ(NamedBy(book, none), 0);
}

TEST(VerifyFloor, OnlyWhatTakesEarnedPointsBackMayGoAsFarAsItLikes) {
  Book book;
  book.policy.set_claw_back(v1::CLAW_BACK_POLICY_UNLIMITED);
  ASSERT_TRUE(book.Earn(50).ok());
  ASSERT_TRUE(book.Spend(50).ok());
  ASSERT_TRUE(book.ClawBack(1, 50).ok());
  ASSERT_EQ(book.wallet.active, -50);
  EXPECT_EQ(NamedBy(book, book.policy), 0);
  v1::WalletType within = book.policy;
  within.set_claw_back(v1::CLAW_BACK_POLICY_WITHIN_BALANCE);
  EXPECT_EQ(NamedBy(book, within), 3);
}

TEST(VerifyFloor, TheReversalOfAnAccrualIsHeldByTheClawBackPolicyToo) {
  Book book;
  book.policy.set_claw_back(v1::CLAW_BACK_POLICY_UNLIMITED);
  ASSERT_TRUE(book.Earn(50).ok());
  ASSERT_TRUE(book.Spend(20).ok());
  const LedgerEntry accrual = book.entries[0];
  ASSERT_TRUE(book.Do([&](Wallet& wallet, const Moment& moment, std::vector<LedgerEntry>& out) {
                    return TakeBack(wallet, moment, accrual, {{0, kNeverUs, 50}}, out);
                  })
                  .ok());
  ASSERT_EQ(book.wallet.active, -20);
  EXPECT_EQ(NamedBy(book, book.policy), 0);
  v1::WalletType none = book.policy;
  none.clear_claw_back();
  EXPECT_EQ(NamedBy(book, none), 3);
  book.entries[2].account = Account::kAdjusted;
  EXPECT_EQ(NamedBy(book, book.policy), 3) << "of an adjustment, below_zero decides";
}

TEST(VerifyFloor, WhatIsHeldTransferredOrExpiresIsThere) {
  for (const auto kind :
       {v1::ENTRY_KIND_RESERVE, v1::ENTRY_KIND_TRANSFER_OUT, v1::ENTRY_KIND_EXPIRY}) {
    Book book = Overdrawn();
    book.entries[1].kind = kind;
    EXPECT_EQ(NamedBy(book, book.policy), 2) << kind;
  }
}

TEST(VerifyExpiries, AnOpenReservationIsNamedByTheEntryThatMadeItAfterAMinute) {
  std::vector<LedgerEntry> entries(2);
  entries[0].seq = 1;
  entries[1].seq = 2;
  entries[1].reservation_id = {7, 8};
  ReservationRow row;
  row.reservation_id = {7, 8};
  row.state = v1::RESERVATION_STATE_OPEN;
  row.expire_us = kNow;
  EXPECT_TRUE(VerifyExpiries(entries, {row}, kNow + kReservationGraceUs - 1).empty());
  const auto faults = VerifyExpiries(entries, {row}, kNow + kReservationGraceUs);
  ASSERT_EQ(faults.size(), 1U);
  EXPECT_EQ(faults[0].seq, 2);
  row.state = v1::RESERVATION_STATE_RELEASED;
  EXPECT_TRUE(VerifyExpiries(entries, {row}, kNow + kDay).empty());
}

struct Movement {
  v1::EntryKind kind;
  Account account;
  int64_t active_delta;
  int64_t about_seq;
  int64_t forgiven;
};
std::vector<LedgerEntry> EntriesOf(const std::vector<Movement>& movements) {
  std::vector<LedgerEntry> out;
  for (const Movement& movement : movements) {
    LedgerEntry& entry = out.emplace_back();
    entry.seq = static_cast<int64_t>(out.size());
    entry.kind = movement.kind;
    entry.account = movement.account;
    entry.active_delta = movement.active_delta;
    entry.refunded_seq = movement.about_seq;
    v1::Entry detail;
    detail.set_points_forgiven(movement.forgiven);
    entry.detail = detail.SerializeAsString();
  }
  return out;
}

// 100 earned; 30 taken back, of which 10 were forgiven, and that undone again; 40 taken back.
std::vector<LedgerEntry> Corrected() {
  return EntriesOf({{v1::ENTRY_KIND_ACCRUAL, Account::kIssued, 100, 0, 0},
                    {v1::ENTRY_KIND_CLAW_BACK, Account::kReversed, -20, 1, 10},
                    {v1::ENTRY_KIND_REVERSAL, Account::kReversed, 20, 2, 0},
                    {v1::ENTRY_KIND_CLAW_BACK, Account::kReversed, -40, 1, 0}});
}

std::vector<WalletFault> Compared(const std::vector<LedgerEntry>& entries,
                                  const std::vector<MarkRow>& rows) {
  Marks marks(kId.program_id);
  for (const LedgerEntry& entry : entries) marks.Apply(entry);
  return marks.Compare(rows);
}

TEST(VerifyMarks, WhatWasTakenBackForgivenAndUndoneFollowsFromTheEntries) {
  const MarkRow accrual{.program_id = kId.program_id, .seq = 1, .undone = 40};
  const MarkRow claw_back{.program_id = kId.program_id, .seq = 2, .reversed_seq = 3};
  EXPECT_TRUE(Compared(Corrected(), {accrual, claw_back}).empty());
  auto before = Corrected();
  before.resize(2);
  const MarkRow then{.program_id = kId.program_id, .seq = 1, .undone = 30};
  EXPECT_TRUE(Compared(before, {then}).empty());
}

TEST(VerifyMarks, EachThatIsNotAsTheEntriesSayIsNamed) {
  const MarkRow accrual{.program_id = kId.program_id, .seq = 1, .undone = 40};
  const MarkRow claw_back{.program_id = kId.program_id, .seq = 2, .reversed_seq = 3};
  MarkRow less = accrual;
  less.undone = 39;
  MarkRow again = claw_back;
  again.reversed_seq = 0;
  auto faults = Compared(Corrected(), {less, again});
  ASSERT_EQ(faults.size(), 2U);
  EXPECT_EQ(faults[0].seq, 1);
  EXPECT_EQ(faults[1].seq, 2);
  faults = Compared(Corrected(), {accrual});
  ASSERT_EQ(faults.size(), 1U);
  EXPECT_EQ(faults[0].seq, 2);
  EXPECT_EQ(faults[0].what, "its mark is missing");
  faults = Compared(Corrected(), {accrual, claw_back, {.program_id = kId.program_id, .seq = 4}});
  ASSERT_EQ(faults.size(), 1U);
  EXPECT_EQ(faults[0].seq, 4);
}

TEST(RepeatedKeys, TheLaterUseIsNamedWhileTheFirstWasStillToBeFound) {
  const base::Uuid hashed = base::HashedUuid("a request id");
  const RepeatedKeys::Use first{kNow, kId, 1};
  for (const int64_t days : {1, 2, 3}) {
    RepeatedKeys keys;
    const RepeatedKeys::Use second{kNow + days * kDay, kId, 2};
    EXPECT_EQ(keys.Add(5, hashed, second), nullptr);
    const RepeatedKeys::Use* found = keys.Add(5, hashed, first);
    ASSERT_EQ(found != nullptr, days < 3) << days;
    if (found != nullptr) {
      EXPECT_EQ(found->seq, 2);
    }
  }
}

TEST(RepeatedKeys, AKeyThatCarriesItsDayIsFoundForLonger) {
  base::IdSource ids(1);
  const base::Uuid dated = ids.Next(absl::FromUnixMicros(kNow));
  RepeatedKeys keys;
  EXPECT_EQ(keys.Add(5, dated, {kNow, kId, 1}), nullptr);
  EXPECT_NE(keys.Add(5, dated, {kNow + 20 * kDay, kId, 2}), nullptr);
  EXPECT_EQ(keys.Add(6, dated, {kNow, kId, 1}), nullptr) << "another bucket, another owner";
  EXPECT_EQ(keys.Add(6, {}, {kNow, kId, 2}), nullptr) << "no key";
}

}  // namespace
}  // namespace laurel::members
