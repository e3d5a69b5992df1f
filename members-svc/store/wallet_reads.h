// Reading wallets outside the batches.
#pragma once

#include <vector>

#include "absl/status/statusor.h"
#include "lib/db/pool.h"
#include "members-svc/domain/wallet.h"

namespace laurel::members {

// OK when the member is one of the programme. NOT_FOUND, MEMBER_NOT_FOUND.
absl::Status CheckMember(db::Tx& tx, const base::Uuid& program_id, const base::Uuid& member_id);

// The member's wallets as stored, by number; those never written to are absent.
absl::StatusOr<std::vector<std::pair<int, Wallet>>> ListWallets(db::Tx& tx,
                                                                const base::Uuid& member_id);

// seq, balances, hash, lots and the sums of corrections, as list_wallets has them, from twelve
// columns starting at `first`.
absl::StatusOr<Wallet> WalletOf(const db::Row& row, int first);

}  // namespace laurel::members
