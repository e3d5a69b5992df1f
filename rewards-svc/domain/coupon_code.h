// Coupon codes: 95 random bits as 19 characters of Crockford's alphabet in upper case, and a check
// character that shows every single wrong character and every two neighbours exchanged.
#pragma once

#include <string>
#include <string_view>

#include "lib/base/uuid.h"

namespace laurel::rewards {

inline constexpr size_t kCouponRandomBytes = 12;

// From kCouponRandomBytes random bytes.
std::string MakeCouponCode(std::string_view random_bytes);

// Whether it has the form and its check character fits.
bool IsCouponCode(std::string_view code);

// SHA-256 of programme and code: the key of the directory of codes. The code has too many bits to
// be found by trying.
std::string CouponHash(const base::Uuid& program_id, std::string_view code);

}  // namespace laurel::rewards
