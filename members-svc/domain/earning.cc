#include "members-svc/domain/earning.h"

#include <algorithm>
#include <limits>
#include <optional>
#include <string>
#include <utility>

#include "lib/base/check.h"
#include "lib/money/largest_remainder.h"
#include "lib/status/error.h"
#include "members-svc/domain/campaign_limits.h"
#include "members-svc/domain/campaign_match.h"
#include "members-svc/domain/measure.h"
#include "members-svc/domain/multiplied_points.h"

namespace laurel::members {
namespace {

using Kind = CampaignOutcome::Kind;

absl::Status Overflow() {
  return status::Error(absl::StatusCode::kOutOfRange, "POINTS_OVERFLOW",
                       "The order would earn more points than can be counted.");
}

// A campaign that may apply: what limits leave, the lines that it counts, and what it would give.
struct Prospect {
  size_t place = 0;
  Left left;
  std::vector<int> lines;
  Measured measured;
  Trimmed trimmed = {};
};

// What is evaluated beside the rules.
struct Evaluated {
  const v1::RecordOrderRequest& order;
  int64_t total;
  absl::Time occur_time;
  const LimitUses& used;
  const MemberFacts& facts;
  const OccurrenceAttributes* occurrence;  // null: it is an order
};

class Evaluation {
 public:
  Evaluation(const ProgramRules& rules, const Evaluated& what,
             std::vector<CampaignOutcome>* outcomes)
      : rules_(rules),
        order_(what.order),
        facts_(what.order, what.total, what.occur_time, rules.time_zone, what.facts,
               outcomes == nullptr),
        occurrence_(what.occurrence),
        occur_time_(what.occur_time),
        used_(what.used),
        starts_(what.occur_time, rules.time_zone),
        outcomes_(outcomes),
        winners_(static_cast<size_t>(rules.group_count), kNobody) {}

  absl::StatusOr<Earnings> Run() {
    const size_t count = rules_.campaigns.size();
    if (outcomes_ != nullptr) {
      outcomes_->assign(count, {});
      for (size_t i = 0; i < count; ++i) (*outcomes_)[i].campaign = &rules_.campaigns[i];
    }
    // Who asks for outcomes wants to know of the others, too, why they did not apply.
    const CampaignSet candidates =
        outcomes_ == nullptr ? rules_.index.Candidates(order_) : CampaignSet(count, true);
    earnings_.awards.reserve(std::min<size_t>(candidates.Count(), 1024));
    for (size_t i = candidates.Next(0); i < count; i = candidates.Next(i + 1)) {
      if (HasWon(i)) continue;  // it ran in the place of one before it
      if (stopped_) {
        if (!TellInvalid(i)) Tell(i, *stopped_);
      } else {
        RunCampaign(i, candidates);
      }
      if (overflow_ || (stopped_ && outcomes_ == nullptr)) break;
    }
    DecideGroupsOfMultipliers();
    for (const Prospect& multiplier : multipliers_) RunMultiplier(multiplier);
    if (overflow_) return Overflow();
    return std::move(earnings_);
  }

 private:
  static constexpr size_t kNobody = std::numeric_limits<size_t>::max();

  const CampaignRules& At(size_t place) const { return rules_.campaigns[place]; }

  void Tell(size_t place, Kind kind, int award = -1) {
    if (outcomes_ == nullptr) return;
    CampaignOutcome& outcome = (*outcomes_)[place];
    outcome.kind = kind;
    outcome.award = award;
    outcome.failed_path.clear();  // of when it was compared with others of its group
  }
  bool TellInvalid(size_t place) {
    if (ValidAt(At(place), occur_time_)) return false;
    Tell(place, At(place).start && occur_time_ < *At(place).start ? Kind::kNotYet : Kind::kEnded);
    return true;
  }

  // Whether something that must hold does not.
  bool TellFailed(size_t place) {
    const CampaignRules& rules = At(place);
    if (occurrence_ != nullptr && !TriggerHolds(rules.campaign.trigger(), *occurrence_)) {
      return TellPath(place, "trigger"), true;
    }
    if (rules.condition && !rules.condition->Holds(facts_)) {
      TellPath(place, outcomes_ == nullptr ? "" : rules.condition->FailedPath(facts_, "condition"));
      return true;
    }
    if (rules.campaign.has_points_per_visit() && !facts_.member().begins_visit) {
      return TellPath(place, "pointsPerVisit"), true;
    }
    return false;
  }
  void TellPath(size_t place, std::string path) {
    Tell(place, Kind::kConditionFailed);
    if (outcomes_ != nullptr) (*outcomes_)[place].failed_path = std::move(path);
  }

