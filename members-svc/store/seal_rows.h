// Rows of sealed_roots, and what they are made over.
#pragma once

#include <map>
#include <vector>

#include "absl/status/statusor.h"
#include "lib/db/pool.h"
#include "members-svc/domain/seal.h"

namespace laurel::members {

// A row of list_sealed_roots or verify_sealed_roots.
SealedRoot SealedRootOf(const db::Row& row);
// A row of verify_orders.
struct SealedOrderRow {
  int bucket = 0;
  OrderSeal order;
  bool day_fits = true;  // its day is that of its time
};
SealedOrderRow SealedOrderRowOf(const db::Row& row);
// The seal of a row of verify_order_returns, whose bucket is its first column.
ReturnSeal ReturnSealOf(const db::Row& row);

// What was written in the hour that starts at `start_us`, per programme. Its day has partitions.
absl::StatusOr<std::map<base::Uuid, HourFold>> FoldHour(db::Tx& tx, int64_t start_us);

// All roots there are, by hour, then programme.
absl::StatusOr<std::vector<SealedRoot>> ReadSealedRoots(db::Tx& tx);

// False when the row is there already.
absl::StatusOr<bool> InsertSealedRoot(db::Tx& tx, const SealedRoot& root);

}  // namespace laurel::members
