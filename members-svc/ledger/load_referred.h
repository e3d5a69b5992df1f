// What corrections refer to: the entries that they name and what has been done about those, and how
// far one person may adjust alone. Batches of posts and orders read none of it.
#pragma once

#include <vector>

#include "absl/status/status.h"
#include "lib/db/pool.h"
#include "members-svc/ledger/batch_state.h"
#include "members-svc/ledger/command.h"

namespace laurel::members {

// Into state.adjustment_limits, referred, refunded and marks; after the heads.
absl::Status LoadReferred(db::Tx& tx, const std::vector<Command>& commands, BatchState& state);

}  // namespace laurel::members
