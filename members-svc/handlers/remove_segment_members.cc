#include "lib/status/error.h"
#include "members-svc/handlers/change_segment_members.h"
#include "members-svc/handlers/common.h"
#include "members-svc/handlers/segment_handlers.h"

namespace laurel::members::handlers {

absl::Status RemoveSegmentMembers(const Deps& deps, const server::Call& call,
                                  const v1::RemoveSegmentMembersRequest& request,
                                  v1::RemoveSegmentMembersResponse* response) {
  const absl::Time now = deps.clock.Now();
  LAUREL_RETURN_IF_ERROR(deps.pool.Transact(call.deadline, [&](db::Tx& tx) {
    return idempotency::Once(
        tx, ScopeOf(call, request.program_id(), "RemoveSegmentMembers", request.request_id()),
        request, now, response, [&]() -> absl::Status {
          LAUREL_ASSIGN_OR_RETURN(
              const int changed,
              ChangeSegmentMembers(deps, tx, request.program_id(), request.segment_id(),
                                   request.member_ids(), /*add=*/false, now));
          response->set_removed_count(changed);
          return absl::OkStatus();
        });
  }));
  if (response->removed_count() > 0) deps.relay.Wake();
  return absl::OkStatus();
}

}  // namespace laurel::members::handlers
