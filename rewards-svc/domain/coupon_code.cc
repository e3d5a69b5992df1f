#include "rewards-svc/domain/coupon_code.h"

#include <cstdint>

#include "lib/base/check.h"
#include "lib/base/sha256.h"

namespace laurel::rewards {
namespace {

constexpr std::string_view kAlphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
constexpr size_t kLength = 19;

// Times x in GF(32), modulo x^5 + x^2 + 1.
uint32_t TimesX(uint32_t a) {
  a <<= 1;
  return (a & 32U) != 0 ? a ^ 0b100101U : a;
}

// Horner's sum of c_i x^(19 - i): every position has a weight of its own, none of them zero.
uint32_t CheckOf(std::string_view characters) {
  uint32_t sum = 0;
  for (const char c : characters) {
    sum = TimesX(sum ^ static_cast<uint32_t>(kAlphabet.find(c)));
  }
  return sum;
}

}  // namespace

std::string MakeCouponCode(std::string_view random_bytes) {
  LAUREL_CHECK(random_bytes.size() == kCouponRandomBytes);
  std::string code;
  uint32_t pool = 0;
  int bits = 0;
  for (const char byte : random_bytes) {
    pool = ((pool << 8) | static_cast<uint8_t>(byte)) & 0xFFFFU;
    bits += 8;
    while (bits >= 5 && code.size() < kLength) {
      bits -= 5;
      code.push_back(kAlphabet[(pool >> bits) & 31U]);
    }
  }
  code.push_back(kAlphabet[CheckOf(code)]);
  return code;
}

bool IsCouponCode(std::string_view code) {
  if (code.size() != kLength + 1) return false;
  if (code.find_first_not_of(kAlphabet) != std::string_view::npos) return false;
  return kAlphabet[CheckOf(code.substr(0, kLength))] == code.back();
}

std::string CouponHash(const base::Uuid& program_id, std::string_view code) {
  return base::Sha256(base::ToBytes(program_id) + std::string(code));
}

}  // namespace laurel::rewards
