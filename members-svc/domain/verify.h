// Proving a wallet: its entries against one another, against their hashes and against its head.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "members-svc/domain/chain.h"
#include "members-svc/domain/wallet.h"

namespace laurel::members {

struct WalletFault {
  int64_t seq = 0;  // of an entry, which may be the one that is missing; 0: the head
  std::string what;
};

// What the entries of one wallet came to, account by account: the independent side of invariant 1.
struct AccountSums {
  int64_t issued = 0;
  int64_t redeemed = 0;
  int64_t expired = 0;
  int64_t reversed = 0;
  int64_t adjusted = 0;     // in less out
  int64_t transferred = 0;  // in less out
};

// The first fault of a wallet, or none. `entries` are all of its entries by seq, `open_reserved`
// the sum of its open reservations. Adds to `sums`.
std::vector<WalletFault> VerifyWallet(const WalletId& id, const Wallet& head,
                                      const std::vector<LedgerEntry>& entries,
                                      int64_t open_reserved, AccountSums& sums);

}  // namespace laurel::members
