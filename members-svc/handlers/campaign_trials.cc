#include "members-svc/handlers/campaign_trials.h"

#include <utility>

namespace laurel::members::handlers {
namespace {

v1::CampaignVerdict VerdictOf(CampaignOutcome::Kind kind) {
  using Kind = CampaignOutcome::Kind;
  switch (kind) {
    case Kind::kApplied:
      return v1::CAMPAIGN_VERDICT_APPLIED;
    case Kind::kNotYet:
      return v1::CAMPAIGN_VERDICT_NOT_YET;
    case Kind::kEnded:
      return v1::CAMPAIGN_VERDICT_ENDED;
    case Kind::kConditionFailed:
      return v1::CAMPAIGN_VERDICT_CONDITION_FAILED;
    case Kind::kNoLineCounts:
      return v1::CAMPAIGN_VERDICT_NO_LINE_COUNTS;
    case Kind::kNothingEarned:
      return v1::CAMPAIGN_VERDICT_NOTHING_EARNED;
    case Kind::kLimitReached:
      return v1::CAMPAIGN_VERDICT_LIMIT_REACHED;
    case Kind::kExclusive:
      return v1::CAMPAIGN_VERDICT_EXCLUSIVE;
    case Kind::kStopped:
      return v1::CAMPAIGN_VERDICT_STOPPED;
    case Kind::kLostInGroup:
      return v1::CAMPAIGN_VERDICT_LOST_IN_GROUP;
  }
  return v1::CAMPAIGN_VERDICT_UNSPECIFIED;
}

}  // namespace

void AddCampaignTrials(const TrialRules& rules, std::vector<CampaignOutcome> outcomes,
                       const google::protobuf::RepeatedPtrField<v1::RuleResult>& results,
                       google::protobuf::RepeatedPtrField<v1::CampaignTrial>* out) {
  for (CampaignOutcome& outcome : outcomes) {
    const base::Uuid& id = outcome.campaign->campaign_id;
    const bool benefit = outcome.campaign->tier.has_value();
    if (benefit && outcome.award < 0) continue;  // of another tier than the member's
    v1::CampaignTrial& tried = *out->Add();
    if (!IsDraftId(id) && !benefit) tried.set_campaign_id(base::EncodeId("cmp", id));
    tried.set_draft(rules.DraftOf(id));
    tried.set_display_name(outcome.campaign->campaign.display_name());
    tried.set_verdict(VerdictOf(outcome.kind));
    tried.set_failed_path(std::move(outcome.failed_path));
    if (outcome.award < 0) continue;
    *tried.mutable_result() = results.Get(outcome.award);
    tried.mutable_result()->set_campaign_id(tried.campaign_id());
  }
}

}  // namespace laurel::members::handlers
