#include "members-svc/jobs/tier_worker.h"

#include <algorithm>
#include <map>
#include <optional>
#include <utility>
#include <vector>

#include "absl/time/clock.h"
#include "lib/base/bucket.h"
#include "lib/status/error.h"
#include "members-svc/jobs/evaluate_segments.h"
#include "members-svc/jobs/evaluate_tiers.h"
#include "members-svc/jobs/job_deadline.h"
#include "members-svc/jobs/settle_due.h"

namespace laurel::members {

absl::StatusOr<bool> TierWorker::Round(const std::atomic<bool>& stopping) {
  LAUREL_RETURN_IF_ERROR(LookForPrograms());
  const absl::StatusOr<bool> more = ServeQueue(stopping);
  // Whose rows the database did not take does not keep others from being swept.
  if (!more.ok() && more.status().code() != absl::StatusCode::kInternal) return more.status();
  LAUREL_ASSIGN_OR_RETURN(const bool swept, Sweep(stopping));
  if (!swept) {
    LAUREL_ASSIGN_OR_RETURN(
        const SegmentSweep segments,
        SweepSegments(deps_.pool,
                      {deps_.ids, deps_.campaigns, deps_.birthdays, deps_.on_passed_over},
                      deps_.clock, options_.slices, options_.round, stopping));
    if (segments.events > 0) deps_.relay.Wake();
    LAUREL_RETURN_IF_ERROR(more.status());
    return (segments.found && !stopping) || *more;
  }
  LAUREL_RETURN_IF_ERROR(more.status());
  return true;
}

absl::StatusOr<bool> TierWorker::ServeQueue(const std::atomic<bool>& stopping) {
  const absl::Time end = absl::Now() + options_.round;
  Refused refused;
  absl::StatusOr<bool> more = true;
  while (more.ok() && *more) {
    const auto members = deps_.queue.Take(options_.members);
    if (const absl::Status failed = EvaluateAll(members, refused); !failed.ok()) {
      for (const TierQueue::Member& member : members) deps_.queue.Note(member);
      more = failed;
    } else if (members.size() < options_.members) {
      more = false;
    } else if (stopping || absl::Now() >= end) {
      break;
    }
  }
  for (const TierQueue::Member& member : refused.members) deps_.queue.Note(member);
  LAUREL_RETURN_IF_ERROR(more.status());
  LAUREL_RETURN_IF_ERROR(refused.why);
  return more;
}

absl::Status TierWorker::LookForPrograms() {
  db::Rows rows;
  LAUREL_RETURN_IF_ERROR(deps_.pool.Read(JobDeadline(), [&](db::Tx& tx) -> absl::Status {
    LAUREL_ASSIGN_OR_RETURN(rows, tx.Query("list_tier_programs"));
    return absl::OkStatus();
  }));
  absl::flat_hash_set<base::Uuid> programs;
  for (size_t i = 0; i < rows.size(); ++i) programs.insert(rows[i].Uuid(0));
  deps_.queue.SetPrograms(std::move(programs));
  return absl::OkStatus();
}

absl::Status TierWorker::EvaluateAll(const std::vector<TierQueue::Member>& members,
                                     Refused& refused) {
  std::map<base::Uuid, std::vector<base::Uuid>> by_program;
  for (const auto& [program, member] : members) by_program[program].push_back(member);
  int64_t events = 0;
  for (const auto& [program, of_program] : by_program) {
    LAUREL_ASSIGN_OR_RETURN(const int64_t tiers, EvaluateTiersOfAll(program, of_program, refused));
    // Segments may ask for the tier.
    LAUREL_ASSIGN_OR_RETURN(
        const EvaluatedMembers segments,
        EvaluateSegmentsOf(deps_.pool,
                           {deps_.ids, deps_.campaigns, deps_.birthdays, deps_.on_passed_over},
                           program, of_program, deps_.clock.Now()));
    refused.Add(program, segments);
    events += tiers + segments.events;
  }
  if (events > 0) deps_.relay.Wake();
  return absl::OkStatus();
}

absl::StatusOr<int64_t> TierWorker::EvaluateTiersOfAll(const base::Uuid& program,
                                                       const std::vector<base::Uuid>& members,
                                                       Refused& refused) {
  std::vector<StoredTierSet> sets;
  LAUREL_RETURN_IF_ERROR(deps_.pool.Read(JobDeadline(), [&](db::Tx& tx) -> absl::Status {
    LAUREL_ASSIGN_OR_RETURN(sets, ListTierSetRows(tx, program));
    return absl::OkStatus();
  }));
  int64_t events = 0;
  const auto at_once = static_cast<size_t>(options_.at_once);
  for (const StoredTierSet& set : sets) {
    for (size_t at = 0; at < members.size(); at += at_once) {
      const size_t end = std::min(members.size(), at + at_once);
      const std::vector<base::Uuid> some(members.begin() + static_cast<std::ptrdiff_t>(at),
                                         members.begin() + static_cast<std::ptrdiff_t>(end));
      LAUREL_ASSIGN_OR_RETURN(const EvaluatedMembers evaluated,
                              EvaluateTiersOf(deps_.pool, deps_.ids, set, some, deps_.clock.Now(),
                                              deps_.campaigns, deps_.on_passed_over));
      refused.Add(program, evaluated);
      events += evaluated.events;
    }
  }
  return events;
}

void TierWorker::Refused::Add(const base::Uuid& program, const EvaluatedMembers& evaluated) {
  for (const PassedOver& one : evaluated.passed_over) {
    if (!db::IsDatabaseError(one.why)) continue;
    members.emplace_back(program, one.member_id);
    why = one.why;
  }
}

absl::StatusOr<bool> TierWorker::Sweep(const std::atomic<bool>& stopping) {
  bool found = false;
  int64_t events = 0;
  // The tier set's row is held: one process sweeps it at a time.
  LAUREL_RETURN_IF_ERROR(deps_.pool.Transact(JobDeadline(), [&](db::Tx& tx) -> absl::Status {
    found = false;
    LAUREL_ASSIGN_OR_RETURN(const db::Rows claimed, tx.Query("claim_tier_sweep"));
    if (claimed.empty()) return absl::OkStatus();
    found = true;
    const base::Uuid program = claimed[0].Uuid(0);
    const int set_no = static_cast<int>(claimed[0].Int(1));
    const int version = static_cast<int>(claimed[0].Int(2));
    int slice = static_cast<int>(claimed[0].Int(3));
    LAUREL_ASSIGN_OR_RETURN(const std::vector<StoredTierSet> sets, ListTierSetRows(tx, program));
    const StoredTierSet& set = sets[static_cast<size_t>(set_no) - 1];
    const int last = std::min(kSlices, slice + options_.slices);
    const absl::Time end = absl::Now() + options_.round;
    for (; slice < last && !stopping && absl::Now() < end; ++slice) {
      LAUREL_ASSIGN_OR_RETURN(const int64_t some,
                              EvaluateBucket(deps_.pool, deps_.ids, set,
                                             {.bucket = base::LabelOfSlice(slice),
                                              .after = {},
                                              .at_us = absl::ToUnixMicros(deps_.clock.Now()),
                                              .since_day = kNoSuchDay,
                                              .limit = options_.at_once},
                                             stopping, deps_.campaigns, deps_.on_passed_over));
      events += some;
      // The rest of the slice is left.
      if (stopping) break;
    }
    std::optional<int> swept;
    if (slice == kSlices) {
      swept = version;
      LAUREL_RETURN_IF_ERROR(TiersHaveMoved(tx, program));
    }
    return tx.Query("advance_tier_sweep", program, set_no, swept ? 0 : slice, swept).status();
  }));
  if (events > 0) deps_.relay.Wake();
  return found && !stopping;
}

}  // namespace laurel::members
