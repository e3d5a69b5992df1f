#include "lib/base/timestamps.h"
#include "lib/status/error.h"
#include "members-svc/handlers/common.h"
#include "members-svc/handlers/segment_handlers.h"
#include "members-svc/store/segment_member_store.h"
#include "members-svc/store/wallet_reads.h"

namespace laurel::members::handlers {

// Scores and stage from the history: exact at any time. Segments as they were evaluated: what
// events have told.
absl::Status GetMemberSegments(const Deps& deps, const server::Call& call,
                               const v1::GetMemberSegmentsRequest& request,
                               v1::GetMemberSegmentsResponse* response) {
  LAUREL_ASSIGN_OR_RETURN(const base::Uuid program, ProgramIdOf(request.program_id()));
  const base::Uuid member = base::DecodeId("mem", request.member_id()).value_or(base::Uuid{});
  const absl::Time now = deps.clock.Now();
  return deps.pool.Snapshot(call.deadline, [&](db::Tx& tx) -> absl::Status {
    response->Clear();
    LAUREL_RETURN_IF_ERROR(CheckMember(tx, program, member));
    LAUREL_ASSIGN_OR_RETURN(const SegmentRules rules, ReadSegmentRules(tx, program));
    LAUREL_ASSIGN_OR_RETURN(const auto states,
                            ReadSegmentMembers(tx, rules, {member}, nullptr, /*keep=*/false));
    const SegmentMemberState& state = states.front();
    for (const StoredSegment& stored : rules.segments) {
      const auto in = state.in.find(stored.id);
      if (in == state.in.end()) continue;
      v1::MemberSegment* segment = response->add_segments();
      segment->set_segment_id(stored.segment.segment_id());
      segment->set_display_name(stored.segment.display_name());
      base::SetTimestamp(absl::FromUnixMicros(in->second), segment->mutable_enter_time());
    }
    const SegmentMoment moment(state.facts, rules.settings, rules.scale_or_null(), state.AsOf(now));
    const Scores scores = moment.scores();
    const RfmValues values = moment.rfm_values();
    v1::MemberScores* answer = response->mutable_scores();
    answer->set_recency(scores.recency);
    answer->set_frequency(scores.frequency);
    answer->set_monetary(scores.monetary);
    if (values.last_day) answer->set_days_since_last_order(moment.today() - *values.last_day);
    answer->set_orders(values.orders);
    answer->set_minor_units(values.minor_units);
    response->set_lifecycle_stage(moment.stage());
    return absl::OkStatus();
  });
}

}  // namespace laurel::members::handlers
