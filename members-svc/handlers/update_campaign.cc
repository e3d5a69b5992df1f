#include "lib/status/error.h"
#include "members-svc/handlers/campaign_life_handlers.h"
#include "members-svc/handlers/change_campaign.h"
#include "members-svc/handlers/common.h"

namespace laurel::members::handlers {

absl::Status UpdateCampaign(const Deps& deps, const server::Call& call,
                            const v1::UpdateCampaignRequest& request,
                            v1::UpdateCampaignResponse* response) {
  const absl::Time now = deps.clock.Now();
  const auto next = [&](db::Tx&, const CampaignRecord& record,
                        const ChangeMoment& at) -> absl::StatusOr<v1::Campaign> {
    LAUREL_RETURN_IF_ERROR(CheckEtag(record, request.etag()));
    v1::Campaign content = request.campaign();
    Normalise(&content);
    return Replaced(record, content, at);
  };
  return deps.pool.Transact(call.deadline, [&](db::Tx& tx) {
    return idempotency::Once(
        tx, ScopeOf(call, request.program_id(), "UpdateCampaign", request.request_id()), request,
        now, response, [&]() -> absl::Status {
          LAUREL_ASSIGN_OR_RETURN(*response->mutable_campaign(),
                                  ChangeCampaign(tx,
                                                 {.program_id = request.program_id(),
                                                  .campaign_id = request.campaign_id(),
                                                  .principal = call.caller.Principal(),
                                                  .now = now},
                                                 next));
          return absl::OkStatus();
        });
  });
}

}  // namespace laurel::members::handlers
