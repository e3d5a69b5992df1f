// Rows of occasions: queued once each, recorded by the ledger, ended.
#pragma once

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "lib/db/pipeline.h"
#include "lib/db/pool.h"
#include "members-svc/domain/occasion.h"

namespace laurel::members {

// Those that are there already are passed over. In the transaction of what they follow from.
absl::Status QueueOccasions(db::Tx& tx, const std::vector<Occasion>& occasions, absl::Time now);
// The same with the pipeline's next flush.
void SendOccasions(db::Pipeline& tx, const std::vector<Occasion>& occasions, absl::Time now);

// At most `limit` that wait for the ledger, the oldest first.
absl::StatusOr<std::vector<Occasion>> ReadWaitingOccasions(db::Tx& tx, int64_t limit);

struct EndedOccasion {
  const Occasion* occasion = nullptr;
  std::string refusal;  // a reason; empty: it was recorded
};
absl::Status EndOccasions(db::Tx& tx, const std::vector<EndedOccasion>& ended, absl::Time now);

}  // namespace laurel::members
