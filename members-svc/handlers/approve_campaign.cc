#include "lib/status/error.h"
#include "members-svc/handlers/campaign_life_handlers.h"
#include "members-svc/handlers/change_campaign.h"
#include "members-svc/handlers/common.h"
#include "members-svc/store/campaign_store.h"

namespace laurel::members::handlers {

absl::Status ApproveCampaign(const Deps& deps, const server::Call& call,
                             const v1::ApproveCampaignRequest& request,
                             v1::ApproveCampaignResponse* response) {
  const absl::Time now = deps.clock.Now();
  const auto next = [&](db::Tx& tx, const CampaignRecord& record,
                        const ChangeMoment& at) -> absl::StatusOr<v1::Campaign> {
    LAUREL_RETURN_IF_ERROR(CheckEtag(record, request.etag()));
    LAUREL_ASSIGN_OR_RETURN(const base::Uuid program, ProgramIdOf(request.program_id()));
    const base::Uuid id = base::DecodeId("cmp", request.campaign_id()).value_or(base::Uuid{});
    const int32_t content_version = ContentVersion(record.newest);
    LAUREL_ASSIGN_OR_RETURN(const CampaignVersionRow content,
                            GetCampaignVersionRow(tx, program, id, content_version));
    const std::string approver = call.caller.Principal();
    LAUREL_ASSIGN_OR_RETURN(v1::Campaign approved,
                            Approved(record, content.principal, approver, at));
    if (approved.version() != record.newest.version()) {
      LAUREL_RETURN_IF_ERROR(InsertCampaignApproval(tx, program, id,
                                                    {.version = content_version,
                                                     .author = content.principal,
                                                     .approver = approver,
                                                     .time = now}));
    }
    return approved;
  };
  return ChangeCampaignOnce(deps, call, "ApproveCampaign", request, now, next, response);
}

}  // namespace laurel::members::handlers
