// What a delivery does, for all of its events together. Used by Deliver.
#pragma once

#include <vector>

#include "absl/status/statusor.h"
#include "gamification-svc/deps.h"
#include "gamification-svc/store/scores.h"
#include "lib/db/pool.h"
#include "lib/events/consumer.h"

namespace laurel::gamification::handlers {

// What a delivery adds to scores, or takes from them: one per member, in key order.
std::vector<store::Score> ScoresOf(const std::vector<events::Fact>& facts);

// Moves all progress that the events feed or take from; gives badges, payouts and facts for what
// they complete, and takes them back for what they undo. True: either has happened.
absl::StatusOr<bool> AdvanceChallenges(const Deps& deps, db::Tx& tx,
                                       const std::vector<events::Fact>& facts);

}  // namespace laurel::gamification::handlers
