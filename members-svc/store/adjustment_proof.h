// Proving what two people have adjusted: each adjustment that was carried out against its entry, in
// both directions.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/status/status.h"
#include "lib/db/pool.h"
#include "members-svc/domain/program_rules.h"
#include "members-svc/store/ledger_scan.h"

namespace laurel::members {

class AdjustmentProof {
 public:
  explicit AdjustmentProof(const ProgramRules& rules) : rules_(rules) {}

  // Which entries the programme's adjustments name. Before the wallets are read: what is carried
  // out later is not missed.
  absl::Status ReadNamed(db::Tx& tx);

  // The faults of these wallets' entries, in the snapshot in which they were read. An adjustment
  // that does not say yet that it was carried out is none until a minute has passed.
  using Fault = std::function<void(const ScannedWallet&, int64_t seq, std::string what)>;
  absl::Status Check(db::Tx& tx, const std::vector<ScannedWallet>& wallets, int64_t now_us,
                     const Fault& fault);

  // What adjustments name and no wallet held, after all of them.
  struct Missing {
    base::Uuid member_id;
    int wallet_no = 0;
    int64_t seq = 0;
  };
  std::vector<Missing> NotFound() const;

 private:
  struct Named {
    base::Uuid entry_id;
    base::Uuid member_id;
  };
  std::string FaultOf(const db::Row& row, const ScannedWallet& wallet, const LedgerEntry& entry,
                      int64_t now_us) const;

  const ProgramRules& rules_;
  absl::flat_hash_map<base::Uuid, Named> named_;  // by adjustment, until its entry is found
};

}  // namespace laurel::members
