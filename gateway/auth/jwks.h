// The public keys of an issuer (RFC 7517), from a file or over https. A set that cannot be read
// leaves the one before in place. Keys that are not for signing with ES256 or RS256 are passed
// over.
#pragma once

#include <cstddef>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "gateway/auth/issuers.h"

struct _cjose_jwk_int;

namespace laurel::gateway {

struct VerificationKey {
  std::string kid;
  std::string algorithm;  // "ES256" or "RS256": the only one that this key may verify
  std::shared_ptr<const _cjose_jwk_int> key;
};

class KeySet {
 public:
  // INVALID_ARGUMENT, JWKS_INVALID when the text is no JWKS. RSA keys below 2,048 bits are passed
  // over, as are key types that we do not use.
  static absl::StatusOr<KeySet> Parse(std::string_view json);

  // The key of that id and algorithm. Without an id: the only key of that algorithm.
  const VerificationKey* Find(const std::optional<std::string>& kid,
                              std::string_view algorithm) const;
  size_t size() const { return keys_.size(); }

 private:
  std::vector<VerificationKey> keys_;
};

// The present keys of one issuer. Thread-safe.
class KeySource {
 public:
  static constexpr absl::Duration kLeastInterval = absl::Seconds(10);

  explicit KeySource(const Issuer& issuer) : file_(issuer.jwks_file), url_(issuer.jwks_url) {}

  // Null: none has been read yet.
  std::shared_ptr<const KeySet> Current() const;
  // Whether a token's unknown key is a reason to read again now: not within ten seconds of the last
  // time. Says yes to one caller only.
  bool MayRefresh(absl::Time now);
  // Reads the set again. May block for five seconds on a URL.
  absl::Status Refresh();

 private:
  const std::string file_;
  const std::string url_;
  mutable std::mutex mutex_;
  std::shared_ptr<const KeySet> keys_;
  absl::Time last_attempt_ = absl::InfinitePast();
};

}  // namespace laurel::gateway
