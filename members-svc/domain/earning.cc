#include "members-svc/domain/earning.h"

#include <algorithm>
#include <utility>

#include "lib/money/checked.h"
#include "lib/money/largest_remainder.h"
#include "lib/status/error.h"
#include "members-svc/domain/calendar.h"
#include "members-svc/domain/campaign_match.h"
#include "members-svc/domain/multiplied_points.h"

namespace laurel::members {
namespace {

absl::Status Overflow() {
  return status::Error(absl::StatusCode::kOutOfRange, "POINTS_OVERFLOW",
                       "The order would earn more points than can be counted.");
}

money::Rounding RoundingOf(v1::Rounding rounding) {
  switch (rounding) {
    case v1::ROUNDING_HALF_UP:
      return money::Rounding::kHalfUp;
    case v1::ROUNDING_UP:
      return money::Rounding::kUp;
    default:
      return money::Rounding::kDown;
  }
}

bool HasLimit(const v1::Campaign& campaign) {
  return campaign.member_limit().max_points() > 0 || campaign.member_limit().max_orders() > 0;
}

LimitKey LimitKeyOf(const ProgramRules& rules, const CampaignRules& campaign, absl::Time occur) {
  return {campaign.campaign_id,
          PeriodStart(campaign.campaign.member_limit().period(), occur, rules.time_zone)};
}

// What is left of a campaign's limit for this member.
struct Left {
  std::optional<LimitKey> key;  // absent: no limit
  std::optional<int64_t> points;
  bool exhausted = false;
};

// What a rule gives before limits, and how it spreads over the lines that it counts.
struct Gross {
  int64_t basis = 0;
  int64_t step = 0;
  int64_t steps = 0;
  int64_t points_per_step = 0;
  std::vector<int64_t> weights;  // per counted line
};

class Evaluation {
 public:
  Evaluation(const ProgramRules& rules, const v1::RecordOrderRequest& order, absl::Time occur_time,
             const LimitUses& used)
      : rules_(rules), order_(order), occur_time_(occur_time), used_(used) {}

  absl::StatusOr<Earnings> Run() {
    for (const v1::OrderLine& line : order_.lines()) {
      const auto sum = money::Add(total_, line.amount_minor_units());
      if (!sum) return Overflow();
      total_ = *sum;
    }
    earnings_.awards.reserve(rules_.campaigns.size());
    lines_.reserve(static_cast<size_t>(order_.lines_size()));
    for (const CampaignRules& campaign : rules_.campaigns) {
      LAUREL_ASSIGN_OR_RETURN(const bool goes_on, RunCampaign(campaign));
      if (!goes_on) break;
    }
    for (const Multiplier& multiplier : multipliers_) {
      LAUREL_RETURN_IF_ERROR(RunMultiplier(multiplier));
    }
    return std::move(earnings_);
  }

 private:
  struct Multiplier {
    const CampaignRules* campaign;
    Left left;
    std::vector<int> lines;
  };

  Left LeftOf(const CampaignRules& campaign) const {
    Left left;
    if (!HasLimit(campaign.campaign)) return left;
    left.key = LimitKeyOf(rules_, campaign, occur_time_);
    const auto found = used_.find(*left.key);
    const LimitUse use = found == used_.end() ? LimitUse{} : found->second;
    const v1::EarningLimit& limit = campaign.campaign.member_limit();
    left.exhausted = limit.max_orders() > 0 && use.orders >= limit.max_orders();
    if (limit.max_points() > 0) {
      left.points = std::max<int64_t>(0, limit.max_points() - use.points);
    }
    return left;
  }

  // False: no campaign after this one runs.
  absl::StatusOr<bool> RunCampaign(const CampaignRules& rules) {
    const v1::Campaign& campaign = rules.campaign;
    const bool exclusive = campaign.stacking() == v1::STACKING_EXCLUSIVE;
    if (!ValidAt(rules, occur_time_) || (exclusive && given_)) return true;
    if (!ConditionsHold(campaign.conditions(), order_, total_)) return true;
    Left left = LeftOf(rules);
    if (left.exhausted) return true;
    MatchLines(rules, order_, &lines_);
    if (lines_.empty()) return true;

    bool fired = false;
    if (campaign.has_multiplier()) {
      fired = !left.points || *left.points > 0;
      if (fired) multipliers_.push_back({&rules, std::move(left), lines_});
    } else {
      LAUREL_ASSIGN_OR_RETURN(fired, Give(rules, left));
      given_ = given_ || fired;
    }
    return !(fired && (exclusive || campaign.stops_further()));
  }

  // Awards what an amount, fixed or item rule gives; whether anything is left after the limit.
  absl::StatusOr<bool> Give(const CampaignRules& rules, const Left& left) {
    Gross gross;
    if (!Measure(rules.campaign, &gross)) return Overflow();
    const auto points = money::Multiply(gross.steps, gross.points_per_step);
    if (!points) return Overflow();
    if (*points == 0) return false;
    const int64_t given = left.points ? std::min(*points, *left.points) : *points;

    v1::RuleResult& result = NewAward(rules);
    result.set_basis(gross.basis);
    result.set_step(gross.step);
    result.set_steps(gross.steps);
    result.set_points_per_step(gross.points_per_step);
    result.set_points(given);
    result.set_points_over_limit(*points - given);
    const std::vector<int64_t> shares = money::ShareByLargestRemainder(given, gross.weights);
    SetShares(lines_, shares, &result);
    if (!Count(given, left)) return Overflow();
    if (rules.campaign.has_points_per_amount()) {
      MultipliedPoints& base = BaseOf(rules.wallet_no);
      for (size_t i = 0; i < lines_.size(); ++i) {
        if (!base.Add(static_cast<size_t>(lines_[i]), shares[i])) return Overflow();
      }
    }
    return given > 0;
  }

