// Proposed adjustments in the database.
#pragma once

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "laurel/members/v1/adjustment.pb.h"
#include "lib/base/uuid.h"
#include "lib/db/pool.h"

namespace laurel::members {

struct AdjustmentRow {
  members::v1::Adjustment adjustment;
  base::Uuid adjustment_id;
  base::Uuid member_id;
  base::Uuid command_id;  // zero until it is approved
};

// NOT_FOUND, ADJUSTMENT_NOT_FOUND.
absl::StatusOr<AdjustmentRow> GetAdjustment(db::Tx& tx, const base::Uuid& program_id,
                                            const base::Uuid& adjustment_id);
// After an id, by id, at most `limit`; `state` 0: all.
absl::StatusOr<std::vector<members::v1::Adjustment>> ListAdjustmentRows(
    db::Tx& tx, const base::Uuid& program_id, const base::Uuid& after, int state, int64_t limit);

}  // namespace laurel::members
