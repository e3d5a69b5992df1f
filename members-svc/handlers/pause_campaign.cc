#include "members-svc/handlers/change_campaign.h"
#include "members-svc/handlers/handlers.h"

namespace laurel::members::handlers {

absl::Status PauseCampaign(const Deps& deps, const server::Call& call,
                           const v1::PauseCampaignRequest& request,
                           v1::PauseCampaignResponse* response) {
  const auto next = [&](db::Tx&, const CampaignRecord& record,
                        const ChangeMoment& at) -> absl::StatusOr<v1::Campaign> {
    return Paused(record, at);
  };
  return ChangeCampaignOnce(deps, call, "PauseCampaign", request, deps.clock.Now(), next, response);
}

}  // namespace laurel::members::handlers
