// Referral codes: public, eight characters that nobody mistakes for others when reading them aloud
// or typing them. Crockford's letters and digits without 0 and 1.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace laurel::referrals {

inline constexpr size_t kCodeLength = 8;
// Random bytes that a code is made from; more than one per character, since unfair ones are passed
// over.
inline constexpr size_t kCodeEntropyBytes = 32;

// A code from random bytes, every one equally likely; empty in the very rare case that too many
// bytes had to be passed over.
std::optional<std::string> CodeFrom(std::string_view random_bytes);
// The canonical spelling of what somebody typed: upper case, without blanks and hyphens. Empty: no
// code can look like that.
std::optional<std::string> NormaliseCode(std::string_view typed);

}  // namespace laurel::referrals
