#include "lib/base/uuid.h"

#include <sys/random.h>

#include <array>
#include <cstdlib>

#include "lib/base/check.h"
#include "lib/base/sha256.h"

namespace laurel::base {
namespace {

constexpr std::string_view kHex = "0123456789abcdef";
constexpr std::string_view kCrockford = "0123456789abcdefghjkmnpqrstvwxyz";

int HexValue(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

uint64_t OsRandom64() {
  uint64_t value = 0;
  LAUREL_CHECK(getrandom(&value, sizeof(value), 0) == sizeof(value));
  return value;
}

}  // namespace

std::string ToString(const Uuid& id) {
  std::string out(36, '-');
  size_t at = 0;
  for (int i = 0; i < 32; ++i) {
    if (at == 8 || at == 13 || at == 18 || at == 23) ++at;
    const uint64_t half = i < 16 ? id.high : id.low;
    out[at++] = kHex[(half >> (60 - 4 * (i % 16))) & 0xF];
  }
  return out;
}

std::optional<Uuid> ParseUuid(std::string_view text) {
  if (text.size() != 36) return std::nullopt;
  std::array<uint64_t, 2> halves = {0, 0};
  size_t digits = 0;
  for (size_t i = 0; i < 36; ++i) {
    if (i == 8 || i == 13 || i == 18 || i == 23) {
      if (text[i] != '-') return std::nullopt;
      continue;
    }
    const int value = HexValue(text[i]);
    if (value < 0) return std::nullopt;
    halves[digits / 16] = (halves[digits / 16] << 4) | static_cast<uint64_t>(value);
    ++digits;
  }
  return Uuid{halves[0], halves[1]};
}

std::string ToBytes(const Uuid& id) {
  std::string out(16, '\0');
  for (size_t i = 0; i < 8; ++i) {
    out[i] = static_cast<char>((id.high >> (56 - 8 * i)) & 0xFF);
    out[8 + i] = static_cast<char>((id.low >> (56 - 8 * i)) & 0xFF);
  }
  return out;
}

std::optional<Uuid> FromBytes(std::string_view bytes) {
  if (bytes.size() != 16) return std::nullopt;
  Uuid id;
  for (size_t i = 0; i < 8; ++i) {
    id.high = (id.high << 8) | static_cast<uint8_t>(bytes[i]);
    id.low = (id.low << 8) | static_cast<uint8_t>(bytes[8 + i]);
  }
  return id;
}

std::string EncodeId(std::string_view prefix, const Uuid& id) {
  std::string out(prefix);
  out += '_';
  out.resize(out.size() + 26);
  uint64_t high = id.high;
  uint64_t low = id.low;
  for (size_t i = 0; i < 26; ++i) {
    out[out.size() - 1 - i] = kCrockford[low & 31];
    low = (low >> 5) | (high << 59);
    high >>= 5;
  }
  return out;
}

std::optional<Uuid> DecodeId(std::string_view prefix, std::string_view text) {
  if (text.size() != prefix.size() + 27 || text.substr(0, prefix.size()) != prefix ||
      text[prefix.size()] != '_') {
    return std::nullopt;
  }
  const std::string_view body = text.substr(prefix.size() + 1);
  if (body[0] > '7') return std::nullopt;  // 130 bits; the first two are zero
  Uuid id;
  for (const char c : body) {
    const size_t value = kCrockford.find(c);
    if (value == std::string_view::npos) return std::nullopt;
    id.high = (id.high << 5) | (id.low >> 59);
    id.low = (id.low << 5) | value;
  }
  return id;
}

Uuid HashedUuid(std::string_view text) {
  Uuid id = *FromBytes(std::string_view(Sha256(text)).substr(0, 16));
  id.high = (id.high & ~0xF000ULL) | 0x8000ULL;
  id.low = (id.low & ~(3ULL << 62)) | (2ULL << 62);
  return id;
}

IdSource::IdSource() : engine_(OsRandom64()) {}
IdSource::IdSource(uint64_t seed) : seeded_(true), engine_(seed) {}

Uuid IdSource::Next(absl::Time now) {
  const int64_t micros = absl::ToUnixMicros(now);
  const auto millis = static_cast<uint64_t>(micros / 1000);
  const auto fraction = static_cast<uint64_t>(micros % 1000) * 4096 / 1000;
  const std::scoped_lock lock(mutex_);
  Uuid id;
  id.high = (millis << 16) | 0x7000 | fraction;
  id.low = (2ULL << 62) | (engine_() >> 2);
  if (id.high < last_high_ || (id.high == last_high_ && id.low <= last_low_)) {
    // Same instant or a clock that went back: go on just above the last one.
    id.high = last_high_;
    id.low = last_low_ + 1 + (engine_() >> 34);
    if ((id.low >> 62) != 2) {
      id.high += 1;
      if ((id.high & 0xF000) != 0x7000) id.high = ((last_high_ >> 16) + 1) << 16 | 0x7000;
      id.low = (2ULL << 62) | (engine_() >> 3);
    }
  }
  last_high_ = id.high;
  last_low_ = id.low;
  return id;
}

uint64_t IdSource::Random64() {
  const std::scoped_lock lock(mutex_);
  return engine_();
}

std::string IdSource::RandomBytes(size_t count) {
  std::string out(count, '\0');
  if (!seeded_) {
    LAUREL_CHECK(getrandom(out.data(), count, 0) == static_cast<ssize_t>(count));
    return out;
  }
  const std::scoped_lock lock(mutex_);
  for (char& c : out) c = static_cast<char>(engine_() & 0xFF);
  return out;
}

}  // namespace laurel::base
