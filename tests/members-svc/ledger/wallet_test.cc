// A wallet's operations: the worked examples by their numbers, and random sequences against the
// invariants of the ledger.
#include "members-svc/domain/wallet.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "lib/status/error.h"
#include "members-svc/domain/verify.h"
#include "tests/members-svc/ledger/book.h"

namespace laurel::members {
namespace {

using testing::Book;
using testing::kDay;
using testing::kId;
using testing::kNow;

TEST(Lots, L1EarliestExpiryIsSpentFirst) {
  Book book;
  ASSERT_TRUE(book.Earn(100, kNow + 200 * kDay).ok());
  ASSERT_TRUE(book.Earn(100, kNow + 50 * kDay).ok());
  ASSERT_TRUE(book.Spend(100).ok());
  EXPECT_EQ(book.wallet.lots, (Lots{{0, kNow + 200 * kDay, 100}}));
}

TEST(Lots, L2NeverExpiringIsSpentLast) {
  Book book;
  ASSERT_TRUE(book.Earn(100).ok());
  ASSERT_TRUE(book.Earn(100, kNow + 50 * kDay).ok());
  ASSERT_TRUE(book.Spend(100).ok());
  EXPECT_EQ(book.wallet.lots, (Lots{{0, kNeverUs, 100}}));
}

TEST(Lots, L4AnExpiryHappensOnce) {
  Book book;
  ASSERT_TRUE(book.Earn(150, kNow + kDay).ok());
  book.now += 2 * kDay;
  ASSERT_TRUE(book.Touch().ok());
  ASSERT_TRUE(book.Touch().ok());
  ASSERT_EQ(book.entries.size(), 2U);
  EXPECT_EQ(book.entries[1].active_delta, -150);
  EXPECT_EQ(book.wallet.active, 0);
}

TEST(Lots, L5OnlyTheRestExpires) {
  Book book;
  ASSERT_TRUE(book.Earn(150, kNow + kDay).ok());
  ASSERT_TRUE(book.Spend(50).ok());
  book.now += 2 * kDay;
  ASSERT_TRUE(book.Touch().ok());
  EXPECT_EQ(book.entries.back().active_delta, -100);
}

TEST(Lots, L6TheInstantOfExpiryIsExpired) {
  Book book;
  ASSERT_TRUE(book.Earn(150, kNow + kDay).ok());
  book.now = kNow + kDay - 1;
  ASSERT_TRUE(book.Touch().ok());
  EXPECT_EQ(book.wallet.active, 150);
  book.now = kNow + kDay;
  ASSERT_TRUE(book.Touch().ok());
  EXPECT_EQ(book.wallet.active, 0);
}

TEST(Overdraft, L10TheNextCreditFillsTheHole) {
  Book book;
  book.policy.set_below_zero(v1::BELOW_ZERO_POLICY_OVERDRAFT);
  book.policy.set_overdraft_limit(1000);
  ASSERT_TRUE(book.Earn(50).ok());
  ASSERT_TRUE(book.Spend(80).ok());
  EXPECT_EQ(book.wallet.active, -30);
  ASSERT_TRUE(book.Earn(100).ok());
  EXPECT_EQ(book.wallet.active, 70);
  EXPECT_EQ(book.wallet.lots, (Lots{{0, kNeverUs, 70}}));
}

TEST(Spend, TooMuchIsRefusedAndSaysWhatIsThere) {
  Book book;
  ASSERT_TRUE(book.Earn(99).ok());
  const Wallet before = book.wallet;
  const absl::Status status = book.Spend(100);
  EXPECT_EQ(status::ReasonOf(status), "INSUFFICIENT_POINTS");
  EXPECT_EQ(book.wallet.seq, before.seq);
  EXPECT_EQ(book.wallet.lots, before.lots);
}

TEST(Spend, BeyondTheOverdraftLimitIsRefused) {
  Book book;
  book.policy.set_below_zero(v1::BELOW_ZERO_POLICY_OVERDRAFT);
  book.policy.set_overdraft_limit(10);
  ASSERT_TRUE(book.Spend(10).ok());
  EXPECT_EQ(status::ReasonOf(book.Spend(1)), "INSUFFICIENT_POINTS");
}

TEST(Earn, AnOverflowIsRefused) {
  Book book;
  ASSERT_TRUE(book.Earn(int64_t{1} << 60).ok());
  ASSERT_TRUE(book.Earn(int64_t{1} << 60).ok());
  EXPECT_EQ(status::ReasonOf(book.Earn(1)), "POINTS_OVERFLOW");
}

TEST(Pending, CannotBeSpentAndActivatesAtItsTime) {
  Book book;
  ASSERT_TRUE(book.Earn(100, kNow + 10 * kDay, kNow + kDay).ok());
  EXPECT_EQ(book.wallet.pending, 100);
  EXPECT_EQ(status::ReasonOf(book.Spend(1)), "INSUFFICIENT_POINTS");
  book.now = kNow + kDay;
  ASSERT_TRUE(book.Spend(100).ok());
  EXPECT_EQ(book.entries[1].kind, v1::ENTRY_KIND_ACTIVATION);
  EXPECT_EQ(book.wallet.pending, 0);
}

TEST(Refund, C9GoesBackToTheSameLots) {
  Book book;
  ASSERT_TRUE(book.Earn(10, kNow + 20 * kDay).ok());
  ASSERT_TRUE(book.Earn(10, kNow + 40 * kDay).ok());
  const Lots before = book.wallet.lots;
  ASSERT_TRUE(book.Spend(15).ok());
  const LedgerEntry spend = book.entries.back();
  ASSERT_TRUE(book.Do([&](Wallet& w, const Moment& m, std::vector<LedgerEntry>& out) {
                    return Refund(w, m, spend.lots, 15, spend.seq, out);
                  })
                  .ok());
  EXPECT_EQ(book.wallet.lots, before);
  EXPECT_EQ(book.wallet.lifetime_spent, 0);
}

TEST(Refund, OfWhatHasExpiredMeanwhileExpiresAtOnce) {
  Book book;
  ASSERT_TRUE(book.Earn(10, kNow + kDay).ok());
  ASSERT_TRUE(book.Spend(10).ok());
  const LedgerEntry spend = book.entries.back();
  book.now += 2 * kDay;
  ASSERT_TRUE(book.Do([&](Wallet& w, const Moment& m, std::vector<LedgerEntry>& out) {
                    return Refund(w, m, spend.lots, 10, spend.seq, out);
                  })
                  .ok());
  EXPECT_EQ(book.entries.back().kind, v1::ENTRY_KIND_EXPIRY);
  EXPECT_EQ(book.wallet.active, 0);
}

TEST(Capture, InPartGivesTheRestBackToItsLots) {
  Book book;
  ASSERT_TRUE(book.Earn(10, kNow + 20 * kDay).ok());
  ASSERT_TRUE(book.Earn(10, kNow + 40 * kDay).ok());
  ASSERT_TRUE(book.Do([&](Wallet& w, const Moment& m, std::vector<LedgerEntry>& out) {
                    return Reserve(w, m, 15, out);
                  })
                  .ok());
  EXPECT_EQ(book.wallet.reserved, 15);
  const Lots held = book.LotsOfLast();
  ASSERT_TRUE(book.Do([&](Wallet& w, const Moment& m, std::vector<LedgerEntry>& out) {
                    return Capture(w, m, held, 12, out);
                  })
                  .ok());
  EXPECT_EQ(book.wallet.active, 8);
  EXPECT_EQ(book.wallet.reserved, 0);
  EXPECT_EQ(book.wallet.lots, (Lots{{0, kNow + 40 * kDay, 8}}));
}

// Holds `amount` of a wallet whose lots end a day and ten days from now, and waits for two days.
struct HeldBeyondItsExpiry {
  explicit HeldBeyondItsExpiry(int64_t amount) {
    EXPECT_TRUE(book.Earn(10, kNow + kDay).ok());
    EXPECT_TRUE(book.Earn(10, kNow + 10 * kDay).ok());
    EXPECT_TRUE(book.Do([&](Wallet& w, const Moment& m, std::vector<LedgerEntry>& out) {
                      return Reserve(w, m, amount, out);
                    })
                    .ok());
    held = book.LotsOfLast();
    book.now += 2 * kDay;
  }
  Book book;
  Lots held;
};

TEST(Capture, OfALotThatFellDueWhileItWasHeldTakesItWhole) {
  HeldBeyondItsExpiry story(15);
  Book& book = story.book;
  ASSERT_TRUE(book.Do([&](Wallet& w, const Moment& m, std::vector<LedgerEntry>& out) {
                    return Capture(w, m, story.held, 15, out);
                  })
                  .ok());
  EXPECT_EQ(book.entries.back().kind, v1::ENTRY_KIND_CAPTURE);
  EXPECT_EQ(book.LotsOfLast(), (Lots{{0, kNow + kDay, 10}, {0, kNow + 10 * kDay, 5}}));
  EXPECT_EQ(book.wallet.lifetime_spent, 15);
  EXPECT_EQ(book.wallet.lifetime_expired, 0);
  EXPECT_EQ(book.wallet.lots, (Lots{{0, kNow + 10 * kDay, 5}}));
}

TEST(Capture, InPartOfWhatFellDueWhileItWasHeldLetsTheRestExpireOnItsRelease) {
  HeldBeyondItsExpiry story(15);
  Book& book = story.book;
  ASSERT_TRUE(book.Do([&](Wallet& w, const Moment& m, std::vector<LedgerEntry>& out) {
                    return Capture(w, m, story.held, 4, out);
                  })
                  .ok());
  ASSERT_EQ(book.entries.size(), 6U);  // two earned, held; captured, released, expired
  EXPECT_EQ(book.entries[3].lots, (Lots{{0, kNow + kDay, 4}}));
  EXPECT_EQ(book.entries[4].kind, v1::ENTRY_KIND_RELEASE);
  EXPECT_EQ(book.entries[4].lots, (Lots{{0, kNow + kDay, 6}, {0, kNow + 10 * kDay, 5}}));
  EXPECT_EQ(book.entries[5].kind, v1::ENTRY_KIND_EXPIRY);
  EXPECT_EQ(book.entries[5].active_delta, -6);
  EXPECT_EQ(book.wallet.lots, (Lots{{0, kNow + 10 * kDay, 10}}));
  EXPECT_EQ(book.wallet.reserved, 0);
}

TEST(PackedLots, SurviveTheRoundTrip) {
  const Lots lots = {{0, 5, 1}, {kNow, kNeverUs, int64_t{1} << 60}};
  EXPECT_EQ(*UnpackLots(PackLots(lots)), lots);
  EXPECT_FALSE(UnpackLots("short").ok());
}

// Random operations; after each one every invariant that a single wallet can show.
struct Hold {
  Lots lots;
};

class Walk {
 public:
  Walk(bool overdraft) {
    if (overdraft) {
      book_.policy.set_below_zero(v1::BELOW_ZERO_POLICY_OVERDRAFT);
      book_.policy.set_overdraft_limit(50);
    }
  }

