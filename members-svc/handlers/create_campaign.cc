#include "lib/status/error.h"
#include "members-svc/domain/campaign_validation.h"
#include "members-svc/handlers/change_campaign.h"
#include "members-svc/handlers/common.h"
#include "members-svc/handlers/handlers.h"
#include "members-svc/store/campaign_references.h"
#include "members-svc/store/campaign_store.h"
#include "members-svc/store/program_store.h"

namespace laurel::members::handlers {

absl::Status CreateCampaign(const Deps& deps, const server::Call& call,
                            const v1::CreateCampaignRequest& request,
                            v1::CreateCampaignResponse* response) {
  LAUREL_ASSIGN_OR_RETURN(const base::Uuid program, ProgramIdOf(request.program_id()));
  const absl::Time now = deps.clock.Now();
  v1::Campaign campaign = request.campaign();
  Normalise(&campaign);
  campaign.set_campaign_id(base::EncodeId("cmp", deps.ids.Next(now)));
  return deps.pool.Transact(call.deadline, [&](db::Tx& tx) {
    return idempotency::Once(
        tx, ScopeOf(call, request.program_id(), "CreateCampaign", request.request_id()), request,
        now, response, [&]() -> absl::Status {
          LAUREL_RETURN_IF_ERROR(RaiseRulesVersion(tx, program));
          LAUREL_ASSIGN_OR_RETURN(const auto wallet_types, ListWalletTypeRows(tx, program));
          LAUREL_ASSIGN_OR_RETURN(const ProgramRow row, GetProgramRow(tx, program));
          LAUREL_ASSIGN_OR_RETURN(SavedAt at, SavingIn(row, now));
          LAUREL_ASSIGN_OR_RETURN(const auto known, ReadCampaignReferences(tx, program));
          at.known = &known;
          LAUREL_RETURN_IF_ERROR(ValidateCampaign(campaign, wallet_types, at));
          CampaignRecord record;
          LAUREL_ASSIGN_OR_RETURN(record.newest,
                                  FirstVersion(campaign, request.activate(),
                                               {now, row.program.campaigns_need_approval()}));
          LAUREL_RETURN_IF_ERROR(
              StoreCampaign(tx, program, record.newest, call.caller.Principal()));
          *response->mutable_campaign() = Shown(record, now);
          return absl::OkStatus();
        });
  });
}

}  // namespace laurel::members::handlers
