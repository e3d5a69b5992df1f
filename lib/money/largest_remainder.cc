#include "lib/money/largest_remainder.h"

#include <algorithm>
#include <array>
#include <limits>
#include <numeric>

#include "lib/base/check.h"

namespace laurel::money {
namespace {

__extension__ using Wide = unsigned __int128;

// Orders have few lines: for so many weights nothing is sorted and nothing allocated.
constexpr size_t kFew = 16;

// Rounds the `left` greatest remainders up, ties to the lower index. Fewer than are above 0.
template <typename Number>
void RoundUpFew(std::array<Number, kFew>& remainders, int64_t left, std::vector<int64_t>& shares) {
  const auto end = remainders.begin() + static_cast<std::ptrdiff_t>(shares.size());
  for (; left > 0; --left) {
    const auto greatest = std::max_element(remainders.begin(), end);
    ++shares[static_cast<size_t>(greatest - remainders.begin())];
    *greatest = 0;
  }
}
void RoundUpMany(const std::vector<Wide>& remainders, int64_t left, std::vector<int64_t>& shares) {
  std::vector<size_t> order(remainders.size());
  std::iota(order.begin(), order.end(), size_t{0});
  std::stable_sort(order.begin(), order.end(),
                   [&](size_t a, size_t b) { return remainders[a] > remainders[b]; });
  for (size_t i = 0; i < static_cast<size_t>(left); ++i) ++shares[order[i]];
}

// Rounds every share down; what is left. Number holds total × sum.
template <typename Number, typename Remainders>
int64_t RoundDown(Number total, Number sum, const std::vector<int64_t>& weights,
                  Remainders& remainders, std::vector<int64_t>& shares) {
  auto left = static_cast<int64_t>(total);
  for (size_t i = 0; i < weights.size(); ++i) {
    const Number product = total * static_cast<Number>(weights[i]);
    const Number share = product / sum;
    shares[i] = static_cast<int64_t>(share);
    remainders[i] = product - share * sum;
    left -= shares[i];
  }
  return left;
}

template <typename Number>
void ShareAmongFew(Number total, Number sum, const std::vector<int64_t>& weights,
                   std::vector<int64_t>& shares) {
  std::array<Number, kFew> remainders = {};
  RoundUpFew(remainders, RoundDown(total, sum, weights, remainders, shares), shares);
}

}  // namespace

std::vector<int64_t> ShareByLargestRemainder(int64_t total, const std::vector<int64_t>& weights) {
  LAUREL_CHECK(total >= 0);
  std::vector<int64_t> shares(weights.size(), 0);
  if (weights.empty() || total == 0) return shares;
  Wide sum = 0;
  for (const int64_t weight : weights) {
    LAUREL_CHECK(weight >= 0);
    sum += static_cast<Wide>(weight);
  }
  if (sum == 0) {
    shares[0] = total;
    return shares;
  }
  constexpr Wide kNarrow = std::numeric_limits<uint64_t>::max();
  const auto whole = static_cast<Wide>(total);
  if (weights.size() > kFew) {
    std::vector<Wide> remainders(weights.size());
    RoundUpMany(remainders, RoundDown(whole, sum, weights, remainders, shares), shares);
  } else if (sum <= kNarrow && whole * sum <= kNarrow) {
    // No weight is above the sum, so that every product fits, and a division is one instruction.
    ShareAmongFew(static_cast<uint64_t>(whole), static_cast<uint64_t>(sum), weights, shares);
  } else {
    ShareAmongFew(whole, sum, weights, shares);
  }
  return shares;
}

}  // namespace laurel::money
