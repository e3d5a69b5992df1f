// Lots and cohorts from entries alone: whatever happens to a wallet, the replay ends with its lots.
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <set>

#include "members-svc/domain/lot_replay.h"
#include "members-svc/domain/reversal.h"
#include "members-svc/domain/schedule.h"
#include "members-svc/domain/verify.h"
#include "tests/members-svc/ledger/book.h"

namespace laurel::members {
namespace {

using testing::Book;
using testing::kDay;
using testing::kNow;

using Entries = std::vector<LedgerEntry>;

int64_t CohortOf(const LedgerEntry& entry) { return (entry.occur_us - kNow) / (10 * kDay); }

LotReplay Replay(const Book& book) {
  LotReplay replay(CohortOf);
  for (const LedgerEntry& entry : book.entries) {
    EXPECT_EQ(replay.Apply(entry), "") << "seq " << entry.seq;
  }
  return replay;
}

std::map<int64_t, int64_t> Cohorts(const Book& book) {
  const Wallet& wallet = book.wallet;
  return Replay(book).Outstanding(wallet.active + wallet.pending + wallet.reserved);
}

TEST(Cohorts, WithinALotTheEarliestEarnedGoFirst) {
  Book book;
  const int64_t expire = kNow + 100 * kDay;
  ASSERT_TRUE(book.Earn(100, expire).ok());
  book.now += 10 * kDay;
  ASSERT_TRUE(book.Earn(50, expire).ok());
  ASSERT_TRUE(book.Earn(10, kNow + 40 * kDay).ok());
  ASSERT_EQ(book.wallet.lots.size(), 2U);
  ASSERT_TRUE(book.Spend(80).ok());  // 10 that expire first, then 70 of the first hundred
  EXPECT_EQ(Cohorts(book), (std::map<int64_t, int64_t>{{0, 30}, {1, 50}}));
}

TEST(Cohorts, ARefundGoesBackToTheMonthsThatItCameFrom) {
  Book book;
  ASSERT_TRUE(book.Earn(100).ok());
  book.now += 10 * kDay;
  ASSERT_TRUE(book.Earn(50).ok());
  ASSERT_TRUE(book.Spend(120).ok());
  const LedgerEntry spend = book.entries.back();
  EXPECT_EQ(Cohorts(book), (std::map<int64_t, int64_t>{{1, 30}}));
  book.now += 10 * kDay;
  ASSERT_TRUE(book.Do([&](Wallet& w, const Moment& m, Entries& out) {
                    return Refund(w, m, spend.lots, 120, spend.seq, out);
                  })
                  .ok());
  EXPECT_EQ(Cohorts(book), (std::map<int64_t, int64_t>{{0, 100}, {1, 50}}));
}

TEST(Cohorts, BelowZeroStandsUnderNoMonth) {
  Book book;
  book.policy.set_below_zero(v1::BELOW_ZERO_POLICY_OVERDRAFT);
  book.policy.set_overdraft_limit(100);
  ASSERT_TRUE(book.Earn(50).ok());
  ASSERT_TRUE(book.Spend(80).ok());
  EXPECT_EQ(Cohorts(book), (std::map<int64_t, int64_t>{{kNoCohort, -30}}));
}

TEST(Schedule, L3ExpiringByDatesAndTheSumIsTheBalance) {
  const auto at = [](int month) {
    return absl::ToUnixMicros(absl::FromCivil(absl::CivilDay(2026, month, 1), absl::UTCTimeZone()));
  };
  Wallet wallet;
  wallet.active = 350;
  wallet.lots = {{0, at(2), 100}, {0, at(6), 200}, {0, kNeverUs, 50}};
  const auto rows = ScheduleOf(wallet);
  const auto expiring_by = [&](int64_t time_us) {
    int64_t sum = 0;
    for (const Coming& row : rows) sum += row.at_us <= time_us ? row.expiring : 0;
    return sum;
  };
  EXPECT_EQ(expiring_by(at(3)), 100);
  EXPECT_EQ(expiring_by(at(7)), 300);
  EXPECT_EQ(expiring_by(kNeverUs), 350);
  EXPECT_EQ(rows.back().at_us, kNeverUs);
  EXPECT_EQ(rows.back().expiring, 50);
}

// How much of each credit, by its seq, has expired.
LotReplay BySeq(const Book& book) {
  LotReplay replay([](const LedgerEntry& entry) { return entry.seq; });
  for (const LedgerEntry& entry : book.entries) EXPECT_EQ(replay.Apply(entry), "");
  return replay;
}

TEST(ExpiredOf, WhatWasSpentBeforeIsNotAmongIt) {
  Book book;
  ASSERT_TRUE(book.Earn(100, kNow + kDay).ok());
  ASSERT_TRUE(book.Earn(50, kNow + kDay).ok());
  ASSERT_TRUE(book.Spend(110).ok());
  book.now += kDay;
  ASSERT_TRUE(book.Touch().ok());
  EXPECT_EQ(book.wallet.lifetime_expired, 40);
  EXPECT_EQ(BySeq(book).ExpiredOf(1), 0) << "within a lot the earliest earned go first";
  EXPECT_EQ(BySeq(book).ExpiredOf(2), 40);
}

TEST(ExpiredOf, AClawBackTakesItsOwnAccrualsPointsOfASharedLot) {
  Book book;
  book.policy.set_claw_back(v1::CLAW_BACK_POLICY_WITHIN_BALANCE);
  ASSERT_TRUE(book.Earn(100, kNow + kDay).ok());
  ASSERT_TRUE(book.Earn(50, kNow + kDay).ok());
  ASSERT_TRUE(book.ClawBack(2, 50, kNow + kDay).ok());
  book.now += kDay;
  ASSERT_TRUE(book.Touch().ok());
  EXPECT_EQ(BySeq(book).ExpiredOf(1), 100);
  EXPECT_EQ(BySeq(book).ExpiredOf(2), 0);
}

TEST(ExpiredOf, WhatIsReinstatedHasNotExpired) {
  Book book;
  book.policy.set_reinstate_days(5);
  ASSERT_TRUE(book.Earn(100, kNow + kDay).ok());
  book.now += kDay;
  ASSERT_TRUE(book.Touch().ok());
  const LedgerEntry expiry = book.entries.back();
  EXPECT_EQ(BySeq(book).ExpiredOf(1), 100);
  ASSERT_TRUE(book.Do([&](Wallet& w, const Moment& m, Entries& out) {
                    return Reinstate(w, m, expiry, book.now + kDay, out);
                  })
                  .ok());
  EXPECT_EQ(BySeq(book).ExpiredOf(1), 0);
  ASSERT_TRUE(book.Spend(30).ok());
  book.now += kDay;
  ASSERT_TRUE(book.Touch().ok());
  EXPECT_EQ(BySeq(book).ExpiredOf(1), 70);
}

// Random operations of every kind.
class Walk {
 public:
  explicit Walk(bool overdraft) {
    book_.policy.set_reinstate_days(5);
    book_.policy.set_max_open_lots(*rc::gen::inRange(1, 9));
    book_.policy.set_transfers(v1::TRANSFER_POLICY_KEEP_EXPIRY);
    book_.policy.set_claw_back(v1::CLAW_BACK_POLICY_WITHIN_BALANCE);
    if (!overdraft) return;
    book_.policy.set_claw_back(v1::CLAW_BACK_POLICY_UNLIMITED);
    book_.policy.set_below_zero(v1::BELOW_ZERO_POLICY_OVERDRAFT);
    book_.policy.set_overdraft_limit(50);
  }

