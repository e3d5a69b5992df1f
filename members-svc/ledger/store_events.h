// The events of a batch on their way into the outbox.
#pragma once

#include <cstdint>

#include "lib/base/uuid.h"
#include "lib/db/pipeline.h"
#include "members-svc/ledger/batch_state.h"

namespace laurel::members {

// Sends the rows of the batch's events, as few as consumers can take; the last one's position is
// the batch's time, and those before it stand a microsecond apart. Returns how many microseconds
// the first stands before the batch's time: so much room there must be behind the last position of
// every member in it.
int64_t SendEvents(db::Pipeline& tx, base::IdSource& ids, BatchState& state);

}  // namespace laurel::members
