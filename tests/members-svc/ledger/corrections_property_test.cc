// Random corrections of two members' wallets against every invariant that the domain can show.
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <array>
#include <set>

#include "members-svc/domain/corrections.h"
#include "members-svc/domain/verify.h"
#include "tests/members-svc/ledger/book.h"

namespace laurel::members {
namespace {

using testing::Book;
using testing::kDay;
using testing::kId;
using Out = std::vector<LedgerEntry>;

// Two members, and whatever corrections there are, in any order.
class TwoBooks {
 public:
  TwoBooks() {
    v1::WalletType policy;
    policy.set_transfers(v1::TRANSFER_POLICY_KEEP_EXPIRY);
    policy.set_reinstate_days(4);
    policy.set_claw_back(static_cast<v1::ClawBackPolicy>(*rc::gen::inRange(0, 4)));
    policy.set_below_zero(static_cast<v1::BelowZeroPolicy>(*rc::gen::inRange(1, 4)));
    if (policy.below_zero() == v1::BELOW_ZERO_POLICY_OVERDRAFT) policy.set_overdraft_limit(30);
    for (Book& book : books_) book.policy = policy;
  }

  void Step() {
    const int64_t now = books_[0].now + *rc::gen::inRange<int64_t>(0, 3) * kDay / 2;
    for (Book& book : books_) book.now = now;
    const auto side = static_cast<size_t>(*rc::gen::inRange(0, 2));
    Book& book = books_[side];
    const int64_t amount = *rc::gen::inRange<int64_t>(1, 60);
    switch (*rc::gen::inRange(0, 9)) {
      case 0:
        Earn(side, {0, now + *rc::gen::inRange<int64_t>(1, 9) * kDay, amount});
        break;
      case 1:
        Earn(side, {-(now + *rc::gen::inRange<int64_t>(1, 6) * kDay), kNeverUs, amount});
        break;
      case 2:
        Transfer(book, books_[1 - side], amount);
        break;
      case 3:
      case 4:
        if (!accruals_[side].empty()) End(book, Pick(accruals_[side]));
        break;
      case 5:
        Reinstate(book);
        break;
      case 6:
        (void)book.Adjust(*rc::gen::arbitrary<bool>() ? amount : -amount, now + 2 * kDay);
        break;
      case 7:
        (void)book.Do([&](Wallet& w, const Moment& m, Out& out) {
          const int64_t until = now + amount * kDay / 6;
          Extend(w, m, {.expire_us = until, .occur_us = now, .cause_seq = 0, .order_id = {}}, out);
          return absl::OkStatus();
        });
        break;
      default:
        (void)book.Spend(amount);
    }
    Check();
  }

 private:
  static OwnLot Pick(std::vector<OwnLot>& lots) {
    const auto at = *rc::gen::inRange<size_t>(0, lots.size());
    const OwnLot lot = lots[at];
    lots.erase(lots.begin() + static_cast<std::ptrdiff_t>(at));
    return lot;
  }

  void Earn(size_t side, const Lot& lot) {
    Book& book = books_[side];
    const size_t before = book.entries.size();
    RC_ASSERT(book.Earn(lot.amount, lot.expire_us, lot.activate_us).ok());
    for (size_t i = before; i < book.entries.size(); ++i) {
      if (book.entries[i].kind == v1::ENTRY_KIND_ACCRUAL) {
        accruals_[side].push_back({book.entries[i].seq, lot});
      }
    }
  }

  void Transfer(Book& giver, Book& taker, int64_t amount) {
    Lots moved;
    const absl::Status left = giver.Do([&](Wallet& w, const Moment& m, Out& out) {
      const size_t main = out.size();
      const absl::Status status = TransferOut(w, m, amount, out);
      if (status.ok()) moved = out[main].lots;
      return status;
    });
    if (!left.ok()) return;
    RC_ASSERT(SumOf(moved) == amount);
    RC_ASSERT(
        taker.Do([&](Wallet& w, const Moment& m, Out& out) { return TransferIn(w, m, moved, out); })
            .ok());
  }

  // Takes an accrual back, activates it or cancels it, once.
  void End(Book& book, OwnLot own) {
    const int64_t expire = book.now + 3 * kDay;
    const int64_t pending = book.wallet.pending;
    if (own.lot.activate_us < 0 && -own.lot.activate_us <= book.now) return;  // cancelled by time
    const auto status = book.Do([&](Wallet& w, const Moment& m, Out& out) {
      if (own.lot.activate_us == 0) return ClawBack(w, m, own, out);
      return own.lot.amount % 2 == 0 ? Activate(w, m, own, expire, out) : Cancel(w, m, own, out);
    });
    if (own.lot.activate_us < 0) {
      RC_ASSERT(status.ok());
      RC_ASSERT(book.wallet.pending <= pending - own.lot.amount);
    }
  }

  void Reinstate(Book& book) {
    for (size_t i = 0; i < book.entries.size(); ++i) {
      const LedgerEntry expiry = book.entries[i];
      if (expiry.kind != v1::ENTRY_KIND_EXPIRY || reinstated_.contains({&book, expiry.seq})) {
        continue;
      }
      const absl::Status status = book.Do([&](Wallet& w, const Moment& m, Out& out) {
        return members::Reinstate(w, m, expiry, book.now + 2 * kDay, out);
      });
      if (status.ok()) reinstated_.insert({&book, expiry.seq});
      return;
    }
  }

  void Check() {
    int64_t transferred = 0;
    for (const Book& book : books_) {
      AccountSums sums;
      for (const WalletFault& fault : VerifyWallet(kId, book.wallet, book.entries, 0, sums)) {
        RC_FAIL("seq " + std::to_string(fault.seq) + ": " + fault.what);
      }
      transferred += sums.transferred;
      if (book.policy.claw_back() != v1::CLAW_BACK_POLICY_UNLIMITED) {
        RC_ASSERT(book.wallet.active >= -book.policy.overdraft_limit());
      }
    }
    RC_ASSERT(transferred == 0);
  }

  std::array<Book, 2> books_;
  std::array<std::vector<OwnLot>, 2> accruals_;
  std::set<std::pair<const Book*, int64_t>> reinstated_;
};

RC_GTEST_PROP(CorrectionsProperty, AnySequenceKeepsEveryInvariant, ()) {
  TwoBooks books;
  for (int i = 0; i < 50; ++i) books.Step();
}

}  // namespace
}  // namespace laurel::members
