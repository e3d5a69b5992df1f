#include "tests/gateway/support/tokens.h"

#include <cjose/cjose.h>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "lib/base/check.h"

namespace laurel::gateway::testing {

std::string Base64Url(const std::string& bytes) { return absl::WebSafeBase64Escape(bytes); }

SigningKey::SigningKey(std::string kid, std::string algorithm, cjose_jwk_t* key)
    : kid_(std::move(kid)),
      algorithm_(std::move(algorithm)),
      key_(key, [](cjose_jwk_t* k) { cjose_jwk_release(k); }) {
  LAUREL_CHECK(key != nullptr);
  cjose_err error;
  LAUREL_CHECK(cjose_jwk_set_kid(key, kid_.data(), kid_.size(), &error));
}

SigningKey SigningKey::Ec(const std::string& kid) {
  cjose_err error;
  return {kid, "ES256", cjose_jwk_create_EC_random(CJOSE_JWK_EC_P_256, &error)};
}

SigningKey SigningKey::Rsa(const std::string& kid, size_t bits) {
  cjose_err error;
  const uint8_t exponent[] = {1, 0, 1};
  return {kid, "RS256", cjose_jwk_create_RSA_random(bits, exponent, sizeof exponent, &error)};
}

SigningKey SigningKey::Hmac(const std::string& kid) {
  cjose_err error;
  return {kid, "HS256", cjose_jwk_create_oct_random(256, &error)};
}

std::string SigningKey::Jwk() const {
  cjose_err error;
  char* json = cjose_jwk_to_json(key_.get(), algorithm_ == "HS256", &error);
  LAUREL_CHECK(json != nullptr);
  std::string out = json;
  free(json);
  return out;
}

std::string SigningKey::Sign(const std::string& claims,
                             const std::map<std::string, std::string>& header) const {
  cjose_err error;
  cjose_header_t* fields = cjose_header_new(&error);
  LAUREL_CHECK(cjose_header_set(fields, "alg", algorithm_.c_str(), &error));
  LAUREL_CHECK(cjose_header_set(fields, "kid", kid_.c_str(), &error));
  for (const auto& [name, value] : header) {
    LAUREL_CHECK(cjose_header_set(fields, name.c_str(), value.c_str(), &error));
  }
  cjose_jws_t* jws = cjose_jws_sign(
      key_.get(), fields, reinterpret_cast<const uint8_t*>(claims.data()), claims.size(), &error);
  LAUREL_CHECK(jws != nullptr);
  const char* text = nullptr;
  LAUREL_CHECK(cjose_jws_export(jws, &text, &error));
  std::string out = text;
  cjose_jws_release(jws);
  cjose_header_release(fields);
  return out;
}

std::string Jwks(const std::vector<std::string>& jwks) {
  return "{\"keys\":[" + absl::StrJoin(jwks, ",") + "]}";
}

std::string ToJson(const Claims& claims) {
  return absl::StrCat("{\"iss\":\"", claims.issuer, "\",\"aud\":", claims.audience, ",\"sub\":\"",
                      claims.subject, "\",\"exp\":", absl::ToUnixSeconds(claims.expire_time),
                      claims.more, "}");
}

}  // namespace laurel::gateway::testing
