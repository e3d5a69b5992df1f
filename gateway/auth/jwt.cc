#include "gateway/auth/jwt.h"

#include <cjose/cjose.h>

#include <algorithm>
#include <memory>
#include <mutex>

#include "absl/strings/escaping.h"
#include "absl/strings/str_split.h"
#include "gateway/json/parse.h"
#include "lib/auth/peers.h"
#include "lib/base/strings.h"
#include "lib/status/error.h"

namespace laurel::gateway {
namespace {

namespace json = boost::json;

constexpr size_t kMaxSubjectBytes = 128;
constexpr size_t kMaxScopes = 64;

// base64url without padding, as JWS wants it and nothing else.
std::optional<std::string> Decode64(std::string_view text) {
  const bool clean = std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
           c == '_';
  });
  std::string out;
  if (!clean || !absl::WebSafeBase64Unescape(base::ToAbsl(text), &out)) return std::nullopt;
  return out;
}

std::optional<std::string> TextOf(const json::object& object, std::string_view name) {
  const auto* value = object.if_contains(json::string_view(name.data(), name.size()));
  const auto* text = value == nullptr ? nullptr : value->if_string();
  if (text == nullptr) return std::nullopt;
  return std::string(text->data(), text->size());
}

// A NumericDate; nothing when it is absent, InfinitePast when it is no number.
std::optional<absl::Time> TimeOf(const json::object& object, const char* name) {
  const auto* value = object.if_contains(name);
  if (value == nullptr) return std::nullopt;
  if (const auto* i = value->if_int64()) return absl::FromUnixSeconds(*i);
  if (const auto* d = value->if_double()) {
    // RFC 7519 allows fractions of a second; they do not matter here.
    if (*d > -1e12 && *d < 1e12) return absl::FromUnixSeconds(static_cast<int64_t>(*d));
  }
  return absl::InfinitePast();
}

bool HasAudience(const json::object& claims, const std::string& wanted) {
  const auto* value = claims.if_contains("aud");
  if (value == nullptr) return false;
  if (const auto* list = value->if_array()) {
    return std::any_of(list->begin(), list->end(), [&](const json::value& item) {
      return item.is_string() && item.get_string() == wanted;
    });
  }
  return value->is_string() && value->get_string() == wanted;
}

// A list of strings, or one string of words.
std::vector<std::string> WordsOf(const json::object& claims, std::string_view name) {
  std::vector<std::string> out;
  if (const auto text = TextOf(claims, name)) {
    return absl::StrSplit(*text, ' ', absl::SkipEmpty());
  }
  const auto* value = claims.if_contains(json::string_view(name.data(), name.size()));
  const auto* list = value == nullptr ? nullptr : value->if_array();
  if (list == nullptr) return out;
  for (const auto& item : *list) {
    if (const auto* word = item.if_string()) out.emplace_back(word->data(), word->size());
  }
  return out;
}

// Only staff's own roles: no token makes its bearer a service or an operator.
std::vector<auth::Role> StaffRoles(const std::vector<std::string>& words) {
  std::vector<auth::Role> roles;
  for (const auto& word : words) {
    if (word == "viewer") roles.push_back(laurel::api::v1::ROLE_VIEWER);
    if (word == "agent") roles.push_back(laurel::api::v1::ROLE_AGENT);
    if (word == "manager") roles.push_back(laurel::api::v1::ROLE_MANAGER);
    if (word == "admin") roles.push_back(laurel::api::v1::ROLE_ADMIN);
  }
  return roles;
}

bool SignatureHolds(std::string_view text, const VerificationKey& key) {
  cjose_err error;
  const std::unique_ptr<cjose_jws_t, decltype(&cjose_jws_release)> jws(
      cjose_jws_import(text.data(), text.size(), &error), cjose_jws_release);
  if (!jws) return false;
  // cjose counts references to a key without atomics; tokens are cached, so this lock is idle.
  static std::mutex mutex;
  const std::lock_guard lock(mutex);
  return cjose_jws_verify(jws.get(), key.key.get(), &error);
}

