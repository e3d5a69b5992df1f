#include "members-svc/domain/campaign_validation.h"

#include <algorithm>
#include <string>

#include "absl/strings/str_cat.h"
#include "lib/base/timestamps.h"
#include "lib/status/error.h"
#include "members-svc/domain/campaign_goal.h"
#include "members-svc/domain/campaign_match.h"
#include "members-svc/domain/condition_validation.h"
#include "members-svc/domain/lot_policy.h"

namespace laurel::members {
namespace {

using Violations = std::vector<status::Violation>;

constexpr int64_t kOne = 10000;  // in basis points

void CheckPeriod(v1::EarningLimit::Period period, const char* path, Violations* out) {
  if (!v1::EarningLimit::Period_IsValid(period)) out->push_back({path, "is not known"});
}
void CheckRounding(v1::Rounding rounding, const char* path, Violations* out) {
  if (!v1::Rounding_IsValid(rounding)) out->push_back({path, "is not known"});
}

// Of PointsPerAmount and PointsBands.
template <typename Rule>
void CheckBasis(const Rule& rule, const v1::Campaign& campaign, const std::string& path,
                Violations* out) {
  if (rule.include_delivery() && FiltersLines(campaign.lines())) {
    out->push_back({path + ".includeDelivery", "has a meaning only without a line filter"});
  }
  if (!v1::TaxBasis_IsValid(rule.tax())) out->push_back({path + ".tax", "is not known"});
  if (rule.before_discounts() && rule.tax() != v1::TAX_BASIS_UNSPECIFIED &&
      rule.tax() != v1::TAX_BASIS_AS_STATED) {
    out->push_back({path + ".tax",
                    "must be as stated with beforeDiscounts: the tax of a line is that of what it "
                    "costs after them"});
  }
  CheckRounding(rule.rounding(), (path + ".rounding").c_str(), out);
}

void CheckPerAmount(const v1::Campaign& campaign, Violations* out) {
  const v1::PointsPerAmount& rule = campaign.points_per_amount();
  CheckBasis(rule, campaign, "campaign.pointsPerAmount", out);
  if (!rule.pro_rata() && rule.rounding() != v1::ROUNDING_UNSPECIFIED) {
    out->push_back({"campaign.pointsPerAmount.rounding", "has a meaning only with proRata"});
  }
}

void CheckBands(const v1::Campaign& campaign, Violations* out) {
  const v1::PointsBands& rule = campaign.bands();
  CheckBasis(rule, campaign, "campaign.bands", out);
  CheckPeriod(rule.period(), "campaign.bands.period", out);
  bool earns = false;
  int64_t below = 0;
  for (int i = 0; i < rule.bands_size(); ++i) {
    const v1::PointsBand& band = rule.bands(i);
    const std::string path = absl::StrCat("campaign.bands.bands[", i, "].upToMinorUnits");
    earns = earns || band.points_per_million() > 0;
    if (band.up_to_minor_units() == 0) {
      if (i + 1 < rule.bands_size()) out->push_back({path, "only the last band may have no end"});
    } else if (band.up_to_minor_units() <= below) {
      out->push_back({path, "must lie above the end of the band before"});
    }
    below = std::max(below, band.up_to_minor_units());
  }
  if (!earns) out->push_back({"campaign.bands.bands", "none of them earns anything"});
}

void CheckLimit(const v1::EarningLimit& limit, const std::string& path, bool beside_budget,
                Violations* out) {
  CheckPeriod(limit.period(), (path + ".period").c_str(), out);
  if (limit.max_points() == 0 && limit.max_orders() == 0 && !beside_budget) {
    out->push_back({path, "limits neither points nor orders"});
  }
}

void CheckLimits(const v1::Campaign& campaign, Violations* out) {
  if (campaign.has_member_limit()) {
    CheckLimit(campaign.member_limit(), "campaign.memberLimit", false, out);
  }
  if (campaign.has_total_limit()) {
    // Beside a budget it may say the period only.
    CheckLimit(campaign.total_limit(), "campaign.totalLimit", campaign.has_budget(), out);
  }
  const v1::CampaignBudget& budget = campaign.budget();
  if (campaign.has_budget() &&
      budget.minor_units() * 1000 < budget.minor_units_per_thousand_points()) {
    out->push_back({"campaign.budget.minorUnits", "does not pay for a single point"});
  }
}

bool GivesNoPoints(const v1::Campaign& campaign) {
  return campaign.has_grant_reward() || campaign.has_set_attribute();
}

// A reward or an attribute: what is about points has no meaning.
void CheckGrant(const v1::Campaign& campaign, Violations* out) {
  if (!GivesNoPoints(campaign)) return;
  const auto check = [out](bool there, const char* path) {
    if (there) out->push_back({path, "has a meaning only for points"});
  };
  check(campaign.member_limit().max_points() > 0, "campaign.memberLimit.maxPoints");
  check(campaign.total_limit().max_points() > 0, "campaign.totalLimit.maxPoints");
  check(campaign.has_budget(), "campaign.budget");
  check(campaign.has_lots(), "campaign.lots");
  check(!campaign.best_of_group().empty(), "campaign.bestOfGroup");
}

// What runs at another occasion than an order has none to look at.
void CheckTrigger(const v1::Campaign& campaign, Violations* out) {
  if (!campaign.has_trigger()) return;
  if (campaign.trigger().kind_case() == v1::CampaignTrigger::KIND_NOT_SET) {
    out->push_back({"campaign.trigger",
                    "needs one of activity, enrolment, birthday, anniversary, tierEntered, "
                    "segmentEntered, inactivity and orderReturned"});
  }
  const auto check = [out](bool there, const char* path) {
    if (there) out->push_back({path, "has a meaning only for orders"});
  };
  check(campaign.has_points_per_amount(), "campaign.pointsPerAmount");
  check(campaign.has_points_per_item(), "campaign.pointsPerItem");
  check(campaign.has_multiplier(), "campaign.multiplier");
  check(campaign.has_bands(), "campaign.bands");
  check(campaign.has_punch_card(), "campaign.punchCard");
  check(campaign.has_points_per_visit(), "campaign.pointsPerVisit");
  check(FiltersLines(campaign.lines()), "campaign.lines");
  // What it gave stays when what led there is returned.
  const bool comes_again =
      campaign.trigger().has_tier_entered() || campaign.trigger().has_segment_entered();
  if (comes_again && !campaign.has_member_limit()) {
    out->push_back({"campaign.memberLimit", "is needed: members leave and come in again"});
  }
}

// How it shares an order with others.
void CheckStacking(const v1::Campaign& campaign, Violations* out) {
  const bool exclusive = campaign.stacking() == v1::STACKING_EXCLUSIVE;
  if (!v1::Stacking_IsValid(campaign.stacking())) {
    out->push_back({"campaign.stacking", "is not known"});
  }
  if (campaign.has_multiplier() && exclusive) {
    out->push_back({"campaign.stacking", "a multiplier works beside others only"});
  }
  if (campaign.best_of_group().empty() || GivesNoPoints(campaign)) return;
  const char* path = "campaign.bestOfGroup";
  if (exclusive) out->push_back({path, "an exclusive campaign excludes all others anyway"});
  if (campaign.has_bands() || campaign.has_punch_card()) {
    out->push_back({path, "bands and punch cards have to count every order"});
  }
  if (campaign.has_multiplier() && campaign.stops_further()) {
    out->push_back({"campaign.stopsFurther",
                    "which multiplier of a group applies is known only after all others have run"});
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
  campaign->clear_etag();
  campaign->clear_content_version();
  campaign->clear_approver();
  campaign->clear_approve_time();
  campaign->clear_live_version();
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
  if (campaign->points_per_amount().pro_rata() &&
      campaign->points_per_amount().rounding() == v1::ROUNDING_UNSPECIFIED) {
    campaign->mutable_points_per_amount()->set_rounding(v1::ROUNDING_DOWN);
  }
  if (campaign->has_bands() && campaign->bands().rounding() == v1::ROUNDING_UNSPECIFIED) {
    campaign->mutable_bands()->set_rounding(v1::ROUNDING_DOWN);
  }
}

absl::Status ValidateCampaign(const v1::Campaign& campaign,
                              const std::vector<WalletTypeRules>& wallet_types, const SavedAt& at) {
  Violations violations;
  if (campaign.effect_case() == v1::Campaign::EFFECT_NOT_SET) {
    violations.push_back({"campaign",
                          "needs one of pointsPerAmount, fixedPoints, pointsPerItem, multiplier, "
                          "bands, punchCard, pointsPerVisit, grantReward and setAttribute"});
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
  if (campaign.has_points_per_amount()) CheckPerAmount(campaign, &violations);
  if (campaign.has_bands()) CheckBands(campaign, &violations);
  CheckPeriod(campaign.punch_card().period(), "campaign.punchCard.period", &violations);
  CheckRounding(campaign.multiplier().rounding(), "campaign.multiplier.rounding", &violations);
  CheckLimits(campaign, &violations);
  CheckStacking(campaign, &violations);
  CheckGrant(campaign, &violations);
  CheckTrigger(campaign, &violations);
  if (campaign.has_condition()) {
    CheckCondition(campaign.condition(), "campaign.condition", &violations,
                   campaign.has_trigger() ? ConditionOf::kOccurrence : ConditionOf::kOrder);
  }
  CheckLineFilter(campaign.lines(), "campaign.lines", &violations);
  CheckGoal(campaign, &violations);
  if (at.known != nullptr) CheckReferences(campaign, *at.known, &violations);
  if (violations.empty()) return absl::OkStatus();
  return status::Invalid("CAMPAIGN_INVALID", violations);
}

}  // namespace laurel::members