  // The one of its group that applies; kNobody: none so far, or it is in no group.
  size_t WinnerOver(size_t place) const {
    const int group = At(place).group;
    return group < 0 ? kNobody : winners_[static_cast<size_t>(group)];
  }
  bool HasWon(size_t place) const { return WinnerOver(place) == place; }

  void RunCampaign(size_t place, const CampaignSet& candidates) {
    const CampaignRules& rules = At(place);
    if (!MayApply(place, &prospect_)) return;
    if (WinnerOver(place) != kNobody) return Tell(place, Kind::kLostInGroup);
    if (rules.campaign.has_multiplier()) {
      if (prospect_.left.points() == 0) return Tell(place, Kind::kLimitReached);
      multipliers_.push_back(prospect_);
      return Fired(rules);
    }
    if (!Look(&prospect_)) return;
    if (rules.group >= 0 && prospect_.trimmed.points > 0) {
      FindBetter(candidates);
      winners_[static_cast<size_t>(rules.group)] = prospect_.place;
      if (prospect_.place != place) Tell(place, Kind::kLostInGroup);
    }
    if (Give(prospect_)) Fired(At(prospect_.place));
  }

  // Whether what must hold for the campaign holds, but for its group; fills limits and lines.
  bool MayApply(size_t place, Prospect* out) {
    const CampaignRules& rules = At(place);
    if (TellInvalid(place) || TellFailed(place)) return false;
    if (rules.exclusive && given_) return Tell(place, Kind::kExclusive), false;
    MatchLines(rules, order_, &out->lines);
    if (out->lines.empty() && occurrence_ == nullptr) {
      return Tell(place, Kind::kNoLineCounts), false;
    }
    out->place = place;
    out->left = LeftOf(rules, used_, starts_);
    if (out->left.exhausted) return Tell(place, Kind::kLimitReached), false;
    return true;
  }

  // What it would give. False: overflow.
  bool Look(Prospect* out) {
    overflow_ = !Measure(At(out->place), order_, out->lines, out->left.counted, &out->measured) ||
                overflow_;
    out->trimmed = Trim(out->measured.points, out->left);
    return !overflow_;
  }

  // Puts the one of its group that gives the most in the place of the prospect at hand.
  void FindBetter(const CampaignSet& candidates) {
    const int group = At(prospect_.place).group;
    const size_t count = rules_.campaigns.size();
    for (size_t i = candidates.Next(prospect_.place + 1); i < count; i = candidates.Next(i + 1)) {
      if (At(i).group != group || !MayApply(i, &other_) || !Look(&other_)) continue;
      if (other_.trimmed.points > prospect_.trimmed.points) std::swap(prospect_, other_);
    }
  }

  // What has fired may keep those after it from running.
  void Fired(const CampaignRules& rules) {
    given_ = given_ || !rules.campaign.has_multiplier();
    if (rules.campaign.stops_further()) stopped_ = Kind::kStopped;
    if (rules.exclusive) stopped_ = Kind::kExclusive;
  }

  // A reward or an attribute.
  bool Grant(const Prospect& prospect) {
    const v1::Campaign& campaign = At(prospect.place).campaign;
    v1::RuleResult& result = NewAward(prospect.place, prospect.left, prospect.trimmed);
    if (campaign.has_grant_reward()) {
      result.set_granted_reward_id(campaign.grant_reward().reward_id());
    } else {
      result.set_set_attribute_name(campaign.set_attribute().name());
      result.set_set_attribute_value(campaign.set_attribute().value());
    }
    AddUses(prospect.left, {.fired = true, .points = 0, .counted = 0}, &earnings_.limit_uses);
    Tell(prospect.place, Kind::kApplied, LastAward());
    return true;
  }

