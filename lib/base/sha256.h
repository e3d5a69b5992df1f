// SHA-256 (FIPS 180-4).
#pragma once

#include <string>
#include <string_view>

namespace laurel::base {

inline constexpr size_t kSha256Size = 32;

// The 32 bytes of the digest.
std::string Sha256(std::string_view data);

}  // namespace laurel::base
