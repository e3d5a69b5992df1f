#include "members-svc/domain/campaign_goal.h"

#include <algorithm>
#include <limits>
#include <utility>

#include "lib/base/timestamps.h"

namespace laurel::members {
namespace {

// A count (below 2^63) times a factor of basis points, and a count of members times a span in
// microseconds, fit into 128 bits; products across two such fractions do not. So fractions are
// compared by their whole parts and remainders.
__extension__ using Wide = unsigned __int128;

// value = numerator / denominator of the metric; nothing where there is nothing to divide by.
struct Fraction {
  Wide numerator = 0;
  Wide denominator = 0;
};

Fraction MetricOf(v1::GoalMetric metric, const GoalCounts& counts) {
  const auto of = [](int64_t numerator, int64_t denominator) {
    return Fraction{static_cast<Wide>(std::max<int64_t>(numerator, 0)),
                    static_cast<Wide>(std::max<int64_t>(denominator, 0))};
  };
  switch (metric) {
    case v1::GOAL_METRIC_ORDERS_PER_MEMBER:
      return of(counts.orders, counts.members);
    case v1::GOAL_METRIC_AMOUNT_PER_MEMBER:
      return of(counts.amount, counts.members);
    case v1::GOAL_METRIC_AMOUNT_PER_ORDER:
      return of(counts.amount, counts.orders);
    case v1::GOAL_METRIC_ORDERS:
      return of(counts.orders, 1);
    case v1::GOAL_METRIC_AMOUNT:
      return of(counts.amount, 1);
    case v1::GOAL_METRIC_MEMBERS:
      return of(counts.members, 1);
    default:
      return {};
  }
}

int Compare(Fraction a, Fraction b) {
  // Euclid's comparison: whole parts first, then the fractions upside down.
  int sign = 1;
  while (true) {
    const Wide whole_a = a.numerator / a.denominator;
    const Wide whole_b = b.numerator / b.denominator;
    if (whole_a != whole_b) return whole_a < whole_b ? -sign : sign;
    a.numerator %= a.denominator;
    b.numerator %= b.denominator;
    if (a.numerator == 0 || b.numerator == 0) {
      if (a.numerator == b.numerator) return 0;
      return a.numerator == 0 ? -sign : sign;
    }
    std::swap(a.numerator, a.denominator);
    std::swap(b.numerator, b.denominator);
    sign = -sign;
  }
}

int64_t Clamped(Wide value) {
  constexpr auto kMost = std::numeric_limits<int64_t>::max();
  return value > static_cast<Wide>(kMost) ? kMost : static_cast<int64_t>(value);
}

int64_t Thousandths(const Fraction& value) {
  if (value.denominator == 0) return 0;
  return Clamped(value.numerator * 1000 / value.denominator);
}

int64_t MicrosOf(const TimeSpan& span) {
  return std::max<int64_t>(absl::ToInt64Microseconds(span.end - span.start), 0);
}

// The metric as what comes to a microsecond, but for an average per order.
Fraction Rate(v1::GoalMetric metric, const GoalCounts& counts, const TimeSpan& span) {
  Fraction out = MetricOf(metric, counts);
  if (metric != v1::GOAL_METRIC_AMOUNT_PER_ORDER) {
    out.denominator *= static_cast<Wide>(MicrosOf(span));
  }
  return out;
}

void Fill(const v1::CampaignGoal& goal, const TimeSpan& span, const GoalCounts& counts,
          v1::GoalFigures* out) {
  base::SetTimestamp(span.start, out->mutable_start_time());
  base::SetTimestamp(span.end, out->mutable_end_time());
  out->set_orders(counts.orders);
  out->set_amount_minor_units(counts.amount);
  out->set_members(counts.members);
  out->set_value_thousandths(Thousandths(MetricOf(goal.metric(), counts)));
}

constexpr int64_t kOneBps = 10000;

// Whether `rate` is at least `base` and growth_bps of it.
bool HasGrown(const Fraction& rate, const Fraction& base, int64_t growth_bps) {
  if (rate.denominator == 0) return false;
  return Compare({rate.numerator * kOneBps, rate.denominator},
                 {base.numerator * static_cast<Wide>(kOneBps + growth_bps), base.denominator}) >= 0;
}

// By bisection over whole basis points: exact, and within 128 bits.
int64_t GrowthBps(const Fraction& rate, const Fraction& base) {
  int64_t low = -kOneBps;  // has grown by this much
  int64_t high = std::numeric_limits<int32_t>::max();
  while (low + 1 < high) {
    const int64_t middle = low + (high - low) / 2;
    (HasGrown(rate, base, middle) ? low : high) = middle;
  }
  return low;
}

}  // namespace

void CheckGoal(const v1::Campaign& campaign, std::vector<status::Violation>* violations) {
  if (!campaign.has_goal()) return;
  const v1::CampaignGoal& goal = campaign.goal();
  const auto wrong = [&](const char* field, const char* what) {
    violations->push_back({field, what});
  };
  if (!v1::GoalMetric_IsValid(goal.metric())) wrong("campaign.goal.metric", "is not known");
  if (goal.target_case() == v1::CampaignGoal::TARGET_NOT_SET) {
    wrong("campaign.goal", "needs one of growthBps and valueThousandths");
  }
  if (!campaign.has_start_time()) {
    wrong("campaign.goal", "needs a startTime: it is measured from then on");
    return;
  }
  if (goal.has_baseline_start_time() != goal.has_baseline_end_time()) {
    wrong("campaign.goal.baselineEndTime", "must stand together with baselineStartTime");
  } else if (goal.has_baseline_start_time()) {
    if (base::FromTimestamp(goal.baseline_end_time()) <=
        base::FromTimestamp(goal.baseline_start_time())) {
      wrong("campaign.goal.baselineEndTime", "must lie after baselineStartTime");
    }
    if (base::FromTimestamp(goal.baseline_end_time()) >
        base::FromTimestamp(campaign.start_time())) {
      wrong("campaign.goal.baselineEndTime", "must not lie after startTime");
    }
    if (goal.target_case() != v1::CampaignGoal::kGrowthBps) {
      wrong("campaign.goal.baselineStartTime", "has a meaning only with growthBps");
    }
  }
}

TimeSpan RunOf(const v1::Campaign& campaign, absl::Time now) {
  TimeSpan out{base::FromTimestamp(campaign.start_time()), now};
  if (campaign.has_end_time()) out.end = std::min(now, base::FromTimestamp(campaign.end_time()));
  out.end = std::max(out.start, out.end);
  return out;
}

std::optional<TimeSpan> BaselineOf(const v1::Campaign& campaign, absl::Time now) {
  const v1::CampaignGoal& goal = campaign.goal();
  if (goal.target_case() != v1::CampaignGoal::kGrowthBps) return std::nullopt;
  if (goal.has_baseline_start_time()) {
    return TimeSpan{base::FromTimestamp(goal.baseline_start_time()),
                    base::FromTimestamp(goal.baseline_end_time())};
  }
  // As long as what has run, not as what is to come: that may be thousands of years.
  const TimeSpan run = RunOf(campaign, now);
  return TimeSpan{run.start - (run.end - run.start), run.start};
}

v1::GoalReport ReportGoal(const v1::Campaign& campaign, absl::Time now, const GoalCounts& run,
                          const GoalCounts& baseline) {
  const v1::CampaignGoal& goal = campaign.goal();
  const TimeSpan span = RunOf(campaign, now);
  v1::GoalReport out;
  *out.mutable_goal() = goal;
  Fill(goal, span, run, out.mutable_campaign());
  const auto before = BaselineOf(campaign, now);
  if (before) Fill(goal, *before, baseline, out.mutable_baseline());
  if (now <= span.start) {
    out.set_outcome(v1::GOAL_OUTCOME_NOT_STARTED);
    return out;
  }
  bool reached = false;
  if (before) {
    const Fraction rate = Rate(goal.metric(), run, span);
    const Fraction base = Rate(goal.metric(), baseline, *before);
    if (base.denominator == 0 || base.numerator == 0) {
      out.set_outcome(v1::GOAL_OUTCOME_NO_BASELINE);
      return out;
    }
    reached = HasGrown(rate, base, goal.growth_bps());
    out.set_growth_bps(rate.denominator == 0 ? -kOneBps : GrowthBps(rate, base));
  } else {
    const Fraction value = MetricOf(goal.metric(), run);
    reached =
        value.denominator != 0 &&
        value.numerator * 1000 >= static_cast<Wide>(goal.value_thousandths()) * value.denominator;
  }
  const bool over = campaign.state() == v1::CAMPAIGN_STATE_ENDED ||
                    (campaign.has_end_time() && base::FromTimestamp(campaign.end_time()) <= now);
  out.set_outcome(reached ? v1::GOAL_OUTCOME_REACHED
                  : over  ? v1::GOAL_OUTCOME_MISSED
                          : v1::GOAL_OUTCOME_NOT_YET);
  return out;
}

}  // namespace laurel::members