  void Step() {
    book_.now += *rc::gen::inRange<int64_t>(0, 3) * kDay / 2;
    const int64_t amount = *rc::gen::inRange<int64_t>(1, 60);
    switch (*rc::gen::inRange(0, 9)) {
      case 0:
      case 1: {
        const int64_t expire = book_.now + *rc::gen::inRange<int64_t>(1, 12) * kDay;
        const bool pending = *rc::gen::inRange(0, 4) == 0;
        const Lot lot{pending ? book_.now + kDay : 0,
                      *rc::gen::arbitrary<bool>() ? kNeverUs : expire, amount};
        const size_t before = book_.entries.size();
        RC_ASSERT(book_.Earn(amount, lot.expire_us, lot.activate_us).ok());
        for (size_t i = before; i < book_.entries.size(); ++i) {
          if (book_.entries[i].kind == v1::ENTRY_KIND_ACCRUAL) {
            accruals_.push_back({book_.entries[i].seq, lot});
          }
        }
        issued_ += amount;
        break;
      }
      case 2:
        if (book_.Spend(amount).ok()) spends_.push_back(book_.entries.back());
        break;
      case 3:
        Operate([&](Wallet& w, const Moment& m, auto& out) { return Reserve(w, m, amount, out); },
                [&] { holds_.push_back({book_.LotsOfLast()}); });
        break;
      case 4:
        if (!holds_.empty()) EndHold();
        break;
      case 5:
        if (!spends_.empty()) GiveBack();
        break;
      case 6:
        if (!accruals_.empty()) TakeBack(amount);
        break;
      case 7:
        // May be refused, and then changes nothing.
        (void)book_.Adjust(*rc::gen::arbitrary<bool>() ? amount : -amount, book_.now + 3 * kDay);
        break;
      default:
        RC_ASSERT(book_.Touch().ok());
    }
    Check();
  }

