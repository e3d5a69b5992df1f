// A wallet with its history, as the ledger keeps it, for tests of the domain.
#pragma once

#include <vector>

#include "members-svc/domain/chain.h"
#include "members-svc/domain/corrections.h"
#include "members-svc/domain/wallet.h"

namespace laurel::members::testing {

inline constexpr int64_t kDay = 86400LL * 1000000;
inline constexpr int64_t kNow = 20000 * kDay;

inline const WalletId kId{{1, 2}, {3, 4}, 1};

// A wallet with its history, as the ledger keeps it.
struct Book {
  v1::WalletType policy;
  Wallet wallet;
  std::vector<LedgerEntry> entries;
  int64_t now = kNow;

  template <typename Operation>
  absl::Status Do(Operation operation) {
    Wallet draft = wallet;
    std::vector<LedgerEntry> added;
    Settle(draft, now, added);
    const absl::Status status = operation(draft, Moment{policy, now}, added);
    if (!status.ok()) return status;
    for (LedgerEntry& entry : added) {
      entry.hash = ChainHash(draft.hash, kId, entry);
      draft.hash = entry.hash;
      entries.push_back(entry);
    }
    wallet = draft;
    return status;
  }
  absl::Status Earn(int64_t amount, int64_t expire = kNeverUs, int64_t activate = 0) {
    return Do([&](Wallet& w, const Moment& m, std::vector<LedgerEntry>& out) {
      return members::Earn(w, m, {amount, now, activate, expire}, out);
    });
  }
  absl::Status Spend(int64_t amount) {
    return Do([&](Wallet& w, const Moment& m, std::vector<LedgerEntry>& out) {
      return members::Spend(w, m, amount, now, out);
    });
  }
  absl::Status Touch() {
    return Do([](Wallet&, const Moment&, std::vector<LedgerEntry>&) { return absl::OkStatus(); });
  }
  absl::Status Adjust(int64_t delta, int64_t expire = kNeverUs) {
    return Do([&](Wallet& w, const Moment& m, std::vector<LedgerEntry>& out) {
      return members::Adjust(w, m, delta, expire, out);
    });
  }
  // Of `amount` of the accrual with this seq, whose lot has these dates now.
  absl::Status ClawBack(int64_t seq, int64_t amount, int64_t expire = kNeverUs,
                        int64_t activate = 0) {
    return Do([&](Wallet& w, const Moment& m, std::vector<LedgerEntry>& out) {
      return members::ClawBack(w, m, {seq, {activate, expire, amount}}, out);
    });
  }
  Lots LotsOfLast() const { return entries.back().lots; }
};

}  // namespace laurel::members::testing
