// Personal data: opens only where it belongs, and cannot be tried out without the key.
#include <gtest/gtest.h>

#include "absl/strings/escaping.h"
#include "lib/crypto/personal.h"

namespace laurel::crypto {
namespace {

const std::string kMaster(64, 'a');

TEST(KeyRing, OpensWhatItSealedForTheSameContextOnly) {
  const KeyRing ring = *KeyRing::Make(kMaster + "\n");
  const std::string wrapped = ring.NewWrappedKey("prg/mem");
  const std::string sealed = *ring.Seal(wrapped, "prg/mem", "prg/mem/profile/1", "Ada");
  EXPECT_EQ(*ring.Open(wrapped, "prg/mem", "prg/mem/profile/1", sealed), "Ada");
  EXPECT_FALSE(ring.Open(wrapped, "prg/mem", "prg/mem/profile/2", sealed).ok());
  EXPECT_FALSE(ring.Open(wrapped, "prg/other", "prg/mem/profile/1", sealed).ok());
  EXPECT_FALSE(
      ring.Open(ring.NewWrappedKey("prg/mem"), "prg/mem", "prg/mem/profile/1", sealed).ok());
  std::string tampered = sealed;
  tampered.back() = static_cast<char>(tampered.back() ^ 1);
  EXPECT_FALSE(ring.Open(wrapped, "prg/mem", "prg/mem/profile/1", tampered).ok());
  EXPECT_FALSE(ring.Open(wrapped, "prg/mem", "prg/mem/profile/1", "short").ok());
  EXPECT_EQ(sealed.find("Ada"), std::string::npos);
  EXPECT_NE(*ring.Seal(wrapped, "prg/mem", "prg/mem/profile/1", "Ada"), sealed) << "a fresh nonce";
}

TEST(KeyRing, AnotherMasterKeyOpensNothing) {
  const KeyRing ring = *KeyRing::Make(kMaster);
  const KeyRing other = *KeyRing::Make(std::string(64, 'b'));
  EXPECT_FALSE(other.Seal(ring.NewWrappedKey("c"), "c", "d", "x").ok());
}

TEST(KeyRing, AKeyFileMustHoldSixtyFourHexDigits) {
  EXPECT_FALSE(KeyRing::Make("abc").ok());
  EXPECT_FALSE(KeyRing::Make(std::string(64, 'g')).ok());
}

TEST(BlindIndex, IsKeyedAndSeparatesItsParts) {
  const BlindIndex index = *BlindIndex::Make(kMaster);
  const BlindIndex other = *BlindIndex::Make(std::string(64, 'b'));
  EXPECT_EQ(index.Of("p", "email", "a@b"), index.Of("p", "email", "a@b"));
  EXPECT_NE(index.Of("p", "email", "a@b"), other.Of("p", "email", "a@b"));
  EXPECT_NE(index.Of("p", "email", "a@b"), index.Of("q", "email", "a@b"));
  EXPECT_NE(index.Of("pe", "mail", "x"), index.Of("p", "email", "x"));
}

}  // namespace
}  // namespace laurel::crypto
