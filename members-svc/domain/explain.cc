#include "members-svc/domain/explain.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "lib/base/timestamps.h"
#include "lib/status/error.h"
#include "members-svc/domain/campaign_match.h"
#include "members-svc/domain/earning.h"
#include "members-svc/domain/tier_benefit.h"

namespace laurel::members {
namespace {

v1::RecordOrderRequest RequestOf(const v1::Order& order) {
  v1::RecordOrderRequest request;
  *request.mutable_lines() = order.lines();
  request.set_store(order.store());
  request.set_channel(order.channel());
  request.set_delivery_charge_minor_units(order.delivery_charge().minor_units());
  request.set_tax_treatment(order.tax_treatment());
  return request;
}

std::string RoundedIn(v1::Rounding rounding) {
  if (rounding == v1::ROUNDING_HALF_UP) return "to the nearest, halves up";
  if (rounding == v1::ROUNDING_UP) return "up";
  return "down";
}

std::string Bps(int64_t bps) {
  std::string out = absl::StrCat(bps / 10000);
  if (bps % 10000 == 0) return out;
  std::string rest = absl::StrCat(10000 + bps % 10000).substr(1);
  while (rest.back() == '0') rest.pop_back();
  return absl::StrCat(out, ".", rest);
}

// Which money was counted, where it is not that of the amounts as they are stated.
std::string BasisInWords(bool before_discounts, v1::TaxBasis tax) {
  std::string out;
  if (before_discounts) out = " before discounts";
  if (tax == v1::TAX_BASIS_WITHOUT_TAX) absl::StrAppend(&out, " without tax");
  if (tax == v1::TAX_BASIS_WITH_TAX) absl::StrAppend(&out, " with tax");
  return out;
}

std::string PerAmountInWords(const v1::PointsPerAmount& rule, const v1::RuleResult& result,
                             int64_t before) {
  const std::string basis = BasisInWords(rule.before_discounts(), rule.tax());
  if (rule.pro_rata()) {
    return absl::StrCat(result.basis(), " minor units", basis, " times ", result.points_per_step(),
                        " points per ", result.step(), ", rounded ", RoundedIn(rule.rounding()),
                        ": ", before);
  }
  return absl::StrCat(result.basis(), " minor units", basis, " hold ", result.steps(),
                      " full steps of ", result.step(), "; times ", result.points_per_step(),
                      " points = ", before);
}

std::string BandsInWords(const v1::PointsBands& rule, const v1::RuleResult& result,
                         int64_t before) {
  std::string out = absl::StrCat(result.basis(), " minor units",
                                 BasisInWords(rule.before_discounts(), rule.tax()), " after ",
                                 result.counted_before(), " spent before: ");
  const char* separator = "";
  for (const v1::BandResult& band : result.bands()) {
    absl::StrAppend(&out, separator, band.amount_minor_units(), " at ", band.points_per_million(),
                    " points per million");
    separator = " + ";
  }
  absl::StrAppend(&out, ", rounded ", RoundedIn(rule.rounding()), ": ", before);
  return out;
}

std::string GivenInWords(const v1::Campaign& campaign, const v1::RuleResult& result,
                         int64_t before) {
  switch (campaign.effect_case()) {
    case v1::Campaign::kMultiplier:
      return absl::StrCat(result.basis(), " points times ", Bps(result.multiplier_bps()),
                          ", with the fractions of earlier multipliers, rounded ",
                          RoundedIn(campaign.multiplier().rounding()), ": ",
                          result.basis() + before, ", that is ", before, " more");
    case v1::Campaign::kFixedPoints:
      return absl::StrCat(result.points_per_step(), " points, fixed");
    case v1::Campaign::kPointsPerVisit:
      return absl::StrCat(result.points_per_step(), " points for a visit");
    case v1::Campaign::kPointsPerItem:
      return absl::StrCat(result.steps(), " whole items times ", result.points_per_step(),
                          " points = ", before);
    case v1::Campaign::kBands:
      return BandsInWords(campaign.bands(), result, before);
    case v1::Campaign::kPunchCard:
      return absl::StrCat(result.basis(), " whole items after ", result.counted_before(),
                          " before fill ", result.steps(), " cards of ", result.step(), "; times ",
                          result.points_per_step(), " points = ", before);
    default:
      return PerAmountInWords(campaign.points_per_amount(), result, before);
  }
}

std::string ArithmeticOf(const v1::Campaign& campaign, const v1::RuleResult& result) {
  const int64_t let_in_by_member = result.points() + result.points_over_total_limit();
  std::string out = GivenInWords(campaign, result, let_in_by_member + result.points_over_limit());
  if (result.points_over_limit() > 0) {
    absl::StrAppend(&out, "; the member's limit had ", let_in_by_member, " left, so ",
                    result.points_over_limit(), " are cut");
  }
  if (result.points_over_total_limit() > 0) {
    absl::StrAppend(&out, "; the limit for all members had ", result.points(), " left, so ",
                    result.points_over_total_limit(), " are cut");
  }
  return out;
}

absl::StatusOr<absl::TimeZone> ZoneOf(const std::string& name) {
  absl::TimeZone zone;
  if (!absl::LoadTimeZone(name, &zone)) return absl::InternalError("unknown time zone " + name);
  return zone;
}

std::string PeriodOf(v1::EarningLimit::Period period) {
  switch (period) {
    case v1::EarningLimit::PERIOD_DAY:
      return " per day";
    case v1::EarningLimit::PERIOD_WEEK:
      return " per week";
    case v1::EarningLimit::PERIOD_MONTH:
      return " per month";
    case v1::EarningLimit::PERIOD_YEAR:
      return " per year";
    default:
      return " for ever";
  }
}

std::string CapInWords(const v1::CapCut& cut) {
  if (!cut.has_earning_cap()) {
    return absl::StrCat("the greatest balance of ", cut.max_balance(), ", ", cut.used(),
                        " of it held");
  }
  const v1::EarningCap& cap = cut.earning_cap();
  const bool all = cap.scope() == v1::CAP_SCOPE_ALL_MEMBERS;
  return absl::StrCat("the cap of ", cap.amount(), PeriodOf(cap.period()),
                      all ? " for all members together" : "", ", ", cut.used(), " of it used");
}

// What the engine gave again, by where it stands.
struct Recomputed {
  int64_t entry = 0;
  int64_t other_entries = 0;
  int64_t no_entry = 0;
};

bool AsksOfMember(const v1::Condition& condition) {
  const auto asks = [](const v1::Condition& part) { return AsksOfMember(part); };
  return condition.has_order_number() || condition.has_first_at_store() || condition.has_tier() ||
         !condition.segments().empty() || condition.has_attribute() ||
         (condition.has_not_() && AsksOfMember(condition.not_())) ||
         std::any_of(condition.all().begin(), condition.all().end(), asks) ||
         std::any_of(condition.any().begin(), condition.any().end(), asks);
}

// The campaigns have run; whom they kept from running is not among them. So how they share an order
// is no input, nor is the member as it was then: its conditions have held.
v1::Campaign ByItself(v1::Campaign campaign) {
  campaign.set_stacking(v1::STACKING_STACKABLE);
  campaign.clear_stops_further();
  campaign.clear_best_of_group();
  if (AsksOfMember(campaign.condition())) campaign.clear_condition();
  return campaign;
}

// The benefit of a tier as a step names it: without an id, its tier in its condition.
v1::Campaign BenefitOf(const v1::RuleResult& result) {
  v1::Campaign campaign = TierBenefitRules(result.tier(), result.multiplier_bps(), 1).campaign;
  campaign.clear_campaign_id();
  return campaign;
}
v1::AppliedTier TierOf(const v1::Campaign& benefit) {
  v1::AppliedTier tier;
  tier.set_tier_set(benefit.condition().tier().tier_set());
  tier.set_tier(benefit.condition().tier().tiers(0));
  return tier;
}

// What a step names, ready to run by itself.
CampaignRules RulesOf(const v1::Campaign& campaign) {
  if (!campaign.campaign_id().empty()) return MakeCampaignRules(ByItself(campaign), 1);
  CampaignRules benefit = TierBenefitRules(TierOf(campaign), campaign.multiplier().factor_bps(), 1);
  benefit.condition.reset();
  return benefit;
}

bool Gave(const v1::Campaign& campaign, const v1::RuleResult& result) {
  return result.has_tier() ? campaign.campaign_id().empty() &&
                                 TierOf(campaign).tier_set() == result.tier().tier_set()
                           : campaign.campaign_id() == result.campaign_id();
}

// The counters as the campaigns found them.
LimitUses UsedBefore(const ProgramRules& rules, const v1::CampaignExplanation& explanation,
                     absl::Time occur) {
  LimitUses used;
  for (const LimitKey& key : LimitKeysFor(rules, occur)) {
    const std::string id = base::EncodeId("cmp", key.campaign_id);
    for (const v1::CampaignStep& step : explanation.steps()) {
      if (step.campaign().campaign_id() != id) continue;
      const CampaignRules campaign = MakeCampaignRules(step.campaign(), 1);
      if (key.of_all && step.has_total_limit_left()) {
        used[key].points = campaign.most_points_of_all - step.total_limit_left();
      } else if (!key.of_all) {
        if (step.has_limit_left()) {
          used[key].points = step.campaign().member_limit().max_points() - step.limit_left();
        }
        used[key].amount = step.counted_before();
      }
    }
  }
  return used;
}

absl::StatusOr<Recomputed> Recompute(const v1::CampaignExplanation& explanation) {
  ProgramRules rules;
  rules.currency_code = explanation.currency_code();
  LAUREL_ASSIGN_OR_RETURN(rules.time_zone, ZoneOf(explanation.time_zone()));
  for (const v1::CampaignStep& step : explanation.steps()) {
    rules.campaigns.push_back(RulesOf(step.campaign()));
  }
  SortCampaigns(&rules);
  const absl::Time occur = base::FromTimestamp(explanation.order().occur_time());
  LAUREL_ASSIGN_OR_RETURN(const Earnings earnings,
                          EvaluateOrder(rules, RequestOf(explanation.order()), occur,
                                        UsedBefore(rules, explanation, occur), MemberFacts{}));
  Recomputed out;
  for (const Award& award : earnings.awards) {
    for (const v1::CampaignStep& step : explanation.steps()) {
      if (!Gave(step.campaign(), award.result)) continue;
      (step.in_other_entry() ? out.other_entries
       : step.in_no_entry()  ? out.no_entry
                             : out.entry) += award.result.points();
    }
  }
  return out;
}

}  // namespace

absl::StatusOr<v1::CampaignExplanation> ExplainCampaigns(
    const ExplainedOrder& order, const ExplainedResults& results,
    const std::vector<v1::Campaign>& campaigns) {
  v1::CampaignExplanation out;
  *out.mutable_order() = order.order;
  out.set_currency_code(order.currency_code);
  out.set_time_zone(order.time_zone);
  const v1::RecordOrderRequest request = RequestOf(order.order);
  std::vector<v1::RuleResult> all = results.entry;
  all.insert(all.end(), results.other_entries.begin(), results.other_entries.end());
  all.insert(all.end(), results.no_entry.begin(), results.no_entry.end());
  const size_t others_end = results.entry.size() + results.other_entries.size();
  for (const v1::RuleResult& result : all) {
    v1::CampaignStep& step = *out.add_steps();
    for (const v1::Campaign& campaign : campaigns) {
      if (campaign.campaign_id() == result.campaign_id() &&
          campaign.version() == result.campaign_version()) {
        *step.mutable_campaign() = campaign;
      }
    }
    if (result.has_tier()) *step.mutable_campaign() = BenefitOf(result);
    if (!step.has_campaign()) return absl::InternalError("a campaign's version is missing");
    *step.mutable_result() = result;
    const auto number = static_cast<size_t>(out.steps_size());
    step.set_in_other_entry(number > results.entry.size() && number <= others_end);
    step.set_in_no_entry(number > others_end);
    if (result.points_over_limit() > 0) {
      step.set_limit_left(result.points() + result.points_over_total_limit());
    }
    if (result.points_over_total_limit() > 0) step.set_total_limit_left(result.points());
    step.set_counted_before(result.counted_before());
    std::vector<int> lines;
    MatchLines(RulesOf(step.campaign()), request, &lines);
    for (const int line : lines) step.add_line_numbers(line + 1);
    step.set_arithmetic(ArithmeticOf(step.campaign(), result));
  }
  LAUREL_ASSIGN_OR_RETURN(const int64_t points, RecomputePoints(out));
  out.set_recomputed_points(points);
  return out;
}

absl::StatusOr<int64_t> RecomputePoints(const v1::CampaignExplanation& explanation) {
  LAUREL_ASSIGN_OR_RETURN(const Recomputed points, Recompute(explanation));
  return points.entry;
}

absl::StatusOr<int64_t> RecomputeAmount(const v1::ExplainEntryResponse& explanation) {
  const v1::Entry& entry = explanation.entry();
  if (entry.has_occurrence()) {
    // There is no order to compute it from: what its campaigns gave, less what caps took of it.
    int64_t given = -entry.points_over_caps();
    for (const v1::RuleResult& result : entry.rule_results()) given += result.points();
    return given;
  }
  Recomputed points;
  if (explanation.has_campaigns()) {
    LAUREL_ASSIGN_OR_RETURN(points, Recompute(explanation.campaigns()));
  } else {
    points.entry = entry.cap_cuts().empty() ? entry.active_delta() + entry.pending_delta()
                                            : entry.cap_cuts(0).points_before();
  }
  if (entry.cap_cuts().empty()) return points.entry;
  int64_t amount = points.entry + points.other_entries + points.no_entry;
  for (const v1::CapCut& cut : entry.cap_cuts()) {
    const int64_t most = cut.has_earning_cap() ? cut.earning_cap().amount() : cut.max_balance();
    amount = std::min(amount, std::max<int64_t>(0, most - cut.used()));
  }
  return amount - points.other_entries;
}

std::string CutsInWords(const v1::Entry& entry) {
  std::string out;
  for (const v1::CapCut& cut : entry.cap_cuts()) {
    absl::StrAppend(&out, "; of ", cut.points_before(), " points ", CapInWords(cut), ", let ",
                    cut.points_let_in(), " in");
  }
  return out;
}

}  // namespace laurel::members
