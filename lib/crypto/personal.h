// Personal data at rest: sealed under a key per member, found by blind index.
#pragma once

#include <string>
#include <string_view>

#include "absl/status/statusor.h"

namespace laurel::crypto {

// Makes and opens the data keys of members. A data key is 32 random bytes, stored wrapped by the
// master key; erasing a person is destroying the wrapped key. XChaCha20-Poly1305 (libsodium).
class KeyRing {
 public:
  // `master_key_hex`: 64 hex digits. INVALID_ARGUMENT otherwise.
  static absl::StatusOr<KeyRing> Make(std::string_view master_key_hex);

  // A new data key, wrapped. `context` (programme and member) must be given again to use it.
  std::string NewWrappedKey(std::string_view context) const;
  // `plain` sealed under a wrapped key, bound to `context` (programme, member, column, version).
  absl::StatusOr<std::string> Seal(std::string_view wrapped_key, std::string_view key_context,
                                   std::string_view context, std::string_view plain) const;
  // DATA_LOSS when key, context or text do not belong together.
  absl::StatusOr<std::string> Open(std::string_view wrapped_key, std::string_view key_context,
                                   std::string_view context, std::string_view sealed) const;

 private:
  explicit KeyRing(std::string key) : master_key_(std::move(key)) {}
  std::string master_key_;
};

// HMAC-SHA-256 for look-ups: whoever lacks the key cannot try out e-mail addresses.
class BlindIndex {
 public:
  static absl::StatusOr<BlindIndex> Make(std::string_view key_hex);
  // 32 bytes for an already normalised value of a kind (`email`, `phone`, …) in a programme.
  std::string Of(std::string_view program_id, std::string_view kind, std::string_view value) const;

 private:
  explicit BlindIndex(std::string key) : key_(std::move(key)) {}
  std::string key_;
};

}  // namespace laurel::crypto
