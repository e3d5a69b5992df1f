// The campaigns that a request wants to be tried.
#pragma once

#include "absl/status/statusor.h"
#include "laurel/members/v1/campaign.pb.h"
#include "lib/base/uuid.h"
#include "lib/db/pool.h"
#include "members-svc/domain/program_rules.h"
#include "members-svc/domain/trial_rules.h"
#include "members-svc/store/campaign_store.h"

namespace laurel::members::handlers {

// Reads what the request names by id. NOT_FOUND, CAMPAIGN_NOT_FOUND; errors of MakeTrialRules.
// `Request` has drafts, campaign_ids and replace_active.
template <typename Request>
absl::StatusOr<TrialRules> TrialRulesFor(db::Tx& tx, const ProgramRules& active,
                                         const Request& request, absl::Time now) {
  TriedCampaigns tried;
  tried.replace_active = request.replace_active();
  const auto read = [&](const std::string& campaign_id) -> absl::StatusOr<v1::Campaign> {
    const auto id = base::DecodeId("cmp", campaign_id);
    if (!id) return CampaignNotFound();
    return GetCampaignRow(tx, active.program_id, *id);
  };
  for (const std::string& campaign_id : request.campaign_ids()) {
    LAUREL_ASSIGN_OR_RETURN(tried.saved.emplace_back(), read(campaign_id));
  }
  for (const v1::Campaign& draft : request.drafts()) {
    tried.drafts.push_back(draft);
    tried.drafts.back().clear_version();
    if (draft.campaign_id().empty()) continue;
    LAUREL_ASSIGN_OR_RETURN(const v1::Campaign saved, read(draft.campaign_id()));
    tried.drafts.back().set_version(saved.version());
  }
  return MakeTrialRules(active, tried, now);
}

}  // namespace laurel::members::handlers
