// Ids: UUIDv7 inside (RFC 9562), a prefix and 26 Crockford characters outside.
// An outside id has one spelling: lower case, canonical; any other is refused.
#pragma once

#include <compare>
#include <cstdint>
#include <mutex>
#include <optional>
#include <random>
#include <string>
#include <string_view>

#include "absl/hash/hash.h"
#include "absl/time/time.h"

namespace laurel::base {

struct Uuid {
  uint64_t high = 0;
  uint64_t low = 0;

  friend auto operator<=>(const Uuid&, const Uuid&) = default;
  template <typename H>
  friend H AbslHashValue(H h, const Uuid& u) {
    return H::combine(std::move(h), u.high, u.low);
  }
  bool IsZero() const { return high == 0 && low == 0; }
  bool IsV7() const { return ((high >> 12) & 0xF) == 7 && (low >> 62) == 2; }
  // The millisecond that a UUIDv7 carries.
  absl::Time TimeOfV7() const { return absl::FromUnixMillis(static_cast<int64_t>(high >> 16)); }
};

// 8-4-4-4-12 in lower case, as PostgreSQL prints it.
std::string ToString(const Uuid& id);
// Accepts exactly what ToString makes, upper case too.
std::optional<Uuid> ParseUuid(std::string_view text);
// 16 bytes, most significant first.
std::string ToBytes(const Uuid& id);
std::optional<Uuid> FromBytes(std::string_view bytes);

// "mem" and an id make "mem_01jd…": 26 characters of Crockford's base 32 in lower case.
std::string EncodeId(std::string_view prefix, const Uuid& id);
// Empty unless `text` is the canonical spelling with that very prefix.
std::optional<Uuid> DecodeId(std::string_view prefix, std::string_view text);

// A UUID (version 8) from the first 16 bytes of a SHA-256, for keys that are hashed.
Uuid HashedUuid(std::string_view text);

// Makes UUIDv7: milliseconds, 12 bits of microsecond fraction and the rest random. Thread-safe;
// ids of one source never decrease. With a seed it is repeatable, for tests.
class IdSource {
 public:
  IdSource();
  explicit IdSource(uint64_t seed);
  Uuid Next(absl::Time now);
  // Random, but not secret: trace ids.
  uint64_t Random64();
  // `count` random bytes from the operating system (from the seed in tests): keys, codes.
  std::string RandomBytes(size_t count);

 private:
  std::mutex mutex_;
  bool seeded_ = false;
  std::mt19937_64 engine_;
  uint64_t last_high_ = 0;
  uint64_t last_low_ = 0;
};

}  // namespace laurel::base