 private:
  template <typename Operation, typename Then>
  void Operate(Operation operation, Then then) {
    if (book_.Do(operation).ok()) then();
  }

  void EndHold() {
    const Hold hold = holds_.back();
    holds_.pop_back();
    const int64_t held = SumOf(hold.lots);
    const int64_t part = *rc::gen::inRange<int64_t>(0, held + 1);
    RC_ASSERT(book_
                  .Do([&](Wallet& w, const Moment& m, std::vector<LedgerEntry>& out) {
                    return part == 0 ? Release(w, m, hold.lots, out)
                                     : Capture(w, m, hold.lots, part, out);
                  })
                  .ok());
  }

  void TakeBack(int64_t amount) {
    OwnLot own = accruals_.back();
    accruals_.pop_back();
    own.lot.amount = std::min(own.lot.amount, amount);
    if (own.lot.activate_us <= book_.now) own.lot.activate_us = 0;
    (void)book_.ClawBack(own.accrual_seq, own.lot.amount, own.lot.expire_us, own.lot.activate_us);
  }

  void GiveBack() {
    const LedgerEntry spend = spends_.back();
    spends_.pop_back();
    RC_ASSERT(book_
                  .Do([&](Wallet& w, const Moment& m, std::vector<LedgerEntry>& out) {
                    return Refund(w, m, spend.lots, -spend.active_delta, spend.seq, out);
                  })
                  .ok());
  }

