#include "members-svc/domain/campaign_validation.h"

#include <algorithm>
#include <set>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "lib/base/timestamps.h"
#include "lib/status/error.h"
#include "members-svc/domain/campaign_match.h"
#include "members-svc/domain/lot_policy.h"

namespace laurel::members {
namespace {

using Strings = google::protobuf::RepeatedPtrField<std::string>;
using Labels = google::protobuf::RepeatedPtrField<v1::LabelMatch>;
using Violations = std::vector<status::Violation>;

constexpr int64_t kOne = 10000;  // in basis points

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
  if (!v1::EarningLimit::Period_IsValid(campaign.member_limit().period())) {
    out->push_back({"campaign.memberLimit.period", "is not known"});
  }
  if (!v1::Rounding_IsValid(campaign.multiplier().rounding())) {
    out->push_back({"campaign.multiplier.rounding", "is not known"});
  }
}

// How the campaign's points are dated. Where its start is not given, orders of today are the first.
void CheckLots(const v1::Campaign& campaign, const v1::WalletType* type, const SavedAt& at,
               Violations* out) {
  const v1::LotPolicy& lots = campaign.lots();
  CheckPending(lots.pending(), {"campaign.lots.pending.", {}}, out);
  if (campaign.has_multiplier() && campaign.has_lots() &&
      campaign.multiplier().factor_bps() <= kOne) {
    out->push_back({"campaign.lots", "has a meaning only for a multiplier that adds points"});
  }
  if (!lots.has_expiry()) return;
  if (!lots.expiry().sliding_on().empty()) {
    out->push_back({"campaign.lots.expiry.slidingOn", "belongs to the wallet type"});
  }
  const absl::Time start =
      campaign.has_start_time() ? base::FromTimestamp(campaign.start_time()) : at.now;
  const int pending_days = lots.has_pending() ? lots.pending().days()
                           : type != nullptr  ? type->pending_days()
                                              : 0;
  CheckExpiry(lots.expiry(),
              {"campaign.lots.expiry.", absl::ToCivilDay(start, at.time_zone) + pending_days}, out);
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
  if (campaign->lots().has_expiry() &&
      campaign->lots().expiry().form() == v1::ExpiryPolicy::FORM_UNSPECIFIED) {
    campaign->mutable_lots()->mutable_expiry()->set_form(v1::ExpiryPolicy::FORM_NEVER);
  }
  if (campaign->has_multiplier() && campaign->multiplier().rounding() == v1::ROUNDING_UNSPECIFIED) {
    campaign->mutable_multiplier()->set_rounding(v1::ROUNDING_DOWN);
  }
}

absl::Status ValidateCampaign(const v1::Campaign& campaign,
                              const std::vector<WalletTypeRules>& wallet_types, const SavedAt& at) {
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
  const v1::WalletType* wallet = nullptr;
  for (const WalletTypeRules& type : wallet_types) {
    if (type.policy.code() == campaign.wallet_type()) wallet = &type.policy;
  }
  if (wallet == nullptr) {
    violations.push_back({"campaign.walletType", "is no wallet type of the programme"});
  }
  CheckLots(campaign, wallet, at, &violations);
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
  return status::Refused("CAMPAIGN_STATE", "The campaign is not active.",
                         {{"state", v1::CampaignState_Name(from)}});
}

}  // namespace laurel::members
