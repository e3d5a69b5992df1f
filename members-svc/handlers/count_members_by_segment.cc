#include "lib/status/error.h"
#include "members-svc/handlers/common.h"
#include "members-svc/handlers/segment_handlers.h"
#include "members-svc/store/segment_store.h"

namespace laurel::members::handlers {

absl::Status CountMembersBySegment(const Deps& deps, const server::Call& call,
                                   const v1::CountMembersBySegmentRequest& request,
                                   v1::CountMembersBySegmentResponse* response) {
  LAUREL_ASSIGN_OR_RETURN(const base::Uuid program, ProgramIdOf(request.program_id()));
  return deps.pool.Snapshot(call.deadline, [&](db::Tx& tx) -> absl::Status {
    response->Clear();
    LAUREL_ASSIGN_OR_RETURN(const SegmentRules rules, ReadSegmentRules(tx, program));
    // In the order of the segments.
    LAUREL_ASSIGN_OR_RETURN(const db::Rows counts, tx.Query("count_segment_members", program));
    for (size_t i = 0; i < rules.segments.size(); ++i) {
      const StoredSegment& stored = rules.segments[i];
      v1::SegmentCount* count = response->add_counts();
      count->set_segment_id(stored.segment.segment_id());
      count->set_display_name(stored.segment.display_name());
      count->set_member_count(counts[i].Int(1));
      count->set_up_to_date(!stored.condition || rules.swept_version == rules.version);
    }
    LAUREL_ASSIGN_OR_RETURN(const db::Rows stages, tx.Query("count_lifecycle_stages", program));
    for (size_t i = 0; i < stages.size(); ++i) {
      v1::LifecycleCount* count = response->add_lifecycle_counts();
      count->set_stage(static_cast<v1::LifecycleStage>(stages[i].Int(0)));
      count->set_member_count(stages[i].Int(1));
    }
    return absl::OkStatus();
  });
}

}  // namespace laurel::members::handlers