  // Awards what the campaign gives, or notes what it has counted; whether it gave anything.
  bool Give(const Prospect& prospect) {
    const auto& [place, left, lines, measured, trimmed] = prospect;
    if (At(place).grants) return Grant(prospect);
    if (measured.points == 0 && measured.counted == 0) {
      return Tell(place, Kind::kNothingEarned), false;
    }
    v1::RuleResult& result = NewAward(place, left, trimmed);
    result.set_basis(measured.basis);
    result.set_step(measured.step);
    result.set_steps(measured.steps);
    result.set_points_per_step(measured.points_per_step);
    if (left.count) {
      result.set_counted_amount(measured.counted);
      result.set_counted_before(measured.counted_before);
      SetShares(lines, money::ShareByLargestRemainder(measured.counted, measured.weights),
                result.mutable_counted_by_line());
    }
    for (const Measured::Band& band : measured.bands) {
      v1::BandResult& told = *result.add_bands();
      told.set_amount_minor_units(band.amount);
      told.set_points_per_million(band.points_per_million);
    }
    if (!Count(left, trimmed.points, measured.counted)) return false;
    if (trimmed.points == 0) {
      Tell(place, measured.points == 0 ? Kind::kNothingEarned : Kind::kLimitReached, LastAward());
      return false;
    }
    Tell(place, Kind::kApplied, LastAward());
    const std::vector<int64_t> shares =
        money::ShareByLargestRemainder(trimmed.points, measured.weights);
    SetShares(lines, shares, result.mutable_points_by_line());
    const CampaignRules& rules = At(place);
    if (rules.campaign.has_points_per_amount() || rules.campaign.has_bands()) {
      MultipliedPoints& base = BaseOf(rules.wallet_no);
      for (size_t i = 0; i < lines.size(); ++i) {
        overflow_ = !base.Add(static_cast<size_t>(lines[i]), shares[i]) || overflow_;
      }
    }
    return true;
  }

  static MultipliedPoints::Outcome Multiply(MultipliedPoints& base, const CampaignRules& rules,
                                            const Prospect& multiplier,
                                            MultipliedPoints::Product* out) {
    const v1::PointsMultiplier& rule = rules.campaign.multiplier();
    const int64_t most = multiplier.left.points();
    return base.Multiply(multiplier.lines,
                         {.bps = rule.factor_bps(),
                          .rounding = RoundingOf(rule.rounding()),
                          .most = most == Left::kNoLimit ? std::nullopt : std::optional(most)},
                         out);
  }

  void DecideGroupsOfMultipliers() {
    if (winners_.empty()) return;
    std::vector<int64_t> most(winners_.size(), 0);
    for (const Prospect& multiplier : multipliers_) {
      const CampaignRules& rules = At(multiplier.place);
      if (rules.group < 0) continue;
      MultipliedPoints base = BaseOf(rules.wallet_no);
      MultipliedPoints::Product product;
      if (Multiply(base, rules, multiplier, &product) != MultipliedPoints::Outcome::kDone) continue;
      size_t& winner = winners_[static_cast<size_t>(rules.group)];
      int64_t& best = most[static_cast<size_t>(rules.group)];
      if (winner != kNobody && product.points <= best) continue;
      winner = multiplier.place;
      best = product.points;
    }
  }

  void RunMultiplier(const Prospect& multiplier) {
    const size_t winner = WinnerOver(multiplier.place);
    if (winner != kNobody && winner != multiplier.place) {
      return Tell(multiplier.place, Kind::kLostInGroup);
    }
    const CampaignRules& rules = At(multiplier.place);
    MultipliedPoints::Product product;
    switch (Multiply(BaseOf(rules.wallet_no), rules, multiplier, &product)) {
      case MultipliedPoints::Outcome::kNothingThere:
        return Tell(multiplier.place, Kind::kNothingEarned);
      case MultipliedPoints::Outcome::kOverflow:
        overflow_ = true;
        return;
      case MultipliedPoints::Outcome::kDone:
        break;
    }
    const Trimmed trimmed = Trim(product.points + product.points_over_limit, multiplier.left);
    v1::RuleResult& result = NewAward(multiplier.place, multiplier.left, trimmed);
    result.set_basis(product.basis);
    result.set_multiplier_bps(rules.campaign.multiplier().factor_bps());
    SetShares(multiplier.lines, product.by_line, result.mutable_points_by_line());
    Count(multiplier.left, trimmed.points, 0);
    Tell(multiplier.place, trimmed.points == 0 ? Kind::kNothingEarned : Kind::kApplied,
         LastAward());
  }

