// Proving the returns of orders: each against those before it, against its order, and against the
// entries that moved points for it, in both directions.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/status/status.h"
#include "laurel/members/v1/order.pb.h"
#include "lib/db/pool.h"
#include "members-svc/domain/seal.h"
#include "members-svc/store/ledger_scan.h"

namespace laurel::members {

class ReturnProof {
 public:
  explicit ReturnProof(const base::Uuid& program_id) : program_id_(program_id) {}

  using OrderFault = std::function<void(const base::Uuid& member_id, const base::Uuid& order_id,
                                        std::string what)>;
  // All returns of the programme, also into the folds of their hours. Before the wallets are read:
  // what comes later is looked up.
  absl::Status ReadAll(db::Tx& tx, HourFolds& folds, const OrderFault& fault);

  // The faults of these wallets' entries, in the snapshot in which they were read.
  using EntryFault = std::function<void(const ScannedWallet&, int64_t seq, std::string what)>;
  absl::Status Check(db::Tx& tx, const std::vector<ScannedWallet>& wallets,
                     const EntryFault& fault);

  // Of one order: whether more of it has been returned than was bought; empty: no. Each order once.
  std::string CheckOrder(const base::Uuid& order_id, const members::v1::Order& order);

  // What is left after all wallets and all orders: returns that name entries or orders which are
  // not there.
  void End(const OrderFault& fault) const;

 private:
  // What a return says of an entry that it made.
  struct Moved {
    base::Uuid order_id;
    base::Uuid member_id;
    base::Uuid undone;  // the accrual or redemption
    bool refund = false;
    int64_t points = 0;
  };
  // The newest return of an order.
  struct Newest {
    base::Uuid member_id;
    members::v1::OrderReturn returned;
  };
  std::string FaultOf(const db::Row& row, const members::v1::OrderReturn& returned) const;
  std::string Take(const base::Uuid& member_id, const base::Uuid& order_id,
                   const members::v1::OrderReturn& returned);
  static std::string Compare(const Moved& moved, const ScannedWallet& wallet,
                             const LedgerEntry& entry);

  const base::Uuid program_id_;
  absl::flat_hash_map<base::Uuid, Moved> moved_;    // by entry, until it is found
  absl::flat_hash_map<base::Uuid, Newest> newest_;  // by order, until it is found
};

}  // namespace laurel::members
