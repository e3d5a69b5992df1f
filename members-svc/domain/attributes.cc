#include "members-svc/domain/attributes.h"

#include <algorithm>
#include <string>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "lib/status/error.h"

namespace laurel::members {
namespace {

constexpr size_t kLongestName = 64;
constexpr size_t kLongestValue = 128;

// Of the form that campaigns ask for: [a-z][a-z0-9_]{0,63}.
bool IsName(const std::string& name) {
  return !name.empty() && name.size() <= kLongestName && absl::ascii_islower(name[0]) &&
         std::all_of(name.begin(), name.end(), [](char c) {
           return absl::ascii_islower(c) || absl::ascii_isdigit(c) || c == '_';
         });
}

// In characters, not bytes: those that do not go on with one that has begun.
size_t Length(const std::string& text) {
  return static_cast<size_t>(std::count_if(text.begin(), text.end(), [](char c) {
    return (static_cast<unsigned char>(c) & 0xC0) != 0x80;
  }));
}

}  // namespace

absl::Status CheckAttributes(const v1::SetMemberAttributesRequest& request) {
  std::vector<status::Violation> wrong;
  const auto check_name = [&](const std::string& path, const std::string& name) {
    if (!IsName(name)) wrong.push_back({path, "names are of the form [a-z][a-z0-9_]{0,63}"});
  };
  if (request.set().empty() && request.remove().empty()) {
    wrong.push_back({"set", "nothing is to be set or removed"});
  }
  for (const auto& [name, value] : request.set()) {
    const std::string path = absl::StrCat("set[\"", name.substr(0, kLongestName), "\"]");
    check_name(path, name);
    if (Length(value) > kLongestValue) {
      wrong.push_back({path, absl::StrCat("must have at most ", kLongestValue, " characters")});
    }
    if (value.find('\0') != std::string::npos) {
      wrong.push_back({path, "must not contain the character NUL"});
    }
  }
  for (int i = 0; i < request.remove_size(); ++i) {
    const std::string path = absl::StrCat("remove[", i, "]");
    check_name(path, request.remove(i));
    if (request.set().contains(request.remove(i))) {
      wrong.push_back({path, "is to be set, too"});
    }
  }
  return wrong.empty() ? absl::OkStatus() : status::InvalidRequest(wrong);
}

absl::Status CheckAttributeCount(size_t count, size_t before) {
  if (count <= kMostAttributes || count <= before) return absl::OkStatus();
  return status::Refused("TOO_MANY_ATTRIBUTES", "A member has at most 50 attributes.");
}

}  // namespace laurel::members
