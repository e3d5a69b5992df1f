// How much the rpcs take (proto/laurel/members/v1): checked per row, so that one row too large does
// not have a whole batch refused.
#pragma once

#include <cstddef>
#include <cstdint>

namespace laurel::import {

inline constexpr size_t kMaxIdBytes = 128;
inline constexpr size_t kMaxLabelBytes = 1024;
inline constexpr size_t kMaxLines = 500;
inline constexpr int kMaxBatch = 256;
inline constexpr int64_t kMaxMinorUnits = 100'000'000'000;
inline constexpr int64_t kMaxQuantityThousandths = 1'000'000'000'000;
// A message has 4 MB at most, and the answer to an order is longer than its request.
inline constexpr size_t kMaxBatchLines = 5000;

}  // namespace laurel::import
