// Strict JSON: RFC 8259 and nothing beside it. Refuses duplicate keys, single quotes, trailing
// commas, comments, NaN, invalid UTF-8, text after the value and nesting deeper than kMaxJsonDepth.
#pragma once

#include <boost/json/value.hpp>
#include <string_view>

#include "absl/status/statusor.h"

namespace laurel::gateway {

inline constexpr size_t kMaxJsonDepth = 32;

// INVALID_ARGUMENT, MALFORMED_JSON with the byte where it stopped, or the path of a duplicate key.
absl::StatusOr<boost::json::value> ParseJson(std::string_view text);

}  // namespace laurel::gateway