absl::Status CheckTimes(const json::object& claims, absl::Time now, absl::Time* expire_time) {
  const auto expire = TimeOf(claims, "exp");
  if (!expire) return NotAuthenticated("TOKEN_CLAIMS", "The token has no exp.");
  if (*expire + kClockLeeway <= now) {
    return NotAuthenticated("TOKEN_EXPIRED", "The token has expired.");
  }
  const auto not_before = TimeOf(claims, "nbf");
  if (not_before && (*not_before - kClockLeeway > now || *not_before == absl::InfinitePast())) {
    return NotAuthenticated("TOKEN_NOT_YET_VALID", "The token is not valid yet.");
  }
  *expire_time = *expire + kClockLeeway;
  return absl::OkStatus();
}

absl::StatusOr<TokenIdentity> ReadClaims(const json::object& claims, const Issuer& issuer,
                                         absl::Time now) {
  TokenIdentity out;
  LAUREL_RETURN_IF_ERROR(CheckTimes(claims, now, &out.expire_time));
  if (!HasAudience(claims, issuer.audience)) {
    return NotAuthenticated("TOKEN_AUDIENCE", "The token is for another audience.");
  }
  out.kind = issuer.kind;
  out.program_id =
      issuer.program_id.empty() ? TextOf(claims, "program_id").value_or("") : issuer.program_id;
  if (out.program_id.empty()) {
    return NotAuthenticated("TOKEN_CLAIMS", "The token names no programme.");
  }
  const bool member = issuer.kind == Issuer::Kind::kMember;
  out.subject = TextOf(claims, member ? issuer.member_claim : "sub").value_or("");
  out.subject_is_external_id = member && issuer.member_claim_is_external_id;
  if (out.subject.empty() || out.subject.size() > kMaxSubjectBytes ||
      out.subject.find('\0') != std::string::npos) {
    return NotAuthenticated("TOKEN_CLAIMS", "The token names no subject, or too long a one.");
  }
  out.roles = member ? std::vector<auth::Role>{laurel::api::v1::ROLE_MEMBER}
                     : StaffRoles(WordsOf(claims, issuer.roles_claim));
  out.scopes = WordsOf(claims, "scope");
  if (out.scopes.size() > kMaxScopes) out.scopes.resize(kMaxScopes);
  return out;
}

}  // namespace

absl::Status NotAuthenticated(std::string_view reason, std::string_view message) {
  return status::Error(absl::StatusCode::kUnauthenticated, reason, message);
}

absl::StatusOr<UnverifiedToken> TakeApart(std::string_view token) {
  const auto malformed = [] {
    return NotAuthenticated("TOKEN_MALFORMED", "The credential is no signed token.");
  };
  if (token.size() > kMaxTokenBytes) {
    return NotAuthenticated("TOKEN_TOO_LONG", "The token is longer than 8 KB.");
  }
  const size_t first = token.find('.');
  const size_t second = first == std::string_view::npos ? first : token.find('.', first + 1);
  if (second == std::string_view::npos) return malformed();
  const auto header_text = Decode64(token.substr(0, first));
  auto payload = Decode64(token.substr(first + 1, second - first - 1));
  if (!header_text || !payload || !Decode64(token.substr(second + 1))) return malformed();
  const auto header = ParseJson(*header_text);
  const auto claims = ParseJson(*payload);
  if (!header.ok() || !header->is_object() || !claims.ok() || !claims->is_object()) {
    return malformed();
  }
  const auto& fields = header->get_object();
  UnverifiedToken out;
  out.algorithm = TextOf(fields, "alg").value_or("");
  if (out.algorithm != "ES256" && out.algorithm != "RS256") {
    return NotAuthenticated("TOKEN_ALGORITHM", "Tokens are signed with ES256 or RS256.");
  }
  if (fields.contains("crit")) return malformed();
  out.kid = TextOf(fields, "kid");
  out.issuer = TextOf(claims->get_object(), "iss").value_or("");
  out.payload = *std::move(payload);
  return out;
}

absl::StatusOr<TokenIdentity> VerifyToken(std::string_view text, const UnverifiedToken& token,
                                          const Issuer& issuer, const VerificationKey& key,
                                          absl::Time now) {
  if (token.issuer != issuer.issuer || token.algorithm != key.algorithm ||
      !SignatureHolds(text, key)) {
    return NotAuthenticated("TOKEN_SIGNATURE", "The token's signature does not hold.");
  }
  LAUREL_ASSIGN_OR_RETURN(const json::value claims, ParseJson(token.payload));
  return ReadClaims(claims.get_object(), issuer, now);
}

}  // namespace laurel::gateway
