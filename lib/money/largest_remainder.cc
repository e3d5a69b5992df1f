#include "lib/money/largest_remainder.h"

#include <algorithm>
#include <numeric>

#include "lib/base/check.h"

namespace laurel::money {
namespace {

__extension__ using Wide = unsigned __int128;

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
  std::vector<Wide> remainders(weights.size());
  int64_t left = total;
  for (size_t i = 0; i < weights.size(); ++i) {
    const Wide product = static_cast<Wide>(total) * static_cast<Wide>(weights[i]);
    shares[i] = static_cast<int64_t>(product / sum);
    remainders[i] = product % sum;
    left -= shares[i];
  }
  std::vector<size_t> order(weights.size());
  std::iota(order.begin(), order.end(), size_t{0});
  std::stable_sort(order.begin(), order.end(),
                   [&](size_t a, size_t b) { return remainders[a] > remainders[b]; });
  for (size_t i = 0; i < static_cast<size_t>(left); ++i) ++shares[order[i]];
  return shares;
}

}  // namespace laurel::money