  v1::RuleResult& NewAward(size_t place, const Left& left, const Trimmed& trimmed) {
    const CampaignRules& rules = At(place);
    Award& award = earnings_.awards.emplace_back();
    award.wallet_no = rules.wallet_no;
    if (rules.campaign.has_lots()) award.lots = &rules.campaign.lots();
    v1::RuleResult& result = award.result;
    if (rules.tier) {
      *result.mutable_tier() = *rules.tier;
    } else {
      result.set_campaign_id(rules.campaign.campaign_id());
      result.set_campaign_version(rules.campaign.version());
    }
    result.set_points(trimmed.points);
    result.set_points_over_limit(trimmed.over_member);
    result.set_points_over_total_limit(trimmed.over_all);
    TellPeriods(left, &result);
    return result;
  }
  int LastAward() const { return static_cast<int>(earnings_.awards.size()) - 1; }

  // Adds to the sum of all awards and to the counters. False: overflow.
  bool Count(const Left& left, int64_t points, int64_t counted) {
    overflow_ = __builtin_add_overflow(earned_, points, &earned_) || overflow_;
    if (overflow_) return false;
    AddUses(left, {.fired = points != 0, .points = points, .counted = counted},
            &earnings_.limit_uses);
    return true;
  }

  // Spreads what the counted lines have over all lines of the order.
  void SetShares(const std::vector<int>& lines, const std::vector<int64_t>& shares,
                 google::protobuf::RepeatedField<int64_t>* by_line) const {
    by_line->Resize(order_.lines_size(), 0);
    for (size_t i = 0; i < lines.size(); ++i) by_line->Set(lines[i], shares[i]);
  }

  MultipliedPoints& BaseOf(int wallet_no) {
    for (auto& [number, base] : bases_) {
      if (number == wallet_no) return base;
    }
    return bases_.emplace_back(wallet_no, static_cast<size_t>(order_.lines_size())).second;
  }

  const ProgramRules& rules_;
  const v1::RecordOrderRequest& order_;
  const OrderFacts facts_;
  const OccurrenceAttributes* const occurrence_;
  const absl::Time occur_time_;
  const LimitUses& used_;
  PeriodStarts starts_;
  std::vector<CampaignOutcome>* const outcomes_;

  bool overflow_ = false;
  int64_t earned_ = 0;
  bool given_ = false;           // an award that is no multiplier has been made
  std::optional<Kind> stopped_;  // what becomes of all that follow
  std::vector<size_t> winners_;  // per group
  Prospect prospect_;            // the campaign at hand
  Prospect other_;               // one that competes with it
  std::vector<std::pair<int, MultipliedPoints>> bases_;
  std::vector<Prospect> multipliers_;
  Earnings earnings_;
};

}  // namespace

absl::StatusOr<Earnings> EvaluateOrder(const ProgramRules& rules,
                                       const v1::RecordOrderRequest& order, absl::Time occur_time,
                                       const LimitUses& used, const MemberFacts& facts,
                                       std::vector<CampaignOutcome>* outcomes) {
  LAUREL_CHECK(rules.index.size() == rules.campaigns.size());
  LAUREL_RETURN_IF_ERROR(CheckTaxes(order));
  int64_t total = 0;
  for (const v1::OrderLine& line : order.lines()) {
    if (__builtin_add_overflow(total, line.amount_minor_units(), &total)) return Overflow();
  }
  return Evaluation(rules, {order, total, occur_time, used, facts, nullptr}, outcomes).Run();
}

absl::StatusOr<Earnings> EvaluateOccurrence(const ProgramRules& triggered,
                                            const OccurrenceAttributes& attributes,
                                            absl::Time occur_time, const LimitUses& used,
                                            const MemberFacts& facts,
                                            std::vector<CampaignOutcome>* outcomes) {
  LAUREL_CHECK(triggered.index.size() == triggered.campaigns.size());
  static const v1::RecordOrderRequest kNoOrder;
  return Evaluation(triggered, {kNoOrder, 0, occur_time, used, facts, &attributes}, outcomes).Run();
}

}  // namespace laurel::members
