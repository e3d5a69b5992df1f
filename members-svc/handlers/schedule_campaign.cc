#include "lib/base/timestamps.h"
#include "members-svc/handlers/campaign_life_handlers.h"
#include "members-svc/handlers/change_campaign.h"

namespace laurel::members::handlers {

absl::Status ScheduleCampaign(const Deps& deps, const server::Call& call,
                              const v1::ScheduleCampaignRequest& request,
                              v1::ScheduleCampaignResponse* response) {
  const auto next = [&](db::Tx&, const CampaignRecord& record,
                        const ChangeMoment& at) -> absl::StatusOr<v1::Campaign> {
    Schedule schedule{.start = base::FromTimestamp(request.start_time()), .end = std::nullopt};
    if (request.has_end_time()) schedule.end = base::FromTimestamp(request.end_time());
    return Scheduled(record, schedule, at);
  };
  return ChangeCampaignOnce(deps, call, "ScheduleCampaign", request, deps.clock.Now(), next,
                            response);
}

}  // namespace laurel::members::handlers
