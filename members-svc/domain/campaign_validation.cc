#include "members-svc/domain/campaign_validation.h"

#include <algorithm>
#include <set>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "lib/base/timestamps.h"
#include "lib/status/error.h"
#include "members-svc/domain/campaign_match.h"

namespace laurel::members {
namespace {

using Strings = google::protobuf::RepeatedPtrField<std::string>;
using Labels = google::protobuf::RepeatedPtrField<v1::LabelMatch>;
using Violations = std::vector<status::Violation>;

void CheckValues(const Strings& values, const char* path, Violations* out) {
  std::set<std::string> seen;
  for (int i = 0; i < values.size(); ++i) {
    if (values[i].empty()) {
      out->push_back({absl::StrCat(path, "[", i, "]"), "must not be empty"});
    } else if (!seen.insert(values[i]).second) {
      out->push_back({absl::StrCat(path, "[", i, "]"), "stands twice"});
    }
  }
}

void CheckLabels(const Labels& labels, const char* path, Violations* out) {
  std::set<std::pair<std::string, std::string>> seen;
  for (int i = 0; i < labels.size(); ++i) {
    if (!seen.emplace(labels[i].key(), labels[i].value()).second) {
      out->push_back({absl::StrCat(path, "[", i, "]"), "stands twice"});
    }
  }
}

void CheckLists(const v1::Campaign& campaign, Violations* out) {
  const v1::LineFilter& lines = campaign.lines();
  CheckValues(lines.skus(), "campaign.lines.skus", out);
  CheckValues(lines.categories(), "campaign.lines.categories", out);
  CheckValues(lines.brands(), "campaign.lines.brands", out);
  CheckLabels(lines.labels(), "campaign.lines.labels", out);
  CheckValues(lines.excluded_skus(), "campaign.lines.excludedSkus", out);
  CheckValues(lines.excluded_categories(), "campaign.lines.excludedCategories", out);
  CheckLabels(lines.excluded_labels(), "campaign.lines.excludedLabels", out);
  CheckValues(campaign.conditions().stores(), "campaign.conditions.stores", out);
  CheckValues(campaign.conditions().channels(), "campaign.conditions.channels", out);
}

void CheckEnums(const v1::Campaign& campaign, Violations* out) {
  if (!v1::Stacking_IsValid(campaign.stacking())) {
    out->push_back({"campaign.stacking", "is not known"});
  }
  if (!v1::MemberLimit::Period_IsValid(campaign.member_limit().period())) {
    out->push_back({"campaign.memberLimit.period", "is not known"});
  }
  if (!v1::Rounding_IsValid(campaign.multiplier().rounding())) {
    out->push_back({"campaign.multiplier.rounding", "is not known"});
  }
}

}  // namespace

void Normalise(v1::Campaign* campaign) {
  campaign->clear_campaign_id();
  campaign->clear_version();
  campaign->clear_state();
  campaign->clear_create_time();
  campaign->clear_update_time();
  if (campaign->stacking() == v1::STACKING_UNSPECIFIED) {
    campaign->set_stacking(v1::STACKING_STACKABLE);
  }
  if (campaign->wallet_type().empty()) {
    campaign->set_wallet_type(std::string(kDefaultWalletType));
  }
  if (campaign->has_multiplier() && campaign->multiplier().rounding() == v1::ROUNDING_UNSPECIFIED) {
    campaign->mutable_multiplier()->set_rounding(v1::ROUNDING_DOWN);
  }
}

absl::Status ValidateCampaign(const v1::Campaign& campaign,
                              const std::vector<WalletTypeRules>& wallet_types) {
  Violations violations;
  if (campaign.effect_case() == v1::Campaign::EFFECT_NOT_SET) {
    violations.push_back({"campaign",
                          "needs one of pointsPerAmount, fixedPoints, pointsPerItem "
                          "and multiplier"});
  }
  if (campaign.has_start_time() && campaign.has_end_time() &&
      base::FromTimestamp(campaign.end_time()) <= base::FromTimestamp(campaign.start_time())) {
    violations.push_back({"campaign.endTime", "must lie after startTime"});
  }
  const bool has_wallet = std::any_of(
      wallet_types.begin(), wallet_types.end(),
      [&](const WalletTypeRules& type) { return type.policy.code() == campaign.wallet_type(); });
  if (!has_wallet)
    violations.push_back({"campaign.walletType", "is no wallet type of the programme"});
  if (campaign.points_per_amount().include_delivery() && FiltersLines(campaign.lines())) {
    violations.push_back(
        {"campaign.pointsPerAmount.includeDelivery", "has a meaning only without a line filter"});
  }
  if (campaign.has_multiplier() && campaign.stacking() == v1::STACKING_EXCLUSIVE) {
    violations.push_back({"campaign.stacking", "a multiplier works beside others only"});
  }
  CheckLists(campaign, &violations);
  CheckEnums(campaign, &violations);
  if (violations.empty()) return absl::OkStatus();
  return status::Invalid("CAMPAIGN_INVALID", violations);
}

absl::Status CheckTransition(v1::CampaignState from, v1::CampaignState to) {
  // A pause is of what earns; whatever is no longer or not yet active may be activated.
  if (to == v1::CAMPAIGN_STATE_ACTIVE || from == v1::CAMPAIGN_STATE_ACTIVE) return absl::OkStatus();
  return status::Error(absl::StatusCode::kFailedPrecondition, "CAMPAIGN_STATE",
                       "The campaign is not active.", {{"state", v1::CampaignState_Name(from)}});
}

}  // namespace laurel::members
