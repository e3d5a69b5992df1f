// Keys and tokens as an issuer would make them, and as an attacker would.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "absl/time/time.h"

struct _cjose_jwk_int;

namespace laurel::gateway::testing {

std::string Base64Url(const std::string& bytes);

// A signing key: ES256, RS256 or HS256.
class SigningKey {
 public:
  static SigningKey Ec(const std::string& kid);
  static SigningKey Rsa(const std::string& kid, size_t bits = 2048);
  static SigningKey Hmac(const std::string& kid);

  // Its public half as a JWK (for HMAC the key itself).
  std::string Jwk() const;
  // A token of these claims (JSON); `header` adds members to alg and kid.
  std::string Sign(const std::string& claims,
                   const std::map<std::string, std::string>& header = {}) const;
  const std::string& kid() const { return kid_; }

 private:
  SigningKey(std::string kid, std::string algorithm, _cjose_jwk_int* key);
  std::string kid_;
  std::string algorithm_;
  std::shared_ptr<_cjose_jwk_int> key_;
};

// {"keys": […]}
std::string Jwks(const std::vector<std::string>& jwks);

struct Claims {
  std::string issuer = "https://issuer.test/members";
  std::string audience = "\"laurel\"";  // JSON
  std::string subject = "anna";
  absl::Time expire_time;
  std::string more;  // further members, each with a comma before it
};
std::string ToJson(const Claims& claims);

}  // namespace laurel::gateway::testing
