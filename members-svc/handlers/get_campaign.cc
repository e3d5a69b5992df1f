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
    LAUREL_ASSIGN_OR_RETURN(const CampaignRecord record, GetCampaignRecord(tx, program, *campaign));
    if (request.version() == 0 || request.version() == record.newest.version()) {
      *response->mutable_campaign() = Shown(record, deps.clock.Now());
      return absl::OkStatus();
    }
    LAUREL_ASSIGN_OR_RETURN(CampaignVersionRow row,
                            GetCampaignVersionRow(tx, program, *campaign, request.version()));
    *response->mutable_campaign() = AsStored(std::move(row.campaign));
    return absl::OkStatus();
  });
}

}  // namespace laurel::members::handlers
