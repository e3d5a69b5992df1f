#include "lib/status/error.h"
#include "lib/status/violations.h"
#include "members-svc/domain/campaign_validation.h"
#include "members-svc/handlers/campaign_life_handlers.h"
#include "members-svc/handlers/change_campaign.h"
#include "members-svc/handlers/common.h"
#include "members-svc/store/campaign_references.h"
#include "members-svc/store/campaign_store.h"

namespace laurel::members::handlers {
namespace {

// The violations of a CAMPAIGN_INVALID; any other error is the answer itself.
absl::Status Tell(const absl::Status& status, v1::ValidateCampaignResponse* response) {
  if (status.ok() || status::ReasonOf(status) != "CAMPAIGN_INVALID") return status;
  for (const status::Violation& violation : status::ViolationsOf(status)) {
    v1::CampaignViolation& out = *response->add_violations();
    out.set_field(violation.field);
    out.set_description(violation.description);
  }
  return absl::OkStatus();
}

}  // namespace

absl::Status ValidateCampaign(const Deps& deps, const server::Call& call,
                              const v1::ValidateCampaignRequest& request,
                              v1::ValidateCampaignResponse* response) {
  LAUREL_ASSIGN_OR_RETURN(const base::Uuid program, ProgramIdOf(request.program_id()));
  v1::Campaign content = request.campaign();
  const std::string campaign_id = content.campaign_id();
  Normalise(&content);
  const absl::Time now = deps.clock.Now();
  return deps.pool.Read(call.deadline, [&](db::Tx& tx) -> absl::Status {
    response->Clear();
    LAUREL_ASSIGN_OR_RETURN(const ProgramRow row, GetProgramRow(tx, program));
    LAUREL_ASSIGN_OR_RETURN(const auto wallet_types, ListWalletTypeRows(tx, program));
    LAUREL_ASSIGN_OR_RETURN(SavedAt saved, SavingIn(row, now));
    LAUREL_ASSIGN_OR_RETURN(const auto known, ReadCampaignReferences(tx, program));
    saved.known = &known;
    LAUREL_RETURN_IF_ERROR(Tell(members::ValidateCampaign(content, wallet_types, saved), response));
    if (campaign_id.empty()) return absl::OkStatus();
    const auto id = base::DecodeId("cmp", campaign_id);
    if (!id) return CampaignNotFound();
    LAUREL_ASSIGN_OR_RETURN(const CampaignRecord record, GetCampaignRecord(tx, program, *id));
    const ChangeMoment at{.now = now, .needs_approval = row.program.campaigns_need_approval()};
    return Tell(Replaced(record, content, at).status(), response);
  });
}

}  // namespace laurel::members::handlers
