#include "lib/base/timestamps.h"
#include "members-svc/handlers/manual_tier.h"
#include "members-svc/handlers/tier_handlers.h"

namespace laurel::members::handlers {

absl::Status SetManualTier(const Deps& deps, const server::Call& call,
                           const v1::SetManualTierRequest& request,
                           v1::SetManualTierResponse* response) {
  std::optional<absl::Time> end;
  if (request.has_end_time()) end = base::FromTimestamp(request.end_time());
  const ManualTierChange change{.program_id = request.program_id(),
                                .member_id = request.member_id(),
                                .tier_set = request.tier_set(),
                                .tier = request.tier(),
                                .end = end,
                                .reason = request.reason(),
                                .actor = call.caller.Principal()};
  return ChangeManualTierOnce(deps, call, "SetManualTier", request, change, response);
}

}  // namespace laurel::members::handlers
