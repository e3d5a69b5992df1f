// The counters of campaigns, of earning caps and of orders, as a batch reads them: those of members
// without a lock, guarded by the write; those of all members together locked first of all.
#pragma once

#include <vector>

#include "absl/status/status.h"
#include "lib/db/pipeline.h"
#include "members-svc/ledger/batch_state.h"
#include "members-svc/ledger/command.h"

namespace laurel::members {

// Into state.counters; `state` has the rules and the members of the commands. A counter over all
// members is a row that everybody updates: it is locked before any head, by all batches in the same
// order, so that they stand in line instead of failing one another. A batch without such caps reads
// and locks nothing. What is counted in a period that begins between this and the reading of the
// heads is guarded by the write alone.
absl::Status LockCountersOfAll(db::Tx& tx, const std::vector<Command>& commands, BatchState& state);
// The same for a trial: reads them, and neither locks nor makes any.
absl::Status ReadCountersOfAll(db::Tx& tx, const std::vector<Command>& commands, BatchState& state);

// Asks for the members' own, after the heads; false: there are none, and nothing was sent. What
// comes back goes to TakeCounters.
bool SendCounters(db::Pipeline& tx, const std::vector<Command>& commands, const BatchState& state);
void TakeCounters(const db::Rows& rows, BatchState& state);

}  // namespace laurel::members
