// Replays in the database, and the orders that they read.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "laurel/members/v1/replay.pb.h"
#include "lib/base/uuid.h"
#include "lib/db/pipeline.h"
#include "lib/db/pool.h"
#include "members-svc/domain/replay_tiers.h"

namespace laurel::members {

struct ReplayRecord {
  members::v1::Replay replay;
  base::Uuid program_id;
  base::Uuid replay_id;
  int64_t fence = 0;  // of the lease
};
absl::StatusOr<ReplayRecord> ReplayOf(const db::Row& row);
// NOT_FOUND, REPLAY_NOT_FOUND.
absl::StatusOr<ReplayRecord> GetReplayRecord(db::Tx& tx, const base::Uuid& program_id,
                                             const base::Uuid& replay_id);

// Stores a replay that has been checked, and lets the oldest go. FAILED_PRECONDITION,
// TOO_MANY_REPLAYS.
absl::Status InsertReplay(db::Tx& tx, const base::Uuid& program_id, const base::Uuid& replay_id,
                          const members::v1::Replay& replay, absl::Time now);

// When members joined.
absl::StatusOr<JoinTimes> ReadJoinTimes(db::Tx& tx, const std::vector<base::Uuid>& members);

// Which orders are replayed.
struct ReplayedOrders {
  base::Uuid program_id;
  int64_t from_us = 0;      // occurred from then on
  int64_t until_us = 0;     // and before then
  int64_t recorded_us = 0;  // recorded before then
  int64_t sample_every = 1;
  bool with_returns = false;  // each with its newest return that was recorded before then
};
struct OrderPosition {
  int bucket = -1;
  base::Uuid order_id;
};
// An order as it lies in its row; what is a view is valid while it is told of.
struct OrderRow {
  base::Uuid order_id;
  base::Uuid member_id;
  int64_t occur_us = 0;
  std::string_view content;
  std::optional<std::string_view> newest_return = std::nullopt;  // where it is asked for
};

// The days that may hold such orders: nothing is recorded more than a minute before it occurs.
absl::StatusOr<std::vector<int>> DaysOfOrders(db::Tx& tx, const ReplayedOrders& which);
// Reads the next orders of each of these days, `limit` of a day at most, in one round trip of a
// transaction that cannot write. Where a day goes on, by day; absent: that was all of it.
absl::StatusOr<std::vector<std::optional<OrderPosition>>> ReadOrders(
    db::Pool& pool, const ReplayedOrders& which,
    const std::vector<std::pair<int, OrderPosition>>& days, int64_t limit,
    const std::function<void(const OrderRow&)>& take);

}  // namespace laurel::members
