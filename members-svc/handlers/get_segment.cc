#include "lib/status/error.h"
#include "members-svc/handlers/common.h"
#include "members-svc/handlers/segment_handlers.h"
#include "members-svc/store/segment_store.h"

namespace laurel::members::handlers {

absl::Status GetSegment(const Deps& deps, const server::Call& call,
                        const v1::GetSegmentRequest& request, v1::GetSegmentResponse* response) {
  LAUREL_ASSIGN_OR_RETURN(const base::Uuid program, ProgramIdOf(request.program_id()));
  return deps.pool.Read(call.deadline, [&](db::Tx& tx) -> absl::Status {
    LAUREL_ASSIGN_OR_RETURN(const SegmentRules rules, ReadSegmentRules(tx, program));
    LAUREL_ASSIGN_OR_RETURN(const StoredSegment* stored, FindSegment(rules, request.segment_id()));
    *response->mutable_segment() = stored->segment;
    return absl::OkStatus();
  });
}

}  // namespace laurel::members::handlers
