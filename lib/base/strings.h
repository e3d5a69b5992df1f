// Between std::string_view, which our interfaces use, and absl::string_view, which Debian's absl
// does not convert to or from.
#pragma once

#include <string>
#include <string_view>

#include "absl/strings/string_view.h"

namespace laurel::base {

inline absl::string_view ToAbsl(std::string_view s) { return {s.data(), s.size()}; }
inline std::string_view FromAbsl(absl::string_view s) { return {s.data(), s.size()}; }
inline std::string ToStd(absl::string_view s) { return std::string(s.data(), s.size()); }

}  // namespace laurel::base
