#include "gateway/auth/jwt.h"

#include <gmock/gmock.h>

#include "gateway/auth/bounded_cache.h"
#include "lib/status/error.h"
#include "tests/gateway/support/tokens.h"

namespace laurel::gateway {
namespace {

using testing::Base64Url;
using testing::Claims;
using testing::Jwks;
using testing::SigningKey;
using testing::ToJson;

const absl::Time kNow = absl::FromUnixSeconds(1800000000);

class JwtTest : public ::testing::Test {
 protected:
  JwtTest() {
    issuer_.issuer = "https://issuer.test/members";
    issuer_.audience = "laurel";
    issuer_.program_id = "prg_1";
    claims_.expire_time = kNow + absl::Minutes(5);
  }

  // "OK", or the reason of the refusal, with these keys known.
  std::string Verify(const std::string& token, const std::string& jwks) {
    const auto keys = KeySet::Parse(jwks);
    if (!keys.ok()) return status::ReasonOf(keys.status());
    const auto apart = TakeApart(token);
    if (!apart.ok()) return status::ReasonOf(apart.status());
    const auto* key = keys->Find(apart->kid, apart->algorithm);
    if (key == nullptr) return "no key";
    auto identity = VerifyToken(token, *apart, issuer_, *key, kNow);
    if (!identity.ok()) return status::ReasonOf(identity.status());
    identity_ = *std::move(identity);
    return "OK";
  }
  std::string Verify(const std::string& token) { return Verify(token, Jwks({ec_.Jwk()})); }
  std::string VerifyClaims() { return Verify(ec_.Sign(ToJson(claims_))); }

