#include "lib/status/error.h"
#include "members-svc/handlers/change_campaign_state.h"
#include "members-svc/handlers/common.h"

namespace laurel::members::handlers {

absl::Status ActivateCampaign(const Deps& deps, const server::Call& call,
                              const v1::ActivateCampaignRequest& request,
                              v1::ActivateCampaignResponse* response) {
  const absl::Time now = deps.clock.Now();
  return deps.pool.Transact(call.deadline, [&](db::Tx& tx) {
    return idempotency::Once(
        tx, ScopeOf(call, request.program_id(), "ActivateCampaign", request.request_id()), request,
        now, response, [&]() -> absl::Status {
          LAUREL_ASSIGN_OR_RETURN(
              *response->mutable_campaign(),
              ChangeCampaignState(tx, request.program_id(), request.campaign_id(),
                                  v1::CAMPAIGN_STATE_ACTIVE, call.caller.Principal(), now));
          return absl::OkStatus();
        });
  });
}

}  // namespace laurel::members::handlers
