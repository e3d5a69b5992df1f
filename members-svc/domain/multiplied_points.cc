#include "members-svc/domain/multiplied_points.h"

#include <algorithm>
#include <limits>
#include <numeric>

#include "lib/money/largest_remainder.h"

namespace laurel::members {
namespace {

__extension__ using Wide = unsigned __int128;

// Leaves room for twice a remainder and for sums over the lines of an order.
constexpr Wide kWidest = static_cast<Wide>(1) << 112;
constexpr int64_t kOneBps = 10000;

bool ScaleOne(Wide by, Wide* value) {
  Wide out = 0;
  if (__builtin_mul_overflow(*value, by, &out) || out > kWidest) return false;
  *value = out;
  return true;
}

}  // namespace

bool MultipliedPoints::Add(size_t line, int64_t points) {
  const auto sum = money::Add(awarded_[line], points);
  if (!sum) return false;
  awarded_[line] = *sum;
  exact_[line] += static_cast<Wide>(points) * denominator_;
  return true;
}

bool MultipliedPoints::Scale(const std::vector<int>& lines, Wide numerator, Wide denominator) {
  size_t next = 0;
  for (size_t line = 0; line < exact_.size(); ++line) {
    const bool counts = next < lines.size() && static_cast<size_t>(lines[next]) == line;
    if (counts) ++next;
    if (!ScaleOne(counts ? numerator : denominator, &exact_[line])) return false;
  }
  return ScaleOne(denominator, &denominator_);
}

void MultipliedPoints::StartFromAwarded() {
  denominator_ = 1;
  for (size_t line = 0; line < exact_.size(); ++line)
    exact_[line] = static_cast<Wide>(awarded_[line]);
}

std::optional<int64_t> MultipliedPoints::RoundedSum(const std::vector<int>& lines,
                                                    money::Rounding rounding) const {
  Wide sum = 0;
  for (const int line : lines) sum += exact_[static_cast<size_t>(line)];
  Wide whole = sum / denominator_;
  const Wide rest = sum % denominator_;
  if (rounding == money::Rounding::kUp && rest > 0) ++whole;
  if (rounding == money::Rounding::kHalfUp && rest * 2 >= denominator_) ++whole;
  if (whole > static_cast<Wide>(std::numeric_limits<int64_t>::max())) return std::nullopt;
  return static_cast<int64_t>(whole);
}

// The exact points in proportion, cut to what a weight can hold.
std::vector<int64_t> MultipliedPoints::WeightsOf(const std::vector<int>& lines) const {
  Wide largest = 0;
  for (const int line : lines) largest = std::max(largest, exact_[static_cast<size_t>(line)]);
  int shift = 0;
  while (largest >> shift > static_cast<Wide>(std::numeric_limits<int64_t>::max() / 2)) ++shift;
  std::vector<int64_t> weights;
  weights.reserve(lines.size());
  for (const int line : lines) {
    weights.push_back(static_cast<int64_t>(exact_[static_cast<size_t>(line)] >> shift));
  }
  return weights;
}

MultipliedPoints::Outcome MultipliedPoints::Multiply(const std::vector<int>& lines,
                                                     const Factor& factor, Product* out) {
  *out = {};
  bool nothing = true;
  for (const int line : lines) {
    out->basis += awarded_[static_cast<size_t>(line)];
    nothing = nothing && exact_[static_cast<size_t>(line)] == 0;
  }
  if (nothing) return Outcome::kNothingThere;

  const int64_t common = std::gcd(factor.bps, kOneBps);
  const auto numerator = static_cast<Wide>(factor.bps / common);
  const auto denominator = static_cast<Wide>(kOneBps / common);
  if (!Scale(lines, numerator, denominator)) {
    // More digits than fit: from here on this wallet goes on from what has been awarded.
    StartFromAwarded();
    if (!Scale(lines, numerator, denominator)) return Outcome::kOverflow;
  }
  const auto rounded = RoundedSum(lines, factor.rounding);
  if (!rounded) return Outcome::kOverflow;
  out->points = *rounded - out->basis;
  const bool trimmed = factor.most && out->points > *factor.most;
  if (trimmed) {
    out->points_over_limit = out->points - *factor.most;
    out->points = *factor.most;
  }
  const std::vector<int64_t> shares =
      money::ShareByLargestRemainder(out->basis + out->points, WeightsOf(lines));
  for (size_t i = 0; i < lines.size(); ++i) {
    int64_t& awarded = awarded_[static_cast<size_t>(lines[i])];
    out->by_line.push_back(shares[i] - awarded);
    awarded = shares[i];
  }
  if (trimmed) StartFromAwarded();
  return Outcome::kDone;
}

}  // namespace laurel::members
