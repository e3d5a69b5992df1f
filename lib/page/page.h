// Paging: sizes and tokens. A token is bound to the filter it was made for.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"

namespace laurel::page {

inline constexpr int64_t kDefaultSize = 50;
inline constexpr int64_t kMaxSize = 1000;

// 0 is 50; more than 1,000 is 1,000.
inline int64_t Size(int32_t requested) {
  if (requested <= 0) return kDefaultSize;
  return requested > kMaxSize ? kMaxSize : requested;
}

// `position` (the last row's key, such as its id) as an opaque token. `filter` names the method and
// everything that selects rows: another filter refuses the token.
std::string Token(std::string_view position, std::string_view filter);
// The position; empty for an empty token. INVALID_ARGUMENT, PAGE_TOKEN_INVALID.
absl::StatusOr<std::string> Position(std::string_view token, std::string_view filter);

}  // namespace laurel::page
