#include "members-svc/store/replay_store.h"

#include <algorithm>

#include "lib/base/bucket.h"
#include "lib/base/timestamps.h"
#include "lib/status/error.h"

namespace laurel::members {
namespace {

constexpr int64_t kKept = 1000;
constexpr int64_t kDayUs = 86400LL * 1000000;
constexpr int64_t kMinuteUs = 60LL * 1000000;

}  // namespace

absl::StatusOr<ReplayRecord> ReplayOf(const db::Row& row) {
  ReplayRecord out;
  v1::Replay& replay = out.replay;
  if (!replay.ParseFromString(row.Bytes(3)) ||
      (!row.IsNull(9) && !replay.mutable_result()->ParseFromString(row.Bytes(9)))) {
    return absl::InternalError("a stored replay does not parse");
  }
  out.program_id = row.Uuid(0);
  out.replay_id = row.Uuid(1);
  replay.set_replay_id(base::EncodeId("rpl", out.replay_id));
  replay.set_state(static_cast<v1::ReplayState>(row.Int(2)));
  base::SetTimestamp(row.Time(4), replay.mutable_create_time());
  replay.set_orders_done(row.Int(5));
  replay.set_orders_total(row.Int(6));
  if (!row.IsNull(7)) base::SetTimestamp(row.Time(7), replay.mutable_finish_time());
  if (!row.IsNull(8)) replay.set_error_reason(std::string(row.Text(8)));
  out.fence = row.Int(10);
  return out;
}

absl::StatusOr<ReplayRecord> GetReplayRecord(db::Tx& tx, const base::Uuid& program_id,
                                             const base::Uuid& replay_id) {
  LAUREL_ASSIGN_OR_RETURN(const db::Rows rows, tx.Query("find_replay", program_id, replay_id));
  if (rows.empty()) return status::NotFound("REPLAY_NOT_FOUND", "There is no such replay.");
  return ReplayOf(rows[0]);
}

absl::Status InsertReplay(db::Tx& tx, const base::Uuid& program_id, const base::Uuid& replay_id,
                          const v1::Replay& replay, absl::Time now) {
  const std::string content = replay.SerializeAsString();
  LAUREL_ASSIGN_OR_RETURN(const db::Rows rows, tx.Query("insert_replay", program_id, replay_id,
                                                        db::Bytes{content}, now));
  if (rows.affected() != 1) {
    return status::Refused("TOO_MANY_REPLAYS",
                           "Two replays of the programme are waiting or running.");
  }
  return tx.Query("drop_old_replays", program_id, kKept).status();
}

absl::StatusOr<JoinTimes> ReadJoinTimes(db::Tx& tx, const std::vector<base::Uuid>& members) {
  JoinTimes joined;
  if (members.empty()) return joined;
  LAUREL_ASSIGN_OR_RETURN(
      const db::Rows rows,
      tx.Query("read_join_times",
               db::ArrayOf(members, [](const base::Uuid& id) { return base::BucketOf(id); }),
               db::ArrayOf(members, [](const base::Uuid& id) { return id; })));
  for (size_t i = 0; i < rows.size(); ++i) joined[rows[i].Uuid(0)] = rows[i].Int(1);
  return joined;
}

absl::StatusOr<std::vector<int>> DaysOfOrders(db::Tx& tx, const ReplayedOrders& which) {
  LAUREL_ASSIGN_OR_RETURN(const db::Rows rows, tx.Query("list_days"));
  const int64_t first = (which.from_us - kMinuteUs) / kDayUs;
  const int64_t last = which.recorded_us / kDayUs;
  std::vector<int> days;
  for (size_t i = 0; i < rows.size(); ++i) {
    const int64_t day = rows[i].Int(0);
    if (day >= first && day <= last) days.push_back(static_cast<int>(day));
  }
  std::sort(days.begin(), days.end());
  return days;
}

absl::StatusOr<std::vector<std::optional<OrderPosition>>> ReadOrders(
    db::Pool& pool, const ReplayedOrders& which,
    const std::vector<std::pair<int, OrderPosition>>& days, int64_t limit,
    const std::function<void(const OrderRow&)>& take) {
  const char* query = which.with_returns ? "read_orders_with_returns_of_day" : "read_orders_of_day";
  std::vector<db::Rows> answers;
  LAUREL_RETURN_IF_ERROR(pool.TransactOnce([&](db::Pipeline& tx) -> absl::Status {
    tx.Send("forbid_writes");
    for (const auto& [day, after] : days) {
      tx.SendDay(query, day, db::Scalar<int32_t>(after.bucket),
                 db::Scalar<base::Uuid>(after.order_id), db::Scalar<base::Uuid>(which.program_id),
                 db::Scalar<int64_t>(which.from_us), db::Scalar<int64_t>(which.until_us),
                 db::Scalar<int64_t>(which.recorded_us), db::Scalar<int64_t>(which.sample_every),
                 db::Scalar<int64_t>(limit));
    }
    LAUREL_ASSIGN_OR_RETURN(answers, tx.Flush());
    return absl::OkStatus();
  }));
  std::vector<std::optional<OrderPosition>> next(days.size());
  for (size_t i = 0; i < days.size(); ++i) {
    const db::Rows& rows = answers[i + 1];
    for (size_t k = 0; k < rows.size(); ++k) {
      // In binary form a bytea is its bytes.
      OrderRow row{rows[k].Uuid(1), rows[k].Uuid(2), rows[k].Int(3), rows[k].Text(4)};
      if (which.with_returns && !rows[k].IsNull(5)) row.newest_return = rows[k].Text(5);
      take(row);
    }
    if (static_cast<int64_t>(rows.size()) < limit) continue;
    next[i] = {static_cast<int>(rows[rows.size() - 1].Int(0)), rows[rows.size() - 1].Uuid(1)};
  }
  return next;
}

}  // namespace laurel::members
