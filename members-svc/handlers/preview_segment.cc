#include <algorithm>

#include "absl/time/clock.h"
#include "lib/base/bucket.h"
#include "lib/status/error.h"
#include "members-svc/handlers/common.h"
#include "members-svc/handlers/segment_handlers.h"
#include "members-svc/jobs/evaluate_segments.h"
#include "members-svc/jobs/settle_due.h"

namespace laurel::members::handlers {

namespace {

constexpr int kDefaultSample = 10;
constexpr int64_t kAtOnce = 256;  // members whose history is read together
constexpr absl::Duration kLongest = absl::Seconds(10);

// Looks at the members of one slice as an evaluation would.
absl::Status LookAt(db::Tx& tx, const BirthdayKeys& birthdays, const SegmentRules& rules, int slice,
                    size_t sample, absl::Time now, v1::PreviewSegmentResponse* response) {
  base::Uuid after;
  for (;;) {
    LAUREL_ASSIGN_OR_RETURN(const db::Rows rows,
                            tx.Query("list_members_of_bucket", base::LabelOfSlice(slice),
                                     rules.program_id, after, kAtOnce));
    if (rows.empty()) return absl::OkStatus();
    std::vector<base::Uuid> members;
    for (size_t i = 0; i < rows.size(); ++i) members.push_back(rows[i].Uuid(0));
    after = members.back();
    LAUREL_ASSIGN_OR_RETURN(const auto states,
                            ReadSegmentMembers(tx, rules, members, &birthdays, /*keep=*/false));
    for (const SegmentMemberState& member : states) {
      response->set_looked_at_count(response->looked_at_count() + 1);
      if (!VerdictOf(rules, member, now).holds[0]) continue;
      response->set_member_count(response->member_count() + 1);
      if (static_cast<size_t>(response->sample_member_ids_size()) < sample) {
        response->add_sample_member_ids(base::EncodeId("mem", member.member_id));
      }
    }
    if (static_cast<int64_t>(rows.size()) < kAtOnce) return absl::OkStatus();
  }
}

}  // namespace

absl::Status PreviewSegment(const Deps& deps, const server::Call& call,
                            const v1::PreviewSegmentRequest& request,
                            v1::PreviewSegmentResponse* response) {
  LAUREL_ASSIGN_OR_RETURN(const base::Uuid program, ProgramIdOf(request.program_id()));
  const absl::Time now = deps.clock.Now();
  const absl::Time begin = absl::Now();
  const absl::Time end = begin + std::min(kLongest, (call.deadline - begin) * 3 / 4);
  const auto sample =
      static_cast<size_t>(request.sample_size() == 0 ? kDefaultSample : request.sample_size());
  SegmentRules rules;
  LAUREL_RETURN_IF_ERROR(deps.pool.Read(call.deadline, [&](db::Tx& tx) -> absl::Status {
    LAUREL_ASSIGN_OR_RETURN(rules, ReadSegmentRules(tx, program));
    LAUREL_ASSIGN_OR_RETURN(const KnownTiers tiers, ReadKnownTiers(tx, program));
    return ValidateSegmentCondition(request.condition(), tiers);
  }));
  rules.segments.clear();
  rules.segments.push_back({.id = {}, .segment = {}, .condition = {}});
  rules.segments[0].condition.emplace(request.condition());
  const BirthdayKeys birthdays{deps.keys, deps.index};
  response->Clear();
  int slice = 0;
  for (; slice < kSlices && absl::Now() < end; ++slice) {
    LAUREL_RETURN_IF_ERROR(deps.pool.Read(call.deadline, [&](db::Tx& tx) {
      return LookAt(tx, birthdays, rules, slice, sample, now, response);
    }));
  }
  response->set_complete(slice == kSlices);
  if (slice > 0) response->set_estimated_count(response->member_count() * kSlices / slice);
  return absl::OkStatus();
}

}  // namespace laurel::members::handlers
