#include "gateway/auth/issuers.h"

#include <set>

#include "absl/strings/str_cat.h"
#include "gateway/json/parse.h"
#include "lib/base/strings.h"
#include "lib/status/error.h"

namespace laurel::gateway {
namespace {

absl::Status Invalid(size_t index, std::string_view what) {
  return status::Error(absl::StatusCode::kInvalidArgument, "ISSUERS_INVALID",
                       absl::StrCat("issuers file, entry ", index, ": ", base::ToAbsl(what)));
}

// The place of a text setting; null: there is none of that name.
std::string* PlaceOf(std::string_view key, Issuer* issuer) {
  if (key == "issuer") return &issuer->issuer;
  if (key == "audience") return &issuer->audience;
  if (key == "jwks_file") return &issuer->jwks_file;
  if (key == "jwks_url") return &issuer->jwks_url;
  if (key == "program_id") return &issuer->program_id;
  if (key == "member_claim") return &issuer->member_claim;
  if (key == "roles_claim") return &issuer->roles_claim;
  return nullptr;
}

absl::Status Set(size_t index, std::string_view key, std::string value, Issuer* issuer) {
  if (std::string* place = PlaceOf(key, issuer)) {
    *place = std::move(value);
    return absl::OkStatus();
  }
  if (key == "kind" && (value == "member" || value == "staff")) {
    issuer->kind = value == "member" ? Issuer::Kind::kMember : Issuer::Kind::kStaff;
    return absl::OkStatus();
  }
  if (key == "member_claim_is" && (value == "external_id" || value == "member_id")) {
    issuer->member_claim_is_external_id = value == "external_id";
    return absl::OkStatus();
  }
  return Invalid(index, std::string(key) + " = " + value + " is not known");
}

absl::Status Check(size_t index, const Issuer& issuer) {
  if (issuer.issuer.empty()) return Invalid(index, "issuer is missing");
  if (issuer.audience.empty()) return Invalid(index, "audience is missing");
  if (issuer.jwks_file.empty() == issuer.jwks_url.empty()) {
    return Invalid(index, "exactly one of jwks_file and jwks_url is needed");
  }
  if (!issuer.jwks_url.empty() && !issuer.jwks_url.starts_with("https://")) {
    return Invalid(index, "jwks_url must start with https://");
  }
  if (issuer.member_claim.empty() || issuer.roles_claim.empty()) {
    return Invalid(index, "a claim without a name");
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<std::vector<Issuer>> ParseIssuers(std::string_view json) {
  LAUREL_ASSIGN_OR_RETURN(const boost::json::value root, ParseJson(json));
  const auto* list = root.if_array();
  if (list == nullptr || list->empty()) return Invalid(0, "the file must be a list of issuers");
  std::vector<Issuer> issuers;
  std::set<std::string> names;
  for (size_t i = 0; i < list->size(); ++i) {
    const auto* object = (*list)[i].if_object();
    if (object == nullptr) return Invalid(i, "is not an object");
    Issuer issuer;
    for (const auto& item : *object) {
      const auto* text = item.value().if_string();
      if (text == nullptr) return Invalid(i, std::string(item.key()) + " must be a string");
      LAUREL_RETURN_IF_ERROR(
          Set(i, std::string(item.key()), std::string(text->data(), text->size()), &issuer));
    }
    LAUREL_RETURN_IF_ERROR(Check(i, issuer));
    if (!names.insert(issuer.issuer).second) return Invalid(i, "the issuer stands there twice");
    issuers.push_back(std::move(issuer));
  }
  return issuers;
}

}  // namespace laurel::gateway
