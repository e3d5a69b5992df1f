#include "lib/base/timestamps.h"
#include "lib/status/error.h"
#include "members-svc/handlers/common.h"
#include "members-svc/handlers/segment_handlers.h"
#include "members-svc/store/program_store.h"
#include "members-svc/store/segment_store.h"

namespace laurel::members::handlers {

namespace {

// The new version of what is stored, or why there is none.
absl::StatusOr<v1::Segment> Replace(db::Tx& tx, const base::Uuid& program,
                                    const v1::UpdateSegmentRequest& request, absl::Time now,
                                    const std::string& principal) {
  LAUREL_RETURN_IF_ERROR(RaiseRulesVersion(tx, program));
  LAUREL_ASSIGN_OR_RETURN(const SegmentRules rules, ReadSegmentRules(tx, program));
  LAUREL_ASSIGN_OR_RETURN(const StoredSegment* stored, FindSegment(rules, request.segment_id()));
  const v1::Segment& newest = stored->segment;
  if (request.version() != 0 && request.version() != newest.version()) {
    return status::Refused("SEGMENT_CHANGED", "The segment has a newer version.",
                           {{"version", std::to_string(newest.version())}});
  }
  v1::Segment segment = request.segment();
  segment.set_segment_id(newest.segment_id());
  segment.set_version(newest.version() + 1);
  *segment.mutable_create_time() = newest.create_time();
  base::SetTimestamp(now, segment.mutable_update_time());
  LAUREL_ASSIGN_OR_RETURN(const KnownTiers tiers, ReadKnownTiers(tx, program));
  LAUREL_RETURN_IF_ERROR(ValidateSegment(segment, tiers, &newest));
  LAUREL_RETURN_IF_ERROR(RaiseSegmentsVersion(tx, program, nullptr));
  LAUREL_RETURN_IF_ERROR(StoreSegment(tx, program, segment, principal));
  return segment;
}

}  // namespace

absl::Status UpdateSegment(const Deps& deps, const server::Call& call,
                           const v1::UpdateSegmentRequest& request,
                           v1::UpdateSegmentResponse* response) {
  LAUREL_ASSIGN_OR_RETURN(const base::Uuid program, ProgramIdOf(request.program_id()));
  const absl::Time now = deps.clock.Now();
  return deps.pool.Transact(call.deadline, [&](db::Tx& tx) {
    return idempotency::Once(
        tx, ScopeOf(call, request.program_id(), "UpdateSegment", request.request_id()), request,
        now, response, [&]() -> absl::Status {
          LAUREL_ASSIGN_OR_RETURN(*response->mutable_segment(),
                                  Replace(tx, program, request, now, call.caller.Principal()));
          return absl::OkStatus();
        });
  });
}

}  // namespace laurel::members::handlers
