#include "lib/status/error.h"
#include "members-svc/handlers/common.h"
#include "members-svc/handlers/manual_tier.h"
#include "members-svc/handlers/tier_handlers.h"

namespace laurel::members::handlers {

absl::Status ClearManualTier(const Deps& deps, const server::Call& call,
                             const v1::ClearManualTierRequest& request,
                             v1::ClearManualTierResponse* response) {
  const absl::Time now = deps.clock.Now();
  const ManualTierChange change{.program_id = request.program_id(),
                                .member_id = request.member_id(),
                                .tier_set = request.tier_set(),
                                .tier = "",
                                .end = {},
                                .reason = request.reason(),
                                .actor = call.caller.Principal()};
  const absl::Status status = deps.pool.Transact(call.deadline, [&](db::Tx& tx) {
    return idempotency::Once(
        tx, ScopeOf(call, request.program_id(), "ClearManualTier", request.request_id()), request,
        now, response, [&]() -> absl::Status {
          LAUREL_ASSIGN_OR_RETURN(*response->mutable_member_tier(),
                                  ChangeManualTier(deps, tx, change, now));
          return absl::OkStatus();
        });
  });
  if (!status.ok()) return status;
  deps.relay.Wake();
  NoteChange(deps, change);
  return absl::OkStatus();
}

}  // namespace laurel::members::handlers
