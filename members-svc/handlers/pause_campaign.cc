#include "lib/status/error.h"
#include "members-svc/handlers/change_campaign_state.h"
#include "members-svc/handlers/common.h"

namespace laurel::members::handlers {

absl::Status PauseCampaign(const Deps& deps, const server::Call& call,
                           const v1::PauseCampaignRequest& request,
                           v1::PauseCampaignResponse* response) {
  const absl::Time now = deps.clock.Now();
  return deps.pool.Transact(call.deadline, [&](db::Tx& tx) {
    return idempotency::Once(
        tx, ScopeOf(call, request.program_id(), "PauseCampaign", request.request_id()), request,
        now, response, [&]() -> absl::Status {
          LAUREL_ASSIGN_OR_RETURN(
              *response->mutable_campaign(),
              ChangeCampaignState(tx, request.program_id(), request.campaign_id(),
                                  v1::CAMPAIGN_STATE_PAUSED, call.caller.Principal(), now));
          return absl::OkStatus();
        });
  });
}

}  // namespace laurel::members::handlers
