// Reads and writes of the catalogue and its stock; no rules.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "lib/db/pool.h"
#include "rewards-svc/domain/reward.h"

namespace laurel::rewards {

absl::Status InsertReward(db::Tx& tx, const Reward& reward);
absl::StatusOr<std::optional<Reward>> FindReward(db::Tx& tx, const base::Uuid& program_id,
                                                 const base::Uuid& reward_id);
// At most `limit` rewards of the programme with ids above `after`, ascending.
absl::StatusOr<std::vector<Reward>> ListRewards(db::Tx& tx, const base::Uuid& program_id,
                                                const base::Uuid& after, int64_t limit);

// Adds `delta` to a counted stock; the new stock, or empty when it would leave 0 to 10^9.
absl::StatusOr<std::optional<int64_t>> AdjustStock(db::Tx& tx, const Reward& reward, int64_t delta);
// Takes one of a counted stock; false when none is left. Locks the stock row: the last lock of its
// transaction, as everywhere.
absl::StatusOr<bool> TakeStock(db::Tx& tx, const base::Uuid& program_id,
                               const base::Uuid& reward_id);
absl::Status ReturnStock(db::Tx& tx, const base::Uuid& program_id, const base::Uuid& reward_id);

}  // namespace laurel::rewards
