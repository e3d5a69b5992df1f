#include "lib/base/timestamps.h"
#include "lib/status/error.h"
#include "members-svc/handlers/common.h"
#include "members-svc/handlers/segment_handlers.h"
#include "members-svc/store/program_store.h"
#include "members-svc/store/segment_store.h"

namespace laurel::members::handlers {

absl::Status CreateSegment(const Deps& deps, const server::Call& call,
                           const v1::CreateSegmentRequest& request,
                           v1::CreateSegmentResponse* response) {
  LAUREL_ASSIGN_OR_RETURN(const base::Uuid program, ProgramIdOf(request.program_id()));
  const absl::Time now = deps.clock.Now();
  v1::Segment segment = request.segment();
  segment.set_segment_id(base::EncodeId("seg", deps.ids.Next(now)));
  segment.set_version(1);
  base::SetTimestamp(now, segment.mutable_create_time());
  base::SetTimestamp(now, segment.mutable_update_time());
  return deps.pool.Transact(call.deadline, [&](db::Tx& tx) {
    return idempotency::Once(
        tx, ScopeOf(call, request.program_id(), "CreateSegment", request.request_id()), request,
        now, response, [&]() -> absl::Status {
          LAUREL_RETURN_IF_ERROR(RaiseRulesVersion(tx, program));
          LAUREL_ASSIGN_OR_RETURN(const KnownTiers tiers, ReadKnownTiers(tx, program));
          LAUREL_RETURN_IF_ERROR(ValidateSegment(segment, tiers, nullptr));
          LAUREL_ASSIGN_OR_RETURN(const SegmentRules rules, ReadSegmentRules(tx, program));
          if (rules.segments.size() >= kMaxSegments) {
            return status::Refused("TOO_MANY_SEGMENTS", "A programme has at most 100 segments.");
          }
          LAUREL_RETURN_IF_ERROR(RaiseSegmentsVersion(tx, program, nullptr));
          LAUREL_RETURN_IF_ERROR(StoreSegment(tx, program, segment, call.caller.Principal()));
          *response->mutable_segment() = segment;
          return absl::OkStatus();
        });
  });
}

}  // namespace laurel::members::handlers