  // False: overflow.
  bool Measure(const v1::Campaign& campaign, Gross* out) const {
    out->weights.reserve(lines_.size());
    if (campaign.has_points_per_item()) {
      for (const int line : lines_) {
        out->weights.push_back(order_.lines(line).quantity_thousandths() / 1000);
        out->basis += out->weights.back();
      }
      out->step = 1;
      out->steps = out->basis;
      out->points_per_step = campaign.points_per_item().points();
      return true;
    }
    int64_t amount = 0;
    for (const int line : lines_) {
      out->weights.push_back(order_.lines(line).amount_minor_units());
      amount += out->weights.back();  // at most the order's total
    }
    if (campaign.has_fixed_points()) {
      out->steps = 1;
      out->points_per_step = campaign.fixed_points().points();
      return true;
    }
    const v1::PointsPerAmount& rule = campaign.points_per_amount();
    if (rule.include_delivery()) {
      const auto sum = money::Add(amount, order_.delivery_charge_minor_units());
      if (!sum) return false;
      amount = *sum;
    }
    out->basis = amount;
    out->step = rule.step_minor_units();
    out->steps = out->step > 0 ? amount / out->step : 0;
    out->points_per_step = rule.points();
    return true;
  }

  absl::Status RunMultiplier(const Multiplier& multiplier) {
    const v1::PointsMultiplier& rule = multiplier.campaign->campaign.multiplier();
    MultipliedPoints::Product product;
    switch (BaseOf(multiplier.campaign->wallet_no)
                .Multiply(multiplier.lines,
                          {.bps = rule.factor_bps(),
                           .rounding = RoundingOf(rule.rounding()),
                           .most = multiplier.left.points},
                          &product)) {
      case MultipliedPoints::Outcome::kNothingThere:
        return absl::OkStatus();
      case MultipliedPoints::Outcome::kOverflow:
        return Overflow();
      case MultipliedPoints::Outcome::kDone:
        break;
    }
    v1::RuleResult& result = NewAward(*multiplier.campaign);
    result.set_basis(product.basis);
    result.set_multiplier_bps(rule.factor_bps());
    result.set_points(product.points);
    result.set_points_over_limit(product.points_over_limit);
    SetShares(multiplier.lines, product.by_line, &result);
    return Count(product.points, multiplier.left) ? absl::OkStatus() : Overflow();
  }

  v1::RuleResult& NewAward(const CampaignRules& rules) {
    Award& award = earnings_.awards.emplace_back();
    award.wallet_no = rules.wallet_no;
    if (rules.campaign.has_lots()) award.lots = &rules.campaign.lots();
    award.result.set_campaign_id(rules.campaign.campaign_id());
    award.result.set_campaign_version(rules.campaign.version());
    return award.result;
  }

  // Adds to the sum of all awards and to the limit's counter. False: overflow.
  bool Count(int64_t points, const Left& left) {
    const auto sum = money::Add(earned_, points);
    if (!sum) return false;
    earned_ = *sum;
    if (left.key && points != 0) {
      earnings_.limit_uses.emplace_back(
          *left.key, LimitUse{.points = std::max<int64_t>(0, points), .orders = 1});
    }
    return true;
  }

  static void SetShares(const std::vector<int>& lines, const std::vector<int64_t>& shares,
                        v1::RuleResult* result) {
    for (size_t i = 0; i < lines.size(); ++i) {
      if (shares[i] != 0) (*result->mutable_points_by_line())[lines[i] + 1] = shares[i];
    }
  }

  MultipliedPoints& BaseOf(int wallet_no) {
    for (auto& [number, base] : bases_) {
      if (number == wallet_no) return base;
    }
    return bases_.emplace_back(wallet_no, static_cast<size_t>(order_.lines_size())).second;
  }

  const ProgramRules& rules_;
  const v1::RecordOrderRequest& order_;
  const absl::Time occur_time_;
  const LimitUses& used_;

  int64_t total_ = 0;
  int64_t earned_ = 0;
  bool given_ = false;      // an award that is no multiplier has been made
  std::vector<int> lines_;  // that the campaign at hand counts
  std::vector<std::pair<int, MultipliedPoints>> bases_;
  std::vector<Multiplier> multipliers_;
  Earnings earnings_;
};

}  // namespace

std::vector<LimitKey> LimitKeysFor(const ProgramRules& rules, absl::Time occur_time) {
  std::vector<LimitKey> keys;
  for (const CampaignRules& campaign : rules.campaigns) {
    if (HasLimit(campaign.campaign) && ValidAt(campaign, occur_time)) {
      keys.push_back(LimitKeyOf(rules, campaign, occur_time));
    }
  }
  return keys;
}

absl::StatusOr<Earnings> EvaluateOrder(const ProgramRules& rules,
                                       const v1::RecordOrderRequest& order, absl::Time occur_time,
                                       const LimitUses& used) {
  return Evaluation(rules, order, occur_time, used).Run();
}

}  // namespace laurel::members
