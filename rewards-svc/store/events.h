// The facts that rewards-svc tells, written with what makes them true.
#pragma once

#include <string>

#include "absl/status/status.h"
#include "lib/base/uuid.h"
#include "lib/db/pool.h"
#include "rewards-svc/store/sagas.h"

namespace laurel::rewards {

// RewardIssued or RewardCancelled, by the state that was reached. `id` is the event's.
absl::Status WriteEvent(db::Tx& tx, const Ended& ended, const base::Uuid& id,
                        const std::string& traceparent);

}  // namespace laurel::rewards
