#include "lib/status/error.h"
#include "members-svc/handlers/change_segment_members.h"
#include "members-svc/handlers/common.h"
#include "members-svc/handlers/segment_handlers.h"

namespace laurel::members::handlers {

absl::Status AddSegmentMembers(const Deps& deps, const server::Call& call,
                               const v1::AddSegmentMembersRequest& request,
                               v1::AddSegmentMembersResponse* response) {
  const absl::Time now = deps.clock.Now();
  LAUREL_RETURN_IF_ERROR(deps.pool.Transact(call.deadline, [&](db::Tx& tx) {
    return idempotency::Once(
        tx, ScopeOf(call, request.program_id(), "AddSegmentMembers", request.request_id()), request,
        now, response, [&]() -> absl::Status {
          LAUREL_ASSIGN_OR_RETURN(
              const int changed,
              ChangeSegmentMembers(deps, tx, request.program_id(), request.segment_id(),
                                   request.member_ids(), /*add=*/true, now));
          response->set_added_count(changed);
          return absl::OkStatus();
        });
  }));
  if (response->added_count() > 0) deps.relay.Wake();
  return absl::OkStatus();
}

}  // namespace laurel::members::handlers
