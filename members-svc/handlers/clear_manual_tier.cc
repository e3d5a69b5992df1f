#include "members-svc/handlers/manual_tier.h"
#include "members-svc/handlers/tier_handlers.h"

namespace laurel::members::handlers {

absl::Status ClearManualTier(const Deps& deps, const server::Call& call,
                             const v1::ClearManualTierRequest& request,
                             v1::ClearManualTierResponse* response) {
  const ManualTierChange change{.program_id = request.program_id(),
                                .member_id = request.member_id(),
                                .tier_set = request.tier_set(),
                                .tier = "",
                                .end = {},
                                .reason = request.reason(),
                                .actor = call.caller.Principal()};
  return ChangeManualTierOnce(deps, call, "ClearManualTier", request, change, response);
}

}  // namespace laurel::members::handlers