  void Step() {
    book_.now += *rc::gen::inRange<int64_t>(0, 4) * kDay / 2;
    amount_ = *rc::gen::inRange<int64_t>(1, 60);
    expire_ = *rc::gen::arbitrary<bool>() ? kNeverUs
                                          : book_.now + *rc::gen::inRange<int64_t>(1, 12) * kDay;
    if (expire_ != kNeverUs && *rc::gen::inRange(0, 4) == 0) expire_ = KeepingDate(expire_);
    switch (*rc::gen::inRange(0, 5)) {
      case 4:
        return Reverse();
      case 0:
        return Give();
      case 1:
        return Take();
      case 2:
        return Hold();
      default:
        return Correct();
    }
  }

  void Check() {
    const Wallet& wallet = book_.wallet;
    LotReplay replay(CohortOf);
    for (const LedgerEntry& entry : book_.entries) {
      const std::string fault = replay.Apply(entry);
      if (!fault.empty()) RC_FAIL("seq " + std::to_string(entry.seq) + ": " + fault);
    }
    RC_ASSERT(replay.known());
    RC_ASSERT(replay.OpenLots() == wallet.lots);
    CheckBooks();
    const int64_t outstanding = wallet.active + wallet.pending + wallet.reserved;
    int64_t sum = 0;
    const auto cohorts = replay.Outstanding(outstanding);
    for (const auto& [cohort, amount] : cohorts) sum += amount;
    RC_ASSERT(sum == outstanding);
    if (!book_.policy.overdraft_limit()) RC_ASSERT(!cohorts.contains(kNoCohort));
    CheckSchedule();
  }