  void Check() {
    const Wallet& wallet = book_.wallet;
    int64_t held = 0;
    for (const Hold& hold : holds_) held += SumOf(hold.lots);
    AccountSums sums;
    for (const WalletFault& fault : VerifyWallet(kId, wallet, book_.entries, held, sums)) {
      RC_FAIL("seq " + std::to_string(fault.seq) + ": " + fault.what);
    }
    RC_ASSERT(sums.issued == issued_);
    RC_ASSERT(wallet.active >= -book_.policy.overdraft_limit());
    RC_ASSERT(sums.issued - sums.redeemed - sums.expired - sums.reversed + sums.adjusted ==
              wallet.active + wallet.pending + wallet.reserved);
  }

  Book book_;
  std::vector<LedgerEntry> spends_;
  std::vector<Hold> holds_;
  std::vector<OwnLot> accruals_;
  int64_t issued_ = 0;
};

RC_GTEST_PROP(WalletProperty, AnySequenceKeepsEveryInvariant, ()) {
  Walk walk(*rc::gen::arbitrary<bool>());
  for (int i = 0; i < 50; ++i) walk.Step();
}

TEST(Verify, EveryFieldOfAnEntryIsUnderItsHash) {
  Book book;
  ASSERT_TRUE(book.Earn(100, kNow + 5 * kDay).ok());
  ASSERT_TRUE(book.Spend(40).ok());
  AccountSums sums;
  ASSERT_TRUE(VerifyWallet(kId, book.wallet, book.entries, 0, sums).empty());
  const std::vector<std::function<void(LedgerEntry&)>> changes = {
      [](LedgerEntry& e) { e.occur_us += 1; },
      [](LedgerEntry& e) { e.expire_us += 1; },
      [](LedgerEntry& e) { e.activate_us += 1; },
      [](LedgerEntry& e) { e.order_id.low += 1; },
      [](LedgerEntry& e) { e.reservation_id.low += 1; },
      [](LedgerEntry& e) { e.refunded_seq += 1; },
      [](LedgerEntry& e) { e.request_key.low += 1; },
      [](LedgerEntry& e) { e.content_hash += "x"; },
      [](LedgerEntry& e) { e.detail += "x"; },
      [](LedgerEntry& e) {
        e.lots.push_back({0, 1, 1});
      },
      [](LedgerEntry& e) { e.create_us += 1; },
      [](LedgerEntry& e) { e.kind = v1::ENTRY_KIND_REFUND; },
      [](LedgerEntry& e) { e.account = Account::kExpired; },
      [](LedgerEntry& e) { e.active_delta += 1, e.active_after += 1; },
      [](LedgerEntry& e) { e.seq += 1; },
  };
  for (size_t i = 0; i < changes.size(); ++i) {
    std::vector<LedgerEntry> tampered = book.entries;
    changes[i](tampered[0]);
    EXPECT_FALSE(VerifyWallet(kId, book.wallet, tampered, 0, sums).empty()) << "change " << i;
  }
  std::vector<LedgerEntry> missing(book.entries.begin() + 1, book.entries.end());
  EXPECT_FALSE(VerifyWallet(kId, book.wallet, missing, 0, sums).empty());
}

}  // namespace
}  // namespace laurel::members
