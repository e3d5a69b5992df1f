#include "lib/status/error.h"
#include "members-svc/handlers/campaign_life_handlers.h"
#include "members-svc/handlers/change_campaign.h"
#include "members-svc/handlers/common.h"

namespace laurel::members::handlers {

absl::Status UpdateCampaign(const Deps& deps, const server::Call& call,
                            const v1::UpdateCampaignRequest& request,
                            v1::UpdateCampaignResponse* response) {
  const auto next = [&](db::Tx&, const CampaignRecord& record,
                        const ChangeMoment& at) -> absl::StatusOr<v1::Campaign> {
    LAUREL_RETURN_IF_ERROR(CheckEtag(record, request.etag()));
    v1::Campaign content = request.campaign();
    Normalise(&content);
    return Replaced(record, content, at);
  };
  return ChangeCampaignOnce(deps, call, "UpdateCampaign", request, deps.clock.Now(), next,
                            response);
}

}  // namespace laurel::members::handlers