 private:
  // Chained anew, for reservations get their ids here after the fact.
  void CheckBooks() const {
    Wallet wallet = book_.wallet;
    Entries entries = book_.entries;
    wallet.hash.clear();
    for (LedgerEntry& entry : entries) {
      wallet.hash = entry.hash = ChainHash(wallet.hash, testing::kId, entry);
    }
    AccountSums sums;
    for (const WalletFault& fault :
         VerifyWallet(testing::kId, wallet, entries, wallet.reserved, sums)) {
      RC_FAIL("seq " + std::to_string(fault.seq) + ": " + fault.what);
    }
  }

  void CheckSchedule() const {
    Wallet now = book_.wallet;
    Entries unwritten;
    Settle(now, book_.now, unwritten);
    int64_t pending = 0;
    int64_t all = 0;
    int64_t last_us = book_.now;
    for (const Coming& row : ScheduleOf(now)) {
      RC_ASSERT(row.at_us > last_us);
      last_us = row.at_us;
      pending += row.activating + row.cancelled;
      all += row.expiring + row.cancelled;
    }
    RC_ASSERT(pending == now.pending);
    RC_ASSERT(all == now.active + now.pending);
  }

  template <typename Operation>
  bool Do(Operation operation) {
    const size_t before = book_.entries.size();
    const bool done = book_.Do(operation).ok();
    if (!done || held_now_.IsZero()) return done;
    for (size_t i = before; i < book_.entries.size(); ++i) {
      LedgerEntry& entry = book_.entries[i];
      if (entry.reserved_delta != 0) entry.reservation_id = held_now_;
    }
    held_now_ = {};
    return true;
  }

  void Give() {
    const int64_t pending[] = {0, 0, book_.now + kDay, -(book_.now + 2 * kDay)};
    const int64_t activate = pending[*rc::gen::inRange(0, 4)];
    // A lot's clock starts when it becomes active, so that it never ends before that.
    if (expire_ != kNeverUs && expire_ <= std::abs(activate)) expire_ = std::abs(activate) + kDay;
    RC_ASSERT(book_.Earn(amount_, expire_, activate).ok());
    for (const LedgerEntry& entry : book_.entries) {
      if (entry.kind == v1::ENTRY_KIND_ACCRUAL && entry.seq > last_accrual_.seq) {
        last_accrual_ = entry;
      }
    }
  }

  void Take() {
    if (*rc::gen::inRange(0, 3) > 0) {
      if (book_.Spend(amount_).ok()) spends_.push_back(book_.entries.back());
    } else if (!spends_.empty()) {
      const LedgerEntry spend = spends_.back();
      spends_.pop_back();
      RC_ASSERT(Do([&](Wallet& w, const Moment& m, Entries& out) {
        return Refund(w, m, spend.lots, -spend.active_delta, spend.seq, out);
      }));
    }
  }

  void Hold() {
    if (!held_.empty() && *rc::gen::arbitrary<bool>()) {
      const auto [id, lots] = held_.back();
      held_.pop_back();
      const int64_t part = *rc::gen::inRange<int64_t>(0, SumOf(lots) + 1);
      held_now_ = id;
      RC_ASSERT(Do([&, lots = lots](Wallet& w, const Moment& m, Entries& out) {
        return part == 0 ? Release(w, m, lots, out) : Capture(w, m, lots, part, out);
      }));
      return;
    }
    held_now_ = {9, ++holds_};
    const base::Uuid id = held_now_;
    if (Do([&](Wallet& w, const Moment& m, Entries& out) { return Reserve(w, m, amount_, out); })) {
      held_.emplace_back(id, book_.LotsOfLast());
    }
    held_now_ = {};
  }

