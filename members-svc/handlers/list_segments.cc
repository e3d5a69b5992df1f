#include "lib/status/error.h"
#include "members-svc/handlers/common.h"
#include "members-svc/handlers/segment_handlers.h"
#include "members-svc/store/segment_store.h"

namespace laurel::members::handlers {

absl::Status ListSegments(const Deps& deps, const server::Call& call,
                          const v1::ListSegmentsRequest& request,
                          v1::ListSegmentsResponse* response) {
  LAUREL_ASSIGN_OR_RETURN(const base::Uuid program, ProgramIdOf(request.program_id()));
  return deps.pool.Read(call.deadline, [&](db::Tx& tx) -> absl::Status {
    response->Clear();
    LAUREL_ASSIGN_OR_RETURN(const SegmentRules rules, ReadSegmentRules(tx, program));
    for (const StoredSegment& stored : rules.segments) *response->add_segments() = stored.segment;
    return absl::OkStatus();
  });
}

}  // namespace laurel::members::handlers
