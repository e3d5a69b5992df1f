#include "members-svc/store/wallet_reads.h"

#include "lib/auth/caller.h"
#include "lib/base/bucket.h"
#include "lib/status/error.h"

namespace laurel::members {

absl::StatusOr<Wallet> WalletOf(const db::Row& row, int first) {
  Wallet wallet{.seq = row.Int(first),
                .active = row.Int(first + 1),
                .pending = row.Int(first + 2),
                .reserved = row.Int(first + 3),
                .lifetime_earned = row.Int(first + 4),
                .lifetime_spent = row.Int(first + 5),
                .lifetime_expired = row.Int(first + 6),
                .lifetime_reversed = 0,
                .lifetime_adjusted = 0,
                .last_us = row.Int(first + 7),
                .hash = row.Bytes(first + 8),
                .lots = {}};
  LAUREL_ASSIGN_OR_RETURN(wallet.lots, UnpackLots(row.Bytes(first + 9)));
  wallet.lifetime_reversed = row.Int(first + 10);
  wallet.lifetime_adjusted = row.Int(first + 11);
  return wallet;
}

absl::Status CheckMember(db::Tx& tx, const base::Uuid& program_id, const base::Uuid& member_id) {
  LAUREL_ASSIGN_OR_RETURN(const db::Rows rows, tx.Query("member_state", base::BucketOf(member_id),
                                                        member_id, program_id));
  if (!rows.empty()) return absl::OkStatus();
  return auth::MemberNotFound();
}

absl::StatusOr<std::vector<std::pair<int, Wallet>>> ListWallets(db::Tx& tx,
                                                                const base::Uuid& member_id) {
  LAUREL_ASSIGN_OR_RETURN(const db::Rows rows,
                          tx.Query("list_wallets", base::BucketOf(member_id), member_id));
  std::vector<std::pair<int, Wallet>> out;
  for (size_t i = 0; i < rows.size(); ++i) {
    LAUREL_ASSIGN_OR_RETURN(Wallet wallet, WalletOf(rows[i], 1));
    out.emplace_back(static_cast<int>(rows[i].Int(0)), std::move(wallet));
  }
  return out;
}

}  // namespace laurel::members
