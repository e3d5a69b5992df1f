#include "members-svc/domain/tier_validation.h"

#include <algorithm>
#include <set>
#include <string>

#include "absl/strings/str_cat.h"
#include "lib/base/timestamps.h"
#include "lib/status/error.h"

namespace laurel::members {
namespace {

using Strings = google::protobuf::RepeatedPtrField<std::string>;
using Violations = std::vector<status::Violation>;

// With which the checks below begin their paths.
constexpr std::string_view kOwnPath = "tierSet";

void CheckTexts(const Strings& texts, const std::string& path, Violations* out) {
  std::set<std::string> seen;
  for (int i = 0; i < texts.size(); ++i) {
    if (texts[i].empty()) {
      out->push_back({absl::StrCat(path, "[", i, "]"), "must not be empty"});
    } else if (!seen.insert(texts[i]).second) {
      out->push_back({absl::StrCat(path, "[", i, "]"), "stands twice"});
    }
  }
}

void CheckTiers(const v1::TierSet& set, Violations* out) {
  if (set.tiers_size() < 2) out->push_back({"tierSet.tiers", "needs at least two tiers"});
  std::set<std::string> codes;
  for (int i = 0; i < set.tiers_size(); ++i) {
    const v1::Tier& tier = set.tiers(i);
    const std::string path = absl::StrCat("tierSet.tiers[", i, "]");
    if (!codes.insert(tier.code()).second) out->push_back({path + ".code", "stands twice"});
    if (i == 0 && tier.threshold() != 0) {
      out->push_back({path + ".threshold", "must be 0: everybody is at least in the lowest tier"});
    }
    if (i > 0 && tier.threshold() <= set.tiers(i - 1).threshold()) {
      out->push_back({path + ".threshold", "must be above that of the tier before"});
    }
    CheckTexts(tier.benefits().perks(), path + ".benefits.perks", out);
    CheckTexts(tier.benefits().entry_grants(), path + ".benefits.entryGrants", out);
  }
}

void CheckWalletType(const v1::TierSet& set, const std::vector<WalletTypeRules>& wallet_types,
                     Violations* out) {
  if (set.metric() != v1::TIER_METRIC_POINTS_EARNED) {
    if (!set.wallet_type().empty()) {
      out->push_back({"tierSet.walletType", "has a meaning only for points"});
    }
    return;
  }
  const auto type = std::find_if(
      wallet_types.begin(), wallet_types.end(),
      [&](const WalletTypeRules& rules) { return rules.policy.code() == set.wallet_type(); });
  if (type == wallet_types.end()) {
    out->push_back({"tierSet.walletType", "is no wallet type of the programme"});
  } else if (type->policy.has_pool()) {
    out->push_back({"tierSet.walletType", "is shared by households: its points are nobody's own"});
  }
}

bool HasPeriods(v1::TierWindow window) {
  return window == v1::TIER_WINDOW_CALENDAR_YEAR || window == v1::TIER_WINDOW_MEMBERSHIP_YEAR ||
         window == v1::TIER_WINDOW_ROLLING_MONTHS;
}

void CheckWindow(const v1::TierSet& set, Violations* out) {
  const bool rolling = set.window() == v1::TIER_WINDOW_ROLLING_MONTHS;
  if (rolling && set.window_months() == 0) {
    out->push_back({"tierSet.windowMonths", "is needed for a rolling window"});
  }
  if (!rolling && set.window_months() != 0) {
    out->push_back({"tierSet.windowMonths", "has a meaning only for a rolling window"});
  }
  using Downgrade = v1::TierDowngrade;
  const Downgrade::Form form = set.downgrade().form();
  const bool by_period =
      form == Downgrade::FORM_PERIOD_END || form == Downgrade::FORM_ONE_STEP_AT_PERIOD_END;
  if (by_period && !HasPeriods(set.window())) {
    out->push_back({"tierSet.downgrade.form", "needs a window that has periods"});
  }
  if (form == Downgrade::FORM_NONE && set.downgrade().has_grace()) {
    out->push_back({"tierSet.downgrade.grace", "has a meaning only where members fall"});
  }
  if (form == Downgrade::FORM_NONE && set.warning_days() != 0) {
    out->push_back({"tierSet.warningDays", "has a meaning only where members fall"});
  }
}

void CheckEnums(const v1::TierSet& set, Violations* out) {
  if (!v1::TierMetric_IsValid(set.metric())) out->push_back({"tierSet.metric", "is not known"});
  if (!v1::TierWindow_IsValid(set.window())) out->push_back({"tierSet.window", "is not known"});
  if (!v1::TierDowngrade::Form_IsValid(set.downgrade().form())) {
    out->push_back({"tierSet.downgrade.form", "is not known"});
  }
}

void CheckAgainst(const v1::TierSet& set, const v1::TierSet* previous, absl::Time now,
                  Violations* out) {
  if (previous == nullptr) {
    if (set.has_start_time()) {
      out->push_back({"tierSet.startTime", "the first version holds from ever"});
    }
    return;
  }
  if (set.metric() != previous->metric()) {
    out->push_back({"tierSet.metric", "is the same in all versions"});
  }
  if (set.wallet_type() != previous->wallet_type()) {
    out->push_back({"tierSet.walletType", "is the same in all versions"});
  }
  const absl::Time start = base::FromTimestamp(set.start_time());
  if (start < now) out->push_back({"tierSet.startTime", "must not lie in the past"});
  if (previous->has_start_time() && start <= base::FromTimestamp(previous->start_time())) {
    out->push_back({"tierSet.startTime", "must lie after that of the version before"});
  }
}

}  // namespace

void Normalise(v1::TierSet* set) {
  set->clear_version();
  set->clear_create_time();
  set->clear_update_time();
  if (set->metric() == v1::TIER_METRIC_POINTS_EARNED && set->wallet_type().empty()) {
    set->set_wallet_type(std::string(kDefaultWalletType));
  }
  if (set->downgrade().form() == v1::TierDowngrade::FORM_UNSPECIFIED) {
    set->mutable_downgrade()->set_form(v1::TierDowngrade::FORM_NONE);
  }
}

absl::Status ValidateTierSet(const v1::TierSet& set,
                             const std::vector<WalletTypeRules>& wallet_types,
                             const v1::TierSet* previous, absl::Time now, std::string_view path) {
  Violations violations;
  if (set.code().empty()) violations.push_back({"tierSet.code", "is required"});
  CheckTiers(set, &violations);
  CheckEnums(set, &violations);
  CheckWalletType(set, wallet_types, &violations);
  CheckWindow(set, &violations);
  CheckAgainst(set, previous, now, &violations);
  if (violations.empty()) return absl::OkStatus();
  for (status::Violation& violation : violations) {
    violation.field = std::string(path) + violation.field.substr(kOwnPath.size());
  }
  return status::Invalid("TIER_SET_INVALID", violations);
}

}  // namespace laurel::members
