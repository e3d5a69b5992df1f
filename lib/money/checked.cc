#include "lib/money/checked.h"

#include <limits>

#include "lib/base/check.h"

namespace laurel::money {
namespace {

__extension__ using Wide = unsigned __int128;

}  // namespace

std::optional<int64_t> MultiplyDivide(int64_t a, int64_t b, int64_t divisor, Rounding rounding) {
  LAUREL_CHECK(a >= 0 && b >= 0 && divisor > 0);
  const Wide product = static_cast<Wide>(a) * static_cast<Wide>(b);
  const auto wide_divisor = static_cast<Wide>(divisor);
  Wide quotient = product / wide_divisor;
  const Wide rest = product % wide_divisor;
  if (rounding == Rounding::kUp && rest > 0) ++quotient;
  if (rounding == Rounding::kHalfUp && rest * 2 >= wide_divisor) ++quotient;
  if (quotient > static_cast<Wide>(std::numeric_limits<int64_t>::max())) return std::nullopt;
  return static_cast<int64_t>(quotient);
}

}  // namespace laurel::money
