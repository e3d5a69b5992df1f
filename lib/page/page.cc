#include "lib/page/page.h"

#include "absl/strings/escaping.h"
#include "lib/base/strings.h"
#include "lib/base/uuid.h"
#include "lib/status/error.h"

namespace laurel::page {
namespace {

std::string Seal(std::string_view position, std::string_view filter) {
  std::string text(filter);
  text.push_back('\0');
  text += position;
  return base::ToBytes(base::HashedUuid(text)).substr(0, 8);
}

}  // namespace

std::string Token(std::string_view position, std::string_view filter) {
  return absl::WebSafeBase64Escape(base::ToAbsl(Seal(position, filter) + std::string(position)));
}

absl::StatusOr<std::string> Position(std::string_view token, std::string_view filter) {
  if (token.empty()) return std::string();
  std::string raw;
  if (absl::WebSafeBase64Unescape(base::ToAbsl(token), &raw) && raw.size() > 8) {
    std::string position = raw.substr(8);
    if (raw.substr(0, 8) == Seal(position, filter)) return position;
  }
  return status::Error(absl::StatusCode::kInvalidArgument, "PAGE_TOKEN_INVALID",
                       "The page token was not made for this request.");
}

}  // namespace laurel::page
