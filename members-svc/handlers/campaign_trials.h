// How the trial of an order or of an activity tells what became of each campaign.
#pragma once

#include <vector>

#include "laurel/members/v1/simulation.pb.h"
#include "members-svc/domain/earning.h"
#include "members-svc/domain/trial_rules.h"

namespace laurel::members::handlers {

// `results` are those of the answer that `outcomes` lead to (CampaignOutcome::award).
void AddCampaignTrials(const TrialRules& rules, std::vector<CampaignOutcome> outcomes,
                       const google::protobuf::RepeatedPtrField<v1::RuleResult>& results,
                       google::protobuf::RepeatedPtrField<v1::CampaignTrial>* out);

}  // namespace laurel::members::handlers
