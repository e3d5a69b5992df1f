// Wallets of a programme with all that belongs to them, some hundreds at a time, for proving the
// ledger and for sums over it. One chunk is read in one snapshot.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/status/statusor.h"
#include "lib/db/pool.h"
#include "members-svc/domain/verify_sources.h"

namespace laurel::members {

struct ScannedWallet {
  WalletId id;
  int bucket = 0;
  Wallet head;
  int64_t next_due_us = kNeverUs;    // as it stands in the head's row
  bool knows_owner_state = true;     // the head's copy is what the owner's row says
  std::vector<LedgerEntry> entries;  // all, by seq
  // The first entry whose row stands under another programme or day than it should; 0: none.
  int64_t stray_seq = 0;
  int64_t open_reserved = 0;
  std::vector<ReservationRow> reservations;  // those that the entries name
  std::vector<RefundRow> refunds;
};

class LedgerScan {
 public:
  // All wallets of a programme, or those of one member.
  LedgerScan(const base::Uuid& program_id, std::optional<base::Uuid> only)
      : program_id_(program_id), only_(only) {}

  // The next wallets by (bucket, owner, number), with heads and entries; none: that was all. Call
  // within a snapshot.
  absl::StatusOr<std::vector<ScannedWallet>> Next(db::Tx& tx);
  // Adds reservations and refunds to them; within the same snapshot.
  static absl::Status AddSources(db::Tx& tx, std::vector<ScannedWallet>& wallets);

 private:
  const base::Uuid program_id_;
  const std::optional<base::Uuid> only_;
  int64_t last_bucket_ = -1;
  base::Uuid last_owner_;
  int64_t last_number_ = 0;
};

}  // namespace laurel::members
