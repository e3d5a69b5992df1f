// Whole numbers as bytes, the highest first: what is hashed, packed and sent.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

namespace laurel::base {

// Writes sizeof(Int) bytes to `to`.
template <typename Int>
void PutBigEndian(Int value, char* to) {
  for (size_t i = 0; i < sizeof(Int); ++i) {
    to[i] = static_cast<char>(static_cast<uint64_t>(value) >> (8 * (sizeof(Int) - 1 - i)));
  }
}

// Reads sizeof(Int) bytes.
template <typename Int>
Int GetBigEndian(const char* from) {
  uint64_t value = 0;
  for (size_t i = 0; i < sizeof(Int); ++i) value = value << 8 | static_cast<uint8_t>(from[i]);
  return static_cast<Int>(value);
}

template <typename Int>
void AppendBigEndian(Int value, std::string* out) {
  char bytes[sizeof(Int)];
  PutBigEndian(value, bytes);
  out->append(bytes, sizeof(Int));
}

}  // namespace laurel::base
