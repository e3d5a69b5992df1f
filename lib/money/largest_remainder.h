// Shares a whole number over weights.
#pragma once

#include <cstdint>
#include <vector>

namespace laurel::money {

// Shares `total` >= 0 over `weights` >= 0 in proportion: every share is the exact one rounded down
// or up, the largest remainders are rounded up, ties to the lower index; the shares sum to `total`.
// All weights 0: the first takes all. Source: Hamilton's method of largest remainders.
std::vector<int64_t> ShareByLargestRemainder(int64_t total, const std::vector<int64_t>& weights);

}  // namespace laurel::money
