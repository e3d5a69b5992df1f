#include "gateway/auth/jwks.h"

#include <cjose/cjose.h>
#include <curl/curl.h>

#include <boost/json/serialize.hpp>

#include "absl/strings/str_cat.h"
#include "gateway/json/parse.h"
#include "lib/base/strings.h"
#include "lib/config/file.h"
#include "lib/status/error.h"

namespace laurel::gateway {
namespace {

constexpr size_t kMaxKeys = 100;
constexpr size_t kMaxJwksBytes = 256 * 1024;
constexpr size_t kMinRsaBits = 2048;
constexpr size_t kP256Bits = 256;

std::string TextOf(const boost::json::object& object, const char* name) {
  const auto* value = object.if_contains(name);
  const auto* text = value == nullptr ? nullptr : value->if_string();
  return text == nullptr ? "" : std::string(text->data(), text->size());
}

// The one algorithm that the key may verify; empty: none of ours.
std::string AlgorithmOf(const cjose_jwk_t* key) {
  cjose_err error;
  const size_t bits = cjose_jwk_get_keysize(key, &error);
  switch (cjose_jwk_get_kty(key, &error)) {
    case CJOSE_JWK_KTY_EC:
      return bits == kP256Bits ? "ES256" : "";
    case CJOSE_JWK_KTY_RSA:
      return bits >= kMinRsaBits ? "RS256" : "";
    default:
      return "";
  }
}

std::optional<VerificationKey> ImportKey(const boost::json::object& object) {
  const std::string use = TextOf(object, "use");
  if (!use.empty() && use != "sig") return std::nullopt;
  cjose_err error;
  const std::string text = boost::json::serialize(object);
  std::shared_ptr<cjose_jwk_t> key(cjose_jwk_import(text.data(), text.size(), &error),
                                   [](cjose_jwk_t* k) { cjose_jwk_release(k); });
  if (!key) return std::nullopt;
  const std::string algorithm = AlgorithmOf(key.get());
  const std::string stated = TextOf(object, "alg");
  if (algorithm.empty() || (!stated.empty() && stated != algorithm)) return std::nullopt;
  return VerificationKey{TextOf(object, "kid"), algorithm, std::move(key)};
}

absl::Status Unreadable(std::string_view what) {
  return status::Error(absl::StatusCode::kUnavailable, "JWKS_UNREADABLE", what);
}

size_t Append(char* data, size_t size, size_t count, void* out) {
  auto* text = static_cast<std::string*>(out);
  if (text->size() + size * count > kMaxJwksBytes) return 0;
  text->append(data, size * count);
  return size * count;
}

absl::StatusOr<std::string> Fetch(const std::string& url) {
  const std::unique_ptr<CURL, decltype(&curl_easy_cleanup)> curl(curl_easy_init(),
                                                                 curl_easy_cleanup);
  if (!curl) return Unreadable("libcurl gives no handle");
  std::string body;
  curl_easy_setopt(curl.get(), CURLOPT_URL, url.c_str());
  // https only, no redirects: the keys decide who anybody is.
  curl_easy_setopt(curl.get(), CURLOPT_PROTOCOLS_STR, "https");
  curl_easy_setopt(curl.get(), CURLOPT_FOLLOWLOCATION, 0L);
  curl_easy_setopt(curl.get(), CURLOPT_TIMEOUT_MS, 5000L);
  curl_easy_setopt(curl.get(), CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(curl.get(), CURLOPT_WRITEFUNCTION, Append);
  curl_easy_setopt(curl.get(), CURLOPT_WRITEDATA, &body);
  const CURLcode code = curl_easy_perform(curl.get());
  long status = 0;
  curl_easy_getinfo(curl.get(), CURLINFO_RESPONSE_CODE, &status);
  if (code != CURLE_OK) return Unreadable(url + ": " + curl_easy_strerror(code));
  if (status != 200) return Unreadable(url + " answered " + std::to_string(status));
  return body;
}

}  // namespace

absl::StatusOr<KeySet> KeySet::Parse(std::string_view json) {
  const auto invalid = [](std::string_view what) {
    return status::Error(absl::StatusCode::kInvalidArgument, "JWKS_INVALID", what);
  };
  LAUREL_ASSIGN_OR_RETURN(const boost::json::value root, ParseJson(json));
  const auto* object = root.if_object();
  const auto* keys = object == nullptr ? nullptr : object->if_contains("keys");
  if (keys == nullptr || !keys->is_array()) return invalid("a JWKS has a list `keys`");
  if (keys->get_array().size() > kMaxKeys) return invalid("a JWKS of more than 100 keys");
  KeySet out;
  for (const auto& key : keys->get_array()) {
    if (!key.is_object()) return invalid("a key that is no object");
    if (auto imported = ImportKey(key.get_object())) out.keys_.push_back(*std::move(imported));
  }
  return out;
}

const VerificationKey* KeySet::Find(const std::optional<std::string>& kid,
                                    std::string_view algorithm) const {
  const VerificationKey* found = nullptr;
  for (const auto& key : keys_) {
    if (key.algorithm != algorithm || (kid && key.kid != *kid)) continue;
    if (kid) return &key;
    if (found != nullptr) return nullptr;
    found = &key;
  }
  return found;
}

std::shared_ptr<const KeySet> KeySource::Current() const {
  const std::lock_guard lock(mutex_);
  return keys_;
}

bool KeySource::MayRefresh(absl::Time now) {
  const std::lock_guard lock(mutex_);
  if (now < last_attempt_ + kLeastInterval) return false;
  last_attempt_ = now;
  return true;
}

absl::Status KeySource::Refresh() {
  const auto text = url_.empty() ? config::ReadFile(file_) : Fetch(url_);
  if (!text.ok()) return text.status();
  LAUREL_ASSIGN_OR_RETURN(KeySet keys, KeySet::Parse(*text));
  const std::lock_guard lock(mutex_);
  keys_ = std::make_shared<const KeySet>(std::move(keys));
  return absl::OkStatus();
}

}  // namespace laurel::gateway
