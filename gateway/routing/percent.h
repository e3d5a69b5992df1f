// Percent-decoding of paths and queries. Refuses half an escape, NUL and text that is not UTF-8:
// nothing behind the gateway has to ask again.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace laurel::gateway {

struct PercentOptions {
  bool plus_is_space = false;  // in a query
  bool keep_slash = false;     // %2F stays %2F, where a value spans path segments
};

// Nothing when `text` is malformed.
std::optional<std::string> PercentDecode(std::string_view text, PercentOptions options = {});

bool IsValidUtf8(std::string_view text);

}  // namespace laurel::gateway
