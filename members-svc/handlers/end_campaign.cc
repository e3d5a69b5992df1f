#include "members-svc/handlers/campaign_life_handlers.h"
#include "members-svc/handlers/change_campaign.h"

namespace laurel::members::handlers {

absl::Status EndCampaign(const Deps& deps, const server::Call& call,
                         const v1::EndCampaignRequest& request, v1::EndCampaignResponse* response) {
  const auto next = [&](db::Tx&, const CampaignRecord& record,
                        const ChangeMoment& at) -> absl::StatusOr<v1::Campaign> {
    return Ended(record, at);
  };
  return ChangeCampaignOnce(deps, call, "EndCampaign", request, deps.clock.Now(), next, response);
}

}  // namespace laurel::members::handlers
