// Verifies a signed token (JWS compact, RFC 7515, 7519): ES256 and RS256 only, by a key of the
// issuer that the token names. `alg` none and HS* are refused, `jku`, `x5u`, `jwk` and `x5c` are
// never looked at, an unknown `crit` is refused. Pure: keys and time are handed in.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "gateway/auth/issuers.h"
#include "gateway/auth/jwks.h"
#include "lib/auth/caller.h"

namespace laurel::gateway {

inline constexpr size_t kMaxTokenBytes = 8 * 1024;
inline constexpr absl::Duration kClockLeeway = absl::Seconds(30);

// A token taken apart and not believed yet.
struct UnverifiedToken {
  std::string issuer;
  std::string algorithm;
  std::optional<std::string> kid;
  std::string payload;  // JSON
};

// UNAUTHENTICATED: TOKEN_TOO_LONG, TOKEN_MALFORMED or TOKEN_ALGORITHM.
absl::StatusOr<UnverifiedToken> TakeApart(std::string_view token);

// What a verified token says.
struct TokenIdentity {
  std::string program_id;
  Issuer::Kind kind = Issuer::Kind::kMember;
  // The member's id or external id, or the staff member's subject.
  std::string subject;
  bool subject_is_external_id = false;
  std::vector<auth::Role> roles;
  std::vector<std::string> scopes;
  absl::Time expire_time;
};

// UNAUTHENTICATED: TOKEN_SIGNATURE, TOKEN_EXPIRED, TOKEN_NOT_YET_VALID, TOKEN_AUDIENCE,
// TOKEN_CLAIMS (one is missing or of the wrong type). `key` is the one of `token.kid`.
absl::StatusOr<TokenIdentity> VerifyToken(std::string_view text, const UnverifiedToken& token,
                                          const Issuer& issuer, const VerificationKey& key,
                                          absl::Time now);

// UNAUTHENTICATED with that reason.
absl::Status NotAuthenticated(std::string_view reason, std::string_view message);

}  // namespace laurel::gateway
