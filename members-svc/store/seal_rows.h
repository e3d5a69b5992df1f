// Rows of sealed_roots, and what they are made over.
#pragma once

#include <vector>

#include "absl/status/statusor.h"
#include "lib/db/pool.h"
#include "members-svc/domain/seal.h"

namespace laurel::members {

// A row of list_sealed_roots or verify_sealed_roots.
SealedRoot SealedRootOf(const db::Row& row);
// A row of seal_orders or verify_orders. `day_fits`: its day is that of its time.
OrderSeal OrderSealOf(const db::Row& row, bool* day_fits);

// All roots there are, by hour, then programme.
absl::StatusOr<std::vector<SealedRoot>> ReadSealedRoots(db::Tx& tx);

// False when the row is there already.
absl::StatusOr<bool> InsertSealedRoot(db::Tx& tx, const SealedRoot& root);

}  // namespace laurel::members
