// The hash chain of a wallet: each entry's hash covers the hash before it and every field of the
// entry, in a listed fixed-width form. No personal data: free text goes in as its own hash.
#pragma once

#include <string>
#include <string_view>

#include "members-svc/domain/wallet.h"

namespace laurel::members {

// What an entry belongs to.
struct WalletId {
  base::Uuid program_id;
  base::Uuid owner_id;
  int wallet_no = 0;
};

// 32 bytes. `previous` is empty before the first entry.
std::string ChainHash(std::string_view previous, const WalletId& wallet, const LedgerEntry& entry);

}  // namespace laurel::members