  const SigningKey ec_ = SigningKey::Ec("k1");
  Issuer issuer_;
  Claims claims_;
  TokenIdentity identity_;
};

TEST_F(JwtTest, AcceptsEs256AndRs256) {
  EXPECT_EQ(VerifyClaims(), "OK");
  EXPECT_EQ(identity_.subject, "anna");
  EXPECT_EQ(identity_.program_id, "prg_1");
  EXPECT_TRUE(identity_.subject_is_external_id);
  EXPECT_THAT(identity_.roles, ::testing::ElementsAre(laurel::api::v1::ROLE_MEMBER));
  const auto rsa = SigningKey::Rsa("r1");
  EXPECT_EQ(Verify(rsa.Sign(ToJson(claims_)), Jwks({ec_.Jwk(), rsa.Jwk()})), "OK");
}

TEST_F(JwtTest, RefusesNoneAndHmac) {
  const std::string claims = Base64Url(ToJson(claims_));
  for (const char* header : {R"({"alg":"none"})", R"({"alg":"None","kid":"k1"})", R"({"kid":"k1"})",
                             R"({"alg":""})", R"({"alg":["ES256"]})", R"({"alg":"ES384"})"}) {
    EXPECT_EQ(Verify(Base64Url(header) + "." + claims + "."), "TOKEN_ALGORITHM") << header;
  }
  const auto hmac = SigningKey::Hmac("h1");
  EXPECT_EQ(Verify(hmac.Sign(ToJson(claims_)), Jwks({hmac.Jwk()})), "TOKEN_ALGORITHM");
}

TEST_F(JwtTest, ASymmetricKeyInTheSetIsNoKey) {
  const auto hmac = SigningKey::Hmac("h1");
  const auto keys = KeySet::Parse(Jwks({hmac.Jwk(), ec_.Jwk()}));
  ASSERT_TRUE(keys.ok());
  EXPECT_EQ(keys->size(), 1U);
}

TEST_F(JwtTest, AShortRsaKeyIsNoKey) {
  const auto keys = KeySet::Parse(Jwks({SigningKey::Rsa("r1", 1024).Jwk()}));
  ASSERT_TRUE(keys.ok());
  EXPECT_EQ(keys->size(), 0U);
}

TEST_F(JwtTest, AKeyVerifiesItsOwnAlgorithmOnly) {
  const auto rsa = SigningKey::Rsa("k1");
  EXPECT_EQ(Verify(rsa.Sign(ToJson(claims_))), "no key");
}

TEST_F(JwtTest, RefusesAnotherKeysSignatureUnderAKnownId) {
  EXPECT_EQ(Verify(SigningKey::Ec("k1").Sign(ToJson(claims_))), "TOKEN_SIGNATURE");
}

TEST_F(JwtTest, NeverTakesAKeyFromTheToken) {
  const auto other = SigningKey::Ec("k1");
  const std::string token = other.Sign(
      ToJson(claims_), {{"jku", "https://evil.test/jwks"}, {"x5u", "https://evil.test"}});
  EXPECT_EQ(Verify(token), "TOKEN_SIGNATURE");
  const auto unknown = SigningKey::Ec("k9");
  EXPECT_EQ(Verify(unknown.Sign(ToJson(claims_), {{"jku", "https://evil.test"}})), "no key");
}

TEST_F(JwtTest, RefusesATamperedToken) {
  const std::string token = ec_.Sign(ToJson(claims_));
  for (size_t i = 0; i < token.size(); ++i) {
    std::string other = token;
    other[i] = other[i] == 'A' ? 'B' : 'A';
    if (i + 1 == token.size()) continue;  // its last two bits carry nothing
    EXPECT_NE(Verify(other), "OK") << i;
  }
}

TEST_F(JwtTest, ChecksTimesWithThirtySecondsOfLeeway) {
  claims_.expire_time = kNow - absl::Seconds(29);
  EXPECT_EQ(VerifyClaims(), "OK");
  EXPECT_EQ(identity_.expire_time, kNow + absl::Seconds(1));
  claims_.expire_time = kNow - absl::Seconds(30);
  EXPECT_EQ(VerifyClaims(), "TOKEN_EXPIRED");
  claims_.expire_time = kNow + absl::Minutes(1);
  claims_.more = ",\"nbf\":" + std::to_string(absl::ToUnixSeconds(kNow) + 30);
  EXPECT_EQ(VerifyClaims(), "OK");
  claims_.more = ",\"nbf\":" + std::to_string(absl::ToUnixSeconds(kNow) + 31);
  EXPECT_EQ(VerifyClaims(), "TOKEN_NOT_YET_VALID");
  claims_.more = ",\"nbf\":\"soon\"";
  EXPECT_EQ(VerifyClaims(), "TOKEN_NOT_YET_VALID");
}

TEST_F(JwtTest, RefusesATokenWithoutEnd) {
  EXPECT_EQ(Verify(ec_.Sign(R"({"iss":"https://issuer.test/members","aud":"laurel","sub":"a"})")),
            "TOKEN_CLAIMS");
  EXPECT_EQ(
      Verify(ec_.Sign(
          R"({"iss":"https://issuer.test/members","aud":"laurel","sub":"a","exp":"9999999999"})")),
      "TOKEN_EXPIRED");
}

TEST_F(JwtTest, ChecksTheAudience) {
  for (const char* audience : {"\"other\"", "[]", "[\"other\"]", "5", "{}", "\"laurel2\""}) {
    claims_.audience = audience;
    EXPECT_EQ(VerifyClaims(), "TOKEN_AUDIENCE") << audience;
  }
  claims_.audience = "[\"other\",\"laurel\"]";
  EXPECT_EQ(VerifyClaims(), "OK");
}

TEST_F(JwtTest, ChecksTheIssuer) {
  claims_.issuer = "https://issuer.test/staff";
  EXPECT_EQ(VerifyClaims(), "TOKEN_SIGNATURE");
}

TEST_F(JwtTest, RefusesWhatIsNoToken) {
  const std::string token = ec_.Sign(ToJson(claims_));
  for (const std::string& text :
       {std::string(), std::string("a"), std::string("a.b"), std::string(".."), "x" + token,
        token + "=", token + ".x", " " + token, token.substr(1)}) {
    EXPECT_NE(Verify(text), "OK") << text;
  }
  EXPECT_EQ(Verify(token + std::string(kMaxTokenBytes, 'A')), "TOKEN_TOO_LONG");
  // Two readers of a duplicate key could see two tokens.
  const std::string header = Base64Url(R"({"alg":"none","alg":"ES256","kid":"k1"})");
  EXPECT_EQ(Verify(header + token.substr(token.find('.'))), "TOKEN_MALFORMED");
  EXPECT_EQ(Verify(ec_.Sign(ToJson(claims_), {{"crit", "exp"}})), "TOKEN_MALFORMED");
}

TEST_F(JwtTest, StaffHaveRolesOfTheirOwnAndNoOthers) {
  issuer_.kind = Issuer::Kind::kStaff;
  claims_.more =
      R"(,"roles":["agent","ROLE_OPERATOR","operator","service","gateway","member","x",5])";
  ASSERT_EQ(VerifyClaims(), "OK");
  EXPECT_THAT(identity_.roles, ::testing::ElementsAre(laurel::api::v1::ROLE_AGENT));
  EXPECT_FALSE(identity_.subject_is_external_id);
  claims_.more = "";
  ASSERT_EQ(VerifyClaims(), "OK");
  EXPECT_THAT(identity_.roles, ::testing::IsEmpty());
}

TEST_F(JwtTest, AMembersTokenHasNoStaffRole) {
  claims_.more = R"(,"roles":["admin"])";
  ASSERT_EQ(VerifyClaims(), "OK");
  EXPECT_THAT(identity_.roles, ::testing::ElementsAre(laurel::api::v1::ROLE_MEMBER));
}

TEST_F(JwtTest, TheIssuersProgrammeWins) {
  claims_.more = R"(,"program_id":"prg_2")";
  ASSERT_EQ(VerifyClaims(), "OK");
  EXPECT_EQ(identity_.program_id, "prg_1");
  issuer_.program_id = "";
  ASSERT_EQ(VerifyClaims(), "OK");
  EXPECT_EQ(identity_.program_id, "prg_2");
  claims_.more = "";
  EXPECT_EQ(VerifyClaims(), "TOKEN_CLAIMS");
}

TEST_F(JwtTest, WithoutAKeyIdOnlyASingleKeyWillDo) {
  const auto keys = KeySet::Parse(Jwks({ec_.Jwk()}));
  EXPECT_NE(keys->Find(std::nullopt, "ES256"), nullptr);
  const auto two = KeySet::Parse(Jwks({ec_.Jwk(), SigningKey::Ec("k2").Jwk()}));
  EXPECT_EQ(two->Find(std::nullopt, "ES256"), nullptr);
  EXPECT_NE(two->Find("k2", "ES256"), nullptr);
}

TEST(KeySourceTest, ReadsAgainAtMostEveryTenSeconds) {
  KeySource source({});
  EXPECT_TRUE(source.MayRefresh(kNow));
  EXPECT_FALSE(source.MayRefresh(kNow + absl::Seconds(9)));
  EXPECT_TRUE(source.MayRefresh(kNow + absl::Seconds(10)));
}

TEST(IssuersTest, RefusesWhatItDoesNotKnow) {
  const std::string good =
      R"({"issuer":"i","audience":"a","jwks_file":"f","kind":"staff","roles_claim":"r"})";
  ASSERT_TRUE(ParseIssuers("[" + good + "]").ok());
  for (const std::string& text :
       {std::string("[]"), std::string("{}"), "[" + good + "," + good + "]",
        std::string(R"([{"issuer":"i","audience":"a"}])"),
        std::string(R"([{"issuer":"i","jwks_file":"f"}])"),
        std::string(R"([{"issuer":"i","audience":"a","jwks_file":"f","jwks_url":"https://x"}])"),
        std::string(R"([{"issuer":"i","audience":"a","jwks_url":"http://x"}])"),
        std::string(R"([{"issuer":"i","audience":"a","jwks_file":"f","kind":"robot"}])"),
        std::string(R"([{"issuer":"i","audience":"a","jwks_file":"f","algorithms":"none"}])")}) {
    EXPECT_EQ(status::ReasonOf(ParseIssuers(text).status()), "ISSUERS_INVALID") << text;
  }
}

TEST(BoundedCacheTest, ForgetsWhatEndedAndWhatIsTooMuch) {
  BoundedCache<int> cache(2);
  cache.Put("a", 1, kNow + absl::Seconds(1));
  EXPECT_EQ(cache.Find("a", kNow), 1);
  EXPECT_EQ(cache.Find("a", kNow + absl::Seconds(1)), std::nullopt);
  cache.Put("b", 2, kNow + absl::Hours(1));
  cache.Put("c", 3, kNow + absl::Hours(1));
  EXPECT_EQ(cache.size(), 2U);
  EXPECT_EQ(cache.Find("a", kNow), std::nullopt);
  EXPECT_EQ(cache.Find("c", kNow), 3);
}

}  // namespace
}  // namespace laurel::gateway
