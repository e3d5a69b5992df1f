#include "members-svc/domain/trial_rules.h"

#include <algorithm>
#include <map>
#include <utility>

#include "absl/container/flat_hash_set.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "lib/status/error.h"
#include "lib/status/violations.h"
#include "members-svc/domain/campaign_validation.h"

namespace laurel::members {
namespace {

constexpr uint64_t kDraftHigh = 0xFFFFFFFFFFFF7FFFULL;
constexpr uint64_t kDraftLow = 2ULL << 62;

std::string PathOf(size_t draft, const std::string& rest) {
  return absl::StrCat("drafts[", draft, "]", rest);
}

// The violations of one campaign, as those of a draft.
absl::Status AsDraft(const absl::Status& invalid, size_t draft) {
  std::vector<status::Violation> violations = status::ViolationsOf(invalid);
  for (status::Violation& violation : violations) {
    if (absl::StartsWith(violation.field, "campaign")) violation.field.erase(0, 8);
    violation.field = PathOf(draft, violation.field);
  }
  if (violations.empty()) return invalid;
  return status::Invalid(status::ReasonOf(invalid), violations);
}

// The n-th draft as the campaign that it would be.
absl::StatusOr<v1::Campaign> Prepared(const ProgramRules& active, v1::Campaign draft, size_t index,
                                      absl::Time now) {
  const std::string id = draft.campaign_id();
  const int32_t version = draft.version();
  Normalise(&draft);
  const absl::Status valid = ValidateCampaign(draft, active.wallet_types, {now, active.time_zone});
  if (!valid.ok()) return AsDraft(valid, index);
  draft.set_campaign_id(id.empty() ? base::EncodeId("cmp", DraftId(static_cast<int>(index) + 1))
                                   : id);
  draft.set_version(version);
  draft.set_state(v1::CAMPAIGN_STATE_ACTIVE);
  return draft;
}

}  // namespace

base::Uuid DraftId(int number) { return {kDraftHigh, kDraftLow | static_cast<uint64_t>(number)}; }

bool IsDraftId(const base::Uuid& id) { return id.high == kDraftHigh; }

int TrialRules::DraftOf(const base::Uuid& campaign_id) const {
  const auto found = drafts.find(campaign_id);
  return found == drafts.end() ? 0 : found->second;
}

absl::StatusOr<TrialRules> TrialRulesOf(const ProgramRules& active,
                                        std::vector<NumberedCampaign> campaigns) {
  TrialRules trial;
  auto all = std::make_shared<ProgramRules>(active);
  std::vector<CampaignRules> made;
  for (NumberedCampaign& numbered : campaigns) {
    v1::Campaign& campaign = numbered.campaign;
    if (campaign.campaign_id().empty()) {
      campaign.set_campaign_id(base::EncodeId("cmp", DraftId(numbered.draft)));
    }
    const WalletTypeRules* wallet = active.FindWalletType(campaign.wallet_type());
    if (wallet == nullptr) return absl::InternalError("a campaign's wallet type is gone");
    CampaignRules rules = MakeCampaignRules(std::move(campaign), wallet->wallet_no);
    if (numbered.draft > 0) trial.drafts[rules.campaign_id] = numbered.draft;
    made.push_back(std::move(rules));
  }
  SetCampaigns(std::move(made), all.get());
  trial.rules = std::move(all);
  return trial;
}

absl::StatusOr<TrialRules> MakeTrialRules(const ProgramRules& active, const TriedCampaigns& tried,
                                          absl::Time now) {
  std::map<std::string, NumberedCampaign> by_id;
  const auto take = [&by_id](const ProgramRules& of) {
    for (const CampaignRules& rules : of.campaigns) {
      if (!rules.tier) by_id[rules.campaign.campaign_id()] = {rules.campaign, 0};
    }
  };
  if (!tried.replace_active) {
    take(active);
    for (const auto& [key, triggered] : active.triggered) take(*triggered);
  }
  absl::flat_hash_set<std::string> named;
  for (const v1::Campaign& campaign : tried.saved) {
    named.insert(campaign.campaign_id());
    by_id[campaign.campaign_id()] = {campaign, 0};
  }
  for (size_t i = 0; i < tried.drafts.size(); ++i) {
    LAUREL_ASSIGN_OR_RETURN(v1::Campaign draft, Prepared(active, tried.drafts[i], i, now));
    const std::string id = draft.campaign_id();
    if (!named.insert(id).second) {
      return status::Invalid("CAMPAIGN_INVALID",
                             {{PathOf(i, ".campaignId"), "this campaign is tried twice"}});
    }
    by_id[id] = {std::move(draft), static_cast<int>(i) + 1};
  }
  std::vector<NumberedCampaign> campaigns;
  campaigns.reserve(by_id.size());
  for (auto& [id, numbered] : by_id) campaigns.push_back(std::move(numbered));
  return TrialRulesOf(active, std::move(campaigns));
}

}  // namespace laurel::members
