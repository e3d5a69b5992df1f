#include "members-svc/handlers/change_campaign.h"
#include "members-svc/handlers/handlers.h"

namespace laurel::members::handlers {

absl::Status ActivateCampaign(const Deps& deps, const server::Call& call,
                              const v1::ActivateCampaignRequest& request,
                              v1::ActivateCampaignResponse* response) {
  const auto next = [&](db::Tx&, const CampaignRecord& record,
                        const ChangeMoment& at) -> absl::StatusOr<v1::Campaign> {
    return Activated(record, at);
  };
  return ChangeCampaignOnce(deps, call, "ActivateCampaign", request, deps.clock.Now(), next,
                            response);
}

}  // namespace laurel::members::handlers
