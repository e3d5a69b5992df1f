// Ranks: equal scores share one, the next counts them all (1, 1, 3). Pure.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace laurel::gamification {

// The ranks of consecutive scores, best first. `rows_before` stand before the first of them,
// `greater` of those have a greater score than the first.
std::vector<int64_t> RanksOf(const std::vector<int64_t>& scores, int64_t rows_before,
                             int64_t greater);

}  // namespace laurel::gamification
