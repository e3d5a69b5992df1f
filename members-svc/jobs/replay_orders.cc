#include "members-svc/jobs/replay_orders.h"

#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <tuple>
#include <utility>

#include "absl/time/clock.h"
#include "lib/base/timestamps.h"
#include "lib/log/log.h"
#include "lib/status/error.h"
#include "members-svc/jobs/job_deadline.h"

namespace laurel::members {
namespace {

absl::Status NotOurs() { return absl::CancelledError("the replay is nobody's, or another's"); }

// Requests come first wherever the processor is short. Of this thread alone, once.
void GiveWay() {
  thread_local const int done = setpriority(PRIO_PROCESS, static_cast<id_t>(gettid()), 10);
  (void)done;
}

// Whether it would fail again however often it is tried.
bool IsFinal(const absl::Status& why) { return !status::ReasonOf(why).empty(); }

}  // namespace

ReplayOrders::ReplayOrders(Deps deps, ReplayOptions options)
    : deps_(deps), options_(options), holder_(deps.ids.Next(deps.clock.Now())) {}

absl::StatusOr<bool> ReplayOrders::Round(const std::atomic<bool>& stopping) {
  Work work;
  LAUREL_ASSIGN_OR_RETURN(const bool claimed, Claim(&work));
  if (!claimed) return false;
  GiveWay();
  const absl::Status done =
      work.record.fence > options_.most_claims
          ? status::Refused("REPLAY_GIVEN_UP", "It was begun too often without coming to its end.")
          : CarryOut(work, stopping);
  if (done.ok()) return true;
  if (IsFinal(done)) {
    LAUREL_RETURN_IF_ERROR(Fail(work, done));
    return true;
  }
  // Cancelled, another's, or left because the program ends: no fault of anybody.
  if (absl::IsCancelled(done)) {
    if (stopping) Leave(work);
    return true;
  }
  return done;
}

absl::StatusOr<bool> ReplayOrders::Claim(Work* work) {
  bool claimed = false;
  LAUREL_RETURN_IF_ERROR(deps_.pool.Transact(JobDeadline(), [&](db::Tx& tx) -> absl::Status {
    claimed = false;
    // The lease runs by the machine's clock: a manual clock that stands still must not freeze it.
    const absl::Time now = absl::Now();
    LAUREL_ASSIGN_OR_RETURN(const db::Rows rows,
                            tx.Query("claim_replay", holder_, now, now + options_.lease));
    if (rows.empty()) return absl::OkStatus();
    LAUREL_ASSIGN_OR_RETURN(work->record, ReplayOf(rows[0]));
    LAUREL_ASSIGN_OR_RETURN(const auto rules, deps_.campaigns.Current(tx, work->record.program_id));
    const v1::Replay& replay = work->record.replay;
    LAUREL_ASSIGN_OR_RETURN(work->rules,
                            TrialRulesOf(WithTierSetsOf(replay, *rules), CampaignsOf(replay)));
    claimed = true;
    return absl::OkStatus();
  }));
  if (!claimed) return false;
  const v1::Replay& replay = work->record.replay;
  work->which = {.program_id = work->record.program_id,
                 .from_us = absl::ToUnixMicros(base::FromTimestamp(replay.start_time())),
                 .until_us = absl::ToUnixMicros(base::FromTimestamp(replay.end_time())),
                 .recorded_us = absl::ToUnixMicros(base::FromTimestamp(replay.create_time())),
                 .sample_every = replay.sample_every()};
  work->next_word = absl::Now() + options_.word;
  return true;
}

absl::Status ReplayOrders::CarryOut(Work& work, const std::atomic<bool>& stopping) {
  const absl::Time begin = absl::Now();
  LAUREL_RETURN_IF_ERROR(Read(work, stopping));
  const absl::Time read = absl::Now();
  std::sort(work.orders.begin(), work.orders.end(), [](const Kept& a, const Kept& b) {
    return std::tie(a.occur_us, a.order_id) < std::tie(b.occur_us, b.order_id);
  });
  OrderReplay replay(work.rules, work.record.replay);
  const std::string_view contents = work.contents;
  for (size_t i = 0; i < work.orders.size(); ++i) {
    if (i % options_.slice == 0) {
      if (stopping) return NotOurs();
      LAUREL_RETURN_IF_ERROR(Tell(work, i));
    }
    const Kept& order = work.orders[i];
    LAUREL_RETURN_IF_ERROR(replay.Add(order.member_id, contents.substr(order.begin, order.size)));
    LAUREL_RETURN_IF_ERROR(CheckFits(work, replay.HeldBytes()));
  }
  JoinTimes joined;
  LAUREL_RETURN_IF_ERROR(deps_.pool.Read(JobDeadline(), [&](db::Tx& tx) -> absl::Status {
    LAUREL_ASSIGN_OR_RETURN(joined, ReadJoinTimes(tx, replay.MembersOfTiers()));
    return absl::OkStatus();
  }));
  LAUREL_ASSIGN_OR_RETURN(const v1::ReplayResult result, replay.Finish(joined));
  LAUREL_RETURN_IF_ERROR(Finish(work, result));
  log::Info("replayed", {{"replay", work.record.replay.replay_id()},
                         {"orders", result.orders()},
                         {"read_ms", absl::ToInt64Milliseconds(read - begin)},
                         {"evaluated_ms", absl::ToInt64Milliseconds(absl::Now() - read)}});
  return absl::OkStatus();
}

absl::Status ReplayOrders::Read(Work& work, const std::atomic<bool>& stopping) {
  std::vector<int> days;
  LAUREL_RETURN_IF_ERROR(deps_.pool.Read(JobDeadline(), [&](db::Tx& tx) -> absl::Status {
    LAUREL_ASSIGN_OR_RETURN(days, DaysOfOrders(tx, work.which));
    return absl::OkStatus();
  }));
  absl::Status kept;
  const auto take = [&](const OrderRow& row) {
    if (kept.ok()) kept = Keep(work, row);
  };
  for (size_t at = 0; at < days.size(); at += static_cast<size_t>(options_.days)) {
    std::vector<std::pair<int, OrderPosition>> group;
    const size_t end = std::min(days.size(), at + static_cast<size_t>(options_.days));
    for (size_t i = at; i < end; ++i) group.push_back({days[i], {}});
    int64_t limit = options_.first_orders;
    while (!group.empty()) {
      if (stopping) return NotOurs();
      LAUREL_RETURN_IF_ERROR(Tell(work, 0));
      // Days that have more are gone on with one by one.
      const std::vector<std::pair<int, OrderPosition>> now =
          limit == options_.first_orders ? std::exchange(group, {})
                                         : std::vector<std::pair<int, OrderPosition>>{group.back()};
      if (limit != options_.first_orders) group.pop_back();
      LAUREL_ASSIGN_OR_RETURN(const auto next,
                              ReadOrders(deps_.pool, work.which, now, limit, take));
      LAUREL_RETURN_IF_ERROR(kept);
      for (size_t i = 0; i < now.size(); ++i) {
        if (next[i]) group.push_back({now[i].first, *next[i]});
      }
      limit = options_.next_orders;
    }
  }
  return absl::OkStatus();
}

absl::Status ReplayOrders::CheckFits(const Work& work, size_t more) const {
  const size_t orders = work.contents.size() + work.orders.size() * sizeof(Kept);
  if (orders + more <= options_.most_bytes) return absl::OkStatus();
  return status::Refused("REPLAY_TOO_LARGE",
                         "So many orders do not fit into memory: take a sample of the members, "
                         "or a shorter range.");
}

absl::Status ReplayOrders::Keep(Work& work, const OrderRow& row) const {
  LAUREL_RETURN_IF_ERROR(CheckFits(work, row.content.size()));
  work.orders.push_back({.occur_us = row.occur_us,
                         .order_id = row.order_id,
                         .member_id = row.member_id,
                         .begin = work.contents.size(),
                         .size = static_cast<uint32_t>(row.content.size())});
  work.contents.append(row.content);
  return absl::OkStatus();
}

absl::Status ReplayOrders::Tell(Work& work, size_t done) {
  const absl::Time now = absl::Now();
  if (now < work.next_word) return absl::OkStatus();
  work.next_word = now + options_.word;
  return deps_.pool.Transact(JobDeadline(), [&](db::Tx& tx) -> absl::Status {
    LAUREL_ASSIGN_OR_RETURN(
        const db::Rows rows,
        tx.Query("advance_replay", work.record.program_id, work.record.replay_id, work.record.fence,
                 static_cast<int64_t>(done), static_cast<int64_t>(work.orders.size()),
                 now + options_.lease));
    return rows.affected() == 1 ? absl::OkStatus() : NotOurs();
  });
}

absl::Status ReplayOrders::Finish(const Work& work, const v1::ReplayResult& result) {
  const std::string bytes = result.SerializeAsString();
  return deps_.pool.Transact(JobDeadline(), [&](db::Tx& tx) -> absl::Status {
    LAUREL_ASSIGN_OR_RETURN(
        const db::Rows rows,
        tx.Query("finish_replay", work.record.program_id, work.record.replay_id, work.record.fence,
                 result.orders(), db::Bytes{bytes}, deps_.clock.Now()));
    return rows.affected() == 1 ? absl::OkStatus() : NotOurs();
  });
}

absl::Status ReplayOrders::Fail(const Work& work, const absl::Status& why) {
  // Nothing to say if it was cancelled meanwhile.
  return deps_.pool.Transact(JobDeadline(), [&](db::Tx& tx) {
    return tx
        .Query("fail_replay", work.record.program_id, work.record.replay_id, work.record.fence,
               status::ReasonOf(why), deps_.clock.Now())
        .status();
  });
}

void ReplayOrders::Leave(const Work& work) {
  const absl::Status left = deps_.pool.Transact(JobDeadline(), [&](db::Tx& tx) {
    return tx
        .Query("advance_replay", work.record.program_id, work.record.replay_id, work.record.fence,
               int64_t{0}, int64_t{0}, absl::UnixEpoch())
        .status();
  });
  if (!left.ok()) log::Warn("a replay was not given back", {{"error", left.ToString()}});
}

}  // namespace laurel::members