  void Correct() {
    const LedgerEntry accrual = last_accrual_;
    const OwnLot own{
        accrual.seq,
        {accrual.activate_us, accrual.expire_us, accrual.active_delta + accrual.pending_delta}};
    switch (*rc::gen::inRange(0, 7)) {
      case 0:
        (void)book_.Adjust(*rc::gen::arbitrary<bool>() ? amount_ : -amount_, expire_);
        return;
      case 1:
        if (accrual.seq == 0) return;
        (void)book_.ClawBack(accrual.seq, std::min(amount_, own.lot.amount), accrual.expire_us,
                             accrual.activate_us);
        return;
      case 2:
        if (accrual.activate_us == 0) return;
        Do([&](Wallet& w, const Moment& m, Entries& out) {
          return Activate(w, m, own, expire_, out);
        });
        return;
      case 3:
        if (accrual.activate_us == 0) return;
        Do([&](Wallet& w, const Moment& m, Entries& out) { return Cancel(w, m, own, out); });
        return;
      case 4:
        Do([&](Wallet& w, const Moment& m, Entries& out) {
          return TransferOut(w, m, amount_, out);
        });
        return;
      case 5:
        Do([&](Wallet& w, const Moment& m, Entries& out) {
          const int64_t until = m.now_us + *rc::gen::inRange<int64_t>(0, 12) * kDay;
          Extend(w, m, {.expire_us = until, .occur_us = m.now_us, .cause_seq = 0, .order_id = {}},
                 out);
          JoinLots(w, m, out);
          return absl::OkStatus();
        });
        return;
      default:
        GiveBackExpired();
    }
  }

  // Undoes an entry that nothing has undone yet.
  void Reverse() {
    if (book_.entries.empty()) return;
    const LedgerEntry undone = book_.entries[*rc::gen::inRange<size_t>(0, book_.entries.size())];
    if (reversed_.contains(undone.seq)) return;
    const auto spend = std::find_if(spends_.begin(), spends_.end(),
                                    [&](const LedgerEntry& s) { return s.seq == undone.seq; });
    const int64_t delta = undone.active_delta + undone.pending_delta + undone.reserved_delta;
    const bool debit =
        undone.kind == v1::ENTRY_KIND_ADJUSTMENT || undone.kind == v1::ENTRY_KIND_CLAW_BACK ||
        undone.kind == v1::ENTRY_KIND_CAPTURE || undone.kind == v1::ENTRY_KIND_TRANSFER_OUT;
    Lots own = undone.lots;
    if (undone.kind == v1::ENTRY_KIND_ACCRUAL) {
      const bool pending = undone.activate_us < 0 || undone.activate_us > book_.now;
      own = {{pending ? undone.activate_us : 0, undone.expire_us, delta}};
    }
    const bool done = book_
                          .Do([&](Wallet& w, const Moment& m, Entries& out) {
                            if (undone.kind == v1::ENTRY_KIND_EXPIRY && undone.seq > reinstated_) {
                              return Unexpire(w, m, undone, book_.now + 3 * kDay, out);
                            }
                            if (spend != spends_.end() || (debit && delta < 0)) {
                              return GiveBack(w, m, undone, out);
                            }
                            if (undone.kind == v1::ENTRY_KIND_ACCRUAL || (debit && delta > 0)) {
                              return TakeBack(w, m, undone, own, out);
                            }
                            return absl::CancelledError();
                          })
                          .ok();
    if (!done) return;
    reversed_.insert(undone.seq);
    if (spend != spends_.end()) spends_.erase(spend);
  }

  void GiveBackExpired() {
    for (const LedgerEntry& entry : book_.entries) {
      if (entry.kind != v1::ENTRY_KIND_EXPIRY || reinstated_ >= entry.seq) continue;
      if (reversed_.contains(entry.seq)) continue;
      const LedgerEntry expiry = entry;
      if (Do([&](Wallet& w, const Moment& m, Entries& out) {
            return Reinstate(w, m, expiry, book_.now + 3 * kDay, out);
          })) {
        reinstated_ = expiry.seq;
      }
      return;
    }
  }

  Book book_;
  LedgerEntry last_accrual_;
  std::vector<LedgerEntry> spends_;
  std::vector<std::pair<base::Uuid, Lots>> held_;
  base::Uuid held_now_;
  uint64_t holds_ = 0;
  int64_t reinstated_ = 0;
  std::set<int64_t> reversed_;
  int64_t amount_ = 0;
  int64_t expire_ = kNeverUs;
};

RC_GTEST_PROP(LotReplayProperty, EndsWithTheLotsOfTheHeadWhateverHappened, ()) {
  Walk walk(*rc::gen::arbitrary<bool>());
  for (int i = 0; i < 50; ++i) walk.Step();
  walk.Check();
}

}  // namespace
}  // namespace laurel::members
