#include "rewards-svc/domain/coupon_code.h"

#include <gtest/gtest.h>

#include <map>
#include <set>

namespace laurel::rewards {
namespace {

constexpr std::string_view kAlphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

TEST(CouponCode, KnownVectors) {
  EXPECT_EQ(MakeCouponCode(std::string(12, '\0')), "00000000000000000000");
  const std::string ones = MakeCouponCode(std::string(12, '\xFF'));
  EXPECT_EQ(ones.substr(0, 19), "ZZZZZZZZZZZZZZZZZZZ");
  EXPECT_TRUE(IsCouponCode(ones));
  // The last of 96 bits is not used, every other one is.
  std::string bytes(12, '\0');
  bytes[11] = '\x01';
  EXPECT_EQ(MakeCouponCode(bytes).substr(0, 19), "0000000000000000000");
  bytes[11] = '\x02';
  EXPECT_EQ(MakeCouponCode(bytes).substr(0, 19), "0000000000000000001");
}

TEST(CouponCode, EveryWrongCharacterShows) {
  base::IdSource ids(1);
  const std::string code = MakeCouponCode(ids.RandomBytes(kCouponRandomBytes));
  ASSERT_TRUE(IsCouponCode(code));
  for (size_t at = 0; at < code.size(); ++at) {
    for (const char c : kAlphabet) {
      std::string wrong = code;
      wrong[at] = c;
      EXPECT_EQ(IsCouponCode(wrong), wrong == code) << wrong;
    }
  }
}

TEST(CouponCode, NeighboursExchangedShow) {
  base::IdSource ids(2);
  for (int i = 0; i < 200; ++i) {
    const std::string code = MakeCouponCode(ids.RandomBytes(kCouponRandomBytes));
    for (size_t at = 0; at + 1 < code.size(); ++at) {
      std::string wrong = code;
      std::swap(wrong[at], wrong[at + 1]);
      EXPECT_EQ(IsCouponCode(wrong), wrong == code) << code << " " << at;
    }
  }
}

TEST(CouponCode, OtherFormsAreNone) {
  for (const char* text :
       {"", "0000", "0000000000000000000o", "000000000000000000000", "0000-0000-0000-0000-0"}) {
    EXPECT_FALSE(IsCouponCode(text)) << text;
  }
}

TEST(CouponCode, CharactersAreEvenlySpread) {
  base::IdSource ids(3);
  std::map<char, int> counts;
  std::set<std::string> codes;
  constexpr int kCodes = 3200;
  for (int i = 0; i < kCodes; ++i) {
    const std::string code = MakeCouponCode(ids.RandomBytes(kCouponRandomBytes));
    for (const char c : code.substr(0, 19)) ++counts[c];
    codes.insert(code);
  }
  EXPECT_EQ(codes.size(), static_cast<size_t>(kCodes));
  for (const char c : kAlphabet) EXPECT_NEAR(counts[c], kCodes * 19 / 32, 250) << c;
}

TEST(CouponCode, HashDependsOnProgramme) {
  const std::string code(20, '0');
  EXPECT_EQ(CouponHash({1, 2}, code).size(), 32U);
  EXPECT_NE(CouponHash({1, 2}, code), CouponHash({1, 3}, code));
}

}  // namespace
}  // namespace laurel::rewards
