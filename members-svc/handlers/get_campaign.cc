#include "lib/status/error.h"
#include "members-svc/handlers/common.h"
#include "members-svc/handlers/handlers.h"
#include "members-svc/store/campaign_store.h"

namespace laurel::members::handlers {

absl::Status GetCampaign(const Deps& deps, const server::Call& call,
                         const v1::GetCampaignRequest& request, v1::GetCampaignResponse* response) {
  LAUREL_ASSIGN_OR_RETURN(const base::Uuid program, ProgramIdOf(request.program_id()));
  const auto campaign = base::DecodeId("cmp", request.campaign_id());
  if (!campaign) return CampaignNotFound();
  return deps.pool.Read(call.deadline, [&](db::Tx& tx) -> absl::Status {
    LAUREL_ASSIGN_OR_RETURN(*response->mutable_campaign(), GetCampaignRow(tx, program, *campaign));
    return absl::OkStatus();
  });
}

}  // namespace laurel::members::handlers
