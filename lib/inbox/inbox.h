// The consumer's side of events: each takes effect once, however often it is delivered.
#pragma once

#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "laurel/events/v1/event.pb.h"
#include "lib/db/pool.h"

namespace laurel::inbox {

// Writes the inbox rows of a delivery and returns the events that are new, in their order. Call it
// first in the transaction that makes the effects; its commit makes both true. Deliveries of one
// lane wait for one another here. FAILED_PRECONDITION, STALE_FENCE when a newer relay has
// delivered.
absl::StatusOr<std::vector<const events::v1::Event*>> Accept(
    db::Tx& tx, const events::v1::DeliverRequest& request, absl::Time now);

// Removes at most `limit` rows older than 30 days; returns how many went.
absl::StatusOr<int64_t> Purge(db::Tx& tx, absl::Time now, int64_t limit);

}  // namespace laurel::inbox
