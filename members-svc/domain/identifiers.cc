#include "members-svc/domain/identifiers.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "lib/base/check.h"
#include "lib/base/strings.h"

namespace laurel::members {

std::string_view NameOf(IdentifierKind kind) {
  switch (kind) {
    case IdentifierKind::kExternalId:
      return "external_id";
    case IdentifierKind::kEmail:
      return "email";
    case IdentifierKind::kPhone:
      return "phone";
    case IdentifierKind::kCard:
      return "card";
  }
  LAUREL_CHECK(false);
  return {};
}

std::string Normalise(IdentifierKind kind, std::string_view value) {
  if (kind == IdentifierKind::kExternalId) return std::string(value);
  std::string out = base::ToStd(absl::StripAsciiWhitespace(base::ToAbsl(value)));
  if (kind == IdentifierKind::kEmail) absl::AsciiStrToLower(&out);
  if (kind == IdentifierKind::kCard) {
    absl::AsciiStrToUpper(&out);
    out.erase(std::remove(out.begin(), out.end(), '-'), out.end());
  }
  return out;
}

std::string IdentifierHash(const crypto::BlindIndex& index, std::string_view program_id,
                           IdentifierKind kind, std::string_view value) {
  return index.Of(program_id, NameOf(kind), Normalise(kind, value));
}

std::vector<Identifier> IdentifiersOf(const crypto::BlindIndex& index, std::string_view program_id,
                                      const v1::EnrolMemberRequest& request) {
  std::vector<Identifier> out;
  const auto add = [&](IdentifierKind kind, const std::string& value) {
    if (!value.empty()) out.push_back({kind, IdentifierHash(index, program_id, kind, value)});
  };
  add(IdentifierKind::kExternalId, request.external_id());
  add(IdentifierKind::kEmail, request.profile().email());
  add(IdentifierKind::kPhone, request.profile().phone());
  add(IdentifierKind::kCard, request.card_number());
  return out;
}

}  // namespace laurel::members
