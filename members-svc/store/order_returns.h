// Orders and what has been returned of them, as they are read outside the ledger's batches.
#pragma once

#include <optional>
#include <vector>

#include "absl/status/statusor.h"
#include "laurel/members/v1/order.pb.h"
#include "lib/db/pool.h"
#include "members-svc/ledger/batch_state.h"

namespace laurel::members {

// A member's order by its id; none: the programme has no such order.
absl::StatusOr<std::optional<StoredOrder>> FindOrder(db::Tx& tx, const base::Uuid& program_id,
                                                     const base::Uuid& order_id);

// Writes into orders of members where they stand, what of their lines has been returned, and their
// returns.
absl::Status AddReturns(db::Tx& tx, const std::vector<members::v1::Order*>& orders);

}  // namespace laurel::members
