// Whole-number arithmetic that never wraps. Points and money are int64 in their smallest unit; a
// result that does not fit is absent, and its caller answers OUT_OF_RANGE, POINTS_OVERFLOW.
#pragma once

#include <cstdint>
#include <optional>

namespace laurel::money {

inline std::optional<int64_t> Add(int64_t a, int64_t b) {
  int64_t out = 0;
  if (__builtin_add_overflow(a, b, &out)) return std::nullopt;
  return out;
}

inline std::optional<int64_t> Multiply(int64_t a, int64_t b) {
  int64_t out = 0;
  if (__builtin_mul_overflow(a, b, &out)) return std::nullopt;
  return out;
}

// How a fraction is rounded. Down: towards zero; half up: halves away from zero; up: away from
// zero.
enum class Rounding { kDown, kHalfUp, kUp };

// a * b / divisor for a, b >= 0 and divisor > 0, rounded once, the product exact.
std::optional<int64_t> MultiplyDivide(int64_t a, int64_t b, int64_t divisor, Rounding rounding);

}  // namespace laurel::money
