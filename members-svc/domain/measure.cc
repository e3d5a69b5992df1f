#include "members-svc/domain/measure.h"

#include <algorithm>
#include <limits>

#include "absl/strings/str_cat.h"
#include "lib/status/error.h"

namespace laurel::members {
namespace {

__extension__ using Wide = unsigned __int128;

constexpr Wide kMillion = 1000000;
constexpr int64_t kThousandths = 1000;

// Which money of a line a campaign counts.
struct Basis {
  bool before_discounts;
  v1::TaxBasis tax;
  bool include_delivery;
};

int64_t AmountOf(const v1::OrderLine& line, v1::TaxTreatment treatment, const Basis& basis) {
  int64_t amount = line.amount_minor_units();
  if (basis.before_discounts) amount += line.discount_minor_units();
  const bool on_top = treatment == v1::TAX_TREATMENT_ON_TOP;
  if (basis.tax == v1::TAX_BASIS_WITHOUT_TAX && !on_top) amount -= line.tax_minor_units();
  if (basis.tax == v1::TAX_BASIS_WITH_TAX && on_top) amount += line.tax_minor_units();
  return amount;
}

// The sum of the lines, which are the weights; false: overflow.
bool Sum(const v1::RecordOrderRequest& order, const std::vector<int>& lines, const Basis& basis,
         Measured* out) {
  int64_t sum = 0;
  for (const int line : lines) {
    const int64_t amount = AmountOf(order.lines(line), order.tax_treatment(), basis);
    out->weights.push_back(amount);
    if (__builtin_add_overflow(sum, amount, &sum)) return false;
  }
  if (basis.include_delivery &&
      __builtin_add_overflow(sum, order.delivery_charge_minor_units(), &sum)) {
    return false;
  }
  out->basis = sum;
  return true;
}

void SumUnits(const v1::RecordOrderRequest& order, const std::vector<int>& lines, Measured* out) {
  for (const int line : lines) {
    out->weights.push_back(order.lines(line).quantity_thousandths() / kThousandths);
    out->basis += out->weights.back();
  }
}

bool Steps(int64_t steps, int64_t points_per_step, Measured* out) {
  out->steps = steps;
  out->points_per_step = points_per_step;
  return !__builtin_mul_overflow(steps, points_per_step, &out->points);
}

bool PerAmount(const v1::PointsPerAmount& rule, Measured* out) {
  out->step = rule.step_minor_units();
  if (out->step <= 0) return Steps(0, rule.points(), out);
  if (!rule.pro_rata()) return Steps(out->basis / out->step, rule.points(), out);
  out->points_per_step = rule.points();
  const auto points =
      money::MultiplyDivide(out->basis, rule.points(), out->step, RoundingOf(rule.rounding()));
  out->points = points.value_or(0);
  return points.has_value();
}

// How the basis lies in the bands, beginning where the member stands; their fractions are summed
// up exactly and rounded once.
bool Bands(const v1::PointsBands& rule, Measured* out) {
  out->counted = out->basis;
  int64_t at = out->counted_before;
  int64_t end = 0;
  if (__builtin_add_overflow(at, out->basis, &end)) return false;
  Wide millionths = 0;
  for (const v1::PointsBand& band : rule.bands()) {
    const int64_t top =
        band.up_to_minor_units() > 0 ? std::min(end, band.up_to_minor_units()) : end;
    if (top <= at) continue;
    out->bands.push_back({top - at, band.points_per_million()});
    millionths += static_cast<Wide>(top - at) * static_cast<Wide>(band.points_per_million());
    at = top;
  }
  if (at < end) out->bands.push_back({end - at, 0});
  Wide points = millionths / kMillion;
  const Wide rest = millionths % kMillion;
  const money::Rounding rounding = RoundingOf(rule.rounding());
  if ((rounding == money::Rounding::kUp && rest > 0) ||
      (rounding == money::Rounding::kHalfUp && rest * 2 >= kMillion)) {
    ++points;
  }
  if (points > static_cast<Wide>(std::numeric_limits<int64_t>::max())) return false;
  out->points = static_cast<int64_t>(points);
  return true;
}

bool PunchCard(const v1::PunchCard& card, Measured* out) {
  out->counted = out->basis;
  out->step = card.units();
  if (out->step <= 0) return Steps(0, card.points(), out);
  int64_t units = 0;
  if (__builtin_add_overflow(out->counted_before, out->basis, &units)) return false;
  return Steps(units / out->step - out->counted_before / out->step, card.points(), out);
}

}  // namespace

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

absl::Status CheckTaxes(const v1::RecordOrderRequest& order) {
  if (order.tax_treatment() == v1::TAX_TREATMENT_ON_TOP) return absl::OkStatus();
  std::vector<status::Violation> violations;
  for (int i = 0; i < order.lines_size(); ++i) {
    const v1::OrderLine& line = order.lines(i);
    if (line.tax_minor_units() <= line.amount_minor_units()) continue;
    violations.push_back(
        {absl::StrCat("lines[", i, "].taxMinorUnits"), "is more than the amount that holds it"});
  }
  if (violations.empty()) return absl::OkStatus();
  return status::Invalid("INVALID_REQUEST", violations);
}

bool Measure(const CampaignRules& rules, const v1::RecordOrderRequest& order,
             const std::vector<int>& lines, int64_t counted_before, Measured* out) {
  const v1::Campaign& campaign = rules.campaign;
  out->Clear();
  out->counted_before = counted_before;
  out->weights.reserve(lines.size());
  switch (campaign.effect_case()) {
    case v1::Campaign::kPointsPerAmount: {
      const v1::PointsPerAmount& rule = campaign.points_per_amount();
      return Sum(order, lines, {rule.before_discounts(), rule.tax(), rule.include_delivery()},
                 out) &&
             PerAmount(rule, out);
    }
    case v1::Campaign::kBands: {
      const v1::PointsBands& rule = campaign.bands();
      return Sum(order, lines, {rule.before_discounts(), rule.tax(), rule.include_delivery()},
                 out) &&
             Bands(rule, out);
    }
    case v1::Campaign::kPointsPerItem:
      SumUnits(order, lines, out);
      out->step = 1;
      return Steps(out->basis, campaign.points_per_item().points(), out);
    case v1::Campaign::kPunchCard:
      SumUnits(order, lines, out);
      return PunchCard(campaign.punch_card(), out);
    case v1::Campaign::kGrantReward:
    case v1::Campaign::kSetAttribute:
      return true;  // no points
    default:
      // What is given once per order lies on the lines by their amounts.
      if (!Sum(order, lines, {false, v1::TAX_BASIS_AS_STATED, false}, out)) return false;
      out->basis = 0;
      return Steps(1,
                   campaign.has_points_per_visit() ? campaign.points_per_visit().points()
                                                   : campaign.fixed_points().points(),
                   out);
  }
}

}  // namespace laurel::members
