#include "members-svc/jobs/each_member.h"

#include <utility>

#include "absl/strings/match.h"
#include "lib/log/log.h"
#include "lib/status/error.h"
#include "members-svc/jobs/job_deadline.h"

namespace laurel::members {
namespace {

absl::StatusOr<int64_t> EvaluateInOne(db::Pool& pool, const std::vector<base::Uuid>& members,
                                      const EvaluateMembers& evaluate) {
  return db::TransactFor<int64_t>(pool, JobDeadline(),
                                  [&](db::Tx& tx) { return evaluate(tx, members); });
}

// Not a database that is away, full or slow: that is no member's fault, and passes.
bool IsOfSomebody(const absl::Status& status) {
  if (status.code() != absl::StatusCode::kInternal) return false;
  if (!db::IsDatabaseError(status)) return true;
  // A value that a column does not take.
  const std::string state = db::SqlStateOf(status);
  return absl::StartsWith(state, "22") || absl::StartsWith(state, "23");
}

}  // namespace

absl::StatusOr<EvaluatedMembers> EvaluateEach(db::Pool& pool,
                                              const std::vector<base::Uuid>& members,
                                              const EvaluateMembers& evaluate,
                                              const OnPassedOver& on_passed_over) {
  EvaluatedMembers out;
  const absl::StatusOr<int64_t> together = EvaluateInOne(pool, members, evaluate);
  if (together.ok()) {
    out.events = *together;
    return out;
  }
  if (!IsOfSomebody(together.status())) return together.status();
  for (const base::Uuid& member : members) {
    absl::StatusOr<int64_t> alone = EvaluateInOne(pool, {member}, evaluate);
    if (alone.ok()) {
      out.events += *alone;
      continue;
    }
    if (!IsOfSomebody(alone.status())) return alone.status();
    log::Error("a member cannot be evaluated", {{"member_id", base::EncodeId("mem", member)},
                                                {"error", alone.status().ToString()}});
    if (on_passed_over != nullptr) on_passed_over();
    out.passed_over.push_back({member, std::move(alone).status()});
  }
  return out;
}

}  // namespace laurel::members
