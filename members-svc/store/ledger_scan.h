// Wallets of a programme with all that belongs to them, some hundreds at a time, for proving the
// ledger and for sums over it. One chunk is read in one snapshot.
#pragma once

#include <cstdint>
#include <limits>
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
  bool of_household = false;         // the owner is one
  std::vector<LedgerEntry> entries;  // all, by seq
  // The first entry whose row stands under another programme or day than it should, says with a
  // value what the ledger says with NULL, or cannot be read; 0: none.
  int64_t stray_seq = 0;
  bool head_is_readable = true;
  int64_t open_reserved = 0;
  WalletRows rows;
};

class LedgerScan {
 public:
  using Places = absl::flat_hash_map<std::pair<base::Uuid, int>, ScannedWallet*>;

  // All wallets of a programme, or those of one member. A row that cannot be read is an error,
  // unless NameBroken() was called: then the wallet says so.
  LedgerScan(const base::Uuid& program_id, std::optional<base::Uuid> only);

  void NameBroken() { names_broken_ = true; }
  // The next wallets by (bucket, owner, number), with heads and entries; none: that was all. Call
  // within a snapshot.
  absl::StatusOr<std::vector<ScannedWallet>> Next(db::Tx& tx);
  // Adds what stands beside the entries to them; within the same snapshot.
  static absl::Status AddSources(db::Tx& tx, std::vector<ScannedWallet>& wallets);

 private:
  absl::Status AddEntry(const db::Row& row, const Places& places) const;

  const base::Uuid program_id_;
  const std::optional<base::Uuid> only_;
  bool names_broken_ = false;
  int64_t last_possible_bucket_ = std::numeric_limits<int32_t>::max();
  int64_t last_bucket_ = -1;
  base::Uuid last_owner_;
  int64_t last_number_ = 0;
};

}  // namespace laurel::members
