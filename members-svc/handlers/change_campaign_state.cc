#include "members-svc/handlers/change_campaign_state.h"

#include "lib/base/timestamps.h"
#include "lib/status/error.h"
#include "members-svc/domain/campaign_validation.h"
#include "members-svc/handlers/common.h"
#include "members-svc/store/campaign_store.h"
#include "members-svc/store/program_store.h"

namespace laurel::members::handlers {

absl::StatusOr<v1::Campaign> ChangeCampaignState(db::Tx& tx, const std::string& program_id,
                                                 const std::string& campaign_id,
                                                 v1::CampaignState to, const std::string& principal,
                                                 absl::Time now) {
  LAUREL_ASSIGN_OR_RETURN(const base::Uuid program, ProgramIdOf(program_id));
  const auto id = base::DecodeId("cmp", campaign_id);
  if (!id) return CampaignNotFound();
  LAUREL_RETURN_IF_ERROR(RaiseRulesVersion(tx, program));
  LAUREL_ASSIGN_OR_RETURN(v1::Campaign campaign, GetCampaignRow(tx, program, *id));
  LAUREL_RETURN_IF_ERROR(CheckTransition(campaign.state(), to));
  if (campaign.state() == to) return campaign;
  campaign.set_state(to);
  campaign.set_version(campaign.version() + 1);
  base::SetTimestamp(now, campaign.mutable_update_time());
  LAUREL_RETURN_IF_ERROR(StoreCampaign(tx, program, campaign, principal));
  return campaign;
}

}  // namespace laurel::members::handlers
