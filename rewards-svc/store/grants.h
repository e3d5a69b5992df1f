// Reads and writes of what campaigns give; no rules. Each call serves many grants.
#pragma once

#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "lib/db/pool.h"
#include "rewards-svc/domain/grant.h"

namespace laurel::rewards {

// A programme and one of its rewards.
using RewardName = std::pair<base::Uuid, base::Uuid>;

// Those of the grants that have been dealt with.
absl::StatusOr<absl::flat_hash_set<base::Uuid>> FindGrants(db::Tx& tx,
                                                           const std::vector<Grant>& grants);

// Takes of counted stock as much as is wanted, or what is left; how much of each. Locks stock rows,
// in the order of their key; what is inserted after it locks nothing that others hold.
using Counts = absl::flat_hash_map<RewardName, int64_t>;
absl::StatusOr<Counts> TakeStocks(db::Tx& tx, const Counts& wanted);

// A place in the outbox behind every event of these members' redemptions, not before `now`.
absl::StatusOr<absl::Time> EventPositionFor(db::Tx& tx, const std::vector<Grant>& grants,
                                            absl::Time now);

// What came of a grant: a redemption, or the reason why there is none.
struct Dealt {
  Grant grant;
  std::optional<Redemption> given;
  std::string reason;
};
// Writes them, with coupon codes, and their events in one row of the outbox at `position`. kAborted
// when a code exists: run again, there is another.
absl::Status WriteGrants(db::Tx& tx, base::IdSource& ids, const std::vector<Dealt>& dealt,
                         absl::Time now, absl::Time position);

}  // namespace laurel::rewards
