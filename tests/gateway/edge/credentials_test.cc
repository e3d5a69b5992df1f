// Who gets in, over sockets.
#include "absl/strings/str_cat.h"
#include "lib/base/clock.h"
#include "lib/status/error.h"
#include "tests/gateway/support/rig.h"

namespace laurel::gateway::testing {
namespace {

class CredentialsTest : public Rig {
 protected:
  std::string Refusal(const Headers& headers) {
    const Answer answer = Fetch(port(), "GET", "/v1/members/me", headers);
    EXPECT_EQ(answer.status, 401) << answer.body;
    EXPECT_TRUE(answer.headers.contains("www-authenticate"));
    EXPECT_EQ(answer.Json("code"), "UNAUTHENTICATED");
    return answer.Reason();
  }
  static Claims Good() {
    Claims claims;
    claims.expire_time = base::SystemClock().Now() + absl::Minutes(5);
    return claims;
  }
};

TEST_F(CredentialsTest, WithoutOneNobodyGetsIn) {
  StartGateway();
  EXPECT_EQ(Refusal({}), "CREDENTIAL_REQUIRED");
  EXPECT_EQ(Refusal({{"Authorization", "Basic YTpi"}}), "CREDENTIAL_REQUIRED");
  EXPECT_EQ(Refusal({{"Authorization", "Bearer"}}), "CREDENTIAL_REQUIRED");
  EXPECT_EQ(Refusal({{"Authorization", "Bearer x"}}), "TOKEN_MALFORMED");
  EXPECT_EQ(Refusal({{"Authorization", "Bearer " + MemberToken()}, {"X-Api-Key", kApiKey}}),
            "CREDENTIAL_AMBIGUOUS");
  EXPECT_EQ(Refusal({{"Authorization", "Bearer " + MemberToken()},
                     {"Authorization", "Bearer " + MemberToken()}}),
            "CREDENTIAL_AMBIGUOUS");
  EXPECT_EQ(
      Fetch(port(), "GET", "/v1/members/me", {{"Authorization", "bEARER " + MemberToken()}}).status,
      200);
}

TEST_F(CredentialsTest, BadTokensAreRefused) {
  StartGateway();
  Claims claims = Good();
  claims.expire_time -= absl::Minutes(10);
  EXPECT_EQ(Refusal(Bearer(member_key_.Sign(ToJson(claims)))), "TOKEN_EXPIRED");
  claims = Good();
  claims.audience = "\"other\"";
  EXPECT_EQ(Refusal(Bearer(member_key_.Sign(ToJson(claims)))), "TOKEN_AUDIENCE");
  claims = Good();
  claims.issuer = "https://evil.test";
  EXPECT_EQ(Refusal(Bearer(member_key_.Sign(ToJson(claims)))), "TOKEN_ISSUER");
  EXPECT_EQ(Refusal(Bearer(SigningKey::Ec("m2").Sign(ToJson(Good())))), "TOKEN_KEY_UNKNOWN");
  EXPECT_EQ(Refusal(Bearer(SigningKey::Ec("m1").Sign(ToJson(Good())))), "TOKEN_SIGNATURE");
  EXPECT_EQ(Refusal(Bearer(SigningKey::Hmac("m1").Sign(ToJson(Good())))), "TOKEN_ALGORITHM");
  EXPECT_EQ(Refusal(Bearer(Base64Url(R"({"alg":"none"})") + "." + Base64Url(ToJson(Good())) + ".")),
            "TOKEN_ALGORITHM");
  EXPECT_EQ(Refusal(Bearer(std::string(8200, 'a'))), "TOKEN_TOO_LONG");
  // The staff issuer's key does not sign for the members' issuer.
  EXPECT_EQ(Refusal(Bearer(staff_key_.Sign(ToJson(Good())))), "TOKEN_KEY_UNKNOWN");
}

TEST_F(CredentialsTest, AVerifiedTokenIsRemembered) {
  StartGateway();
  const std::string token = MemberToken();
  for (int i = 0; i < 5; ++i) EXPECT_EQ(Get("/v1/members/me", token).status, 200);
  EXPECT_EQ(behaviour_.Count("FindMember"), 1);
  EXPECT_EQ(behaviour_.Count("GetMember"), 5);
  // Another token of the same member finds the member remembered.
  EXPECT_EQ(Get("/v1/members/me", MemberToken()).status, 200);
  EXPECT_EQ(behaviour_.Count("FindMember"), 1);
}

TEST_F(CredentialsTest, ANewKeyInTheFileIsFound) {
  StartGateway();
  const auto rotated = SigningKey::Ec("m2");
  dir_.Write("member.jwks", Jwks({rotated.Jwk()}));
  EXPECT_EQ(Get("/v1/members/me", rotated.Sign(ToJson(Good()))).status, 200);
  // Ten seconds have not passed: a second unknown key is not looked for.
  const auto third = SigningKey::Ec("m3");
  dir_.Write("member.jwks", Jwks({third.Jwk()}));
  EXPECT_EQ(Get("/v1/members/me", third.Sign(ToJson(Good()))).Reason(), "TOKEN_KEY_UNKNOWN");
}

TEST_F(CredentialsTest, AKeyFileThatBreaksLeavesTheOldKeys) {
  StartGateway();
  dir_.Write("member.jwks", "{");
  EXPECT_EQ(Get("/v1/members/me", SigningKey::Ec("m2").Sign(ToJson(Good()))).Reason(),
            "TOKEN_KEY_UNKNOWN");
  EXPECT_EQ(Get("/v1/members/me", MemberToken()).status, 200);
}

TEST_F(CredentialsTest, AGoodTokenOfNoMemberIsForbidden) {
  StartGateway();
  const Answer answer = Get("/v1/members/me", MemberToken("nobody"));
  EXPECT_EQ(answer.status, 403);
  EXPECT_EQ(answer.Reason(), "MEMBER_NOT_ENROLLED");
}

TEST_F(CredentialsTest, RolesAreCheckedBeforeAnyCall) {
  StartGateway();
  const std::string earn = absl::StrCat("/v1/members/", kAnna, "/points:earn");
  const Answer answer = Post(earn, R"({"amount": 1})", MemberToken(), {{"Idempotency-Key", "k"}});
  EXPECT_EQ(answer.status, 403);
  EXPECT_EQ(answer.Reason(), "ROLE_REQUIRED");
  EXPECT_EQ(Post(earn, "{}", StaffToken("agent")).status, 403);
  EXPECT_EQ(Post(earn, "{}", StaffToken("operator service")).status, 403);
  EXPECT_EQ(behaviour_.Count("EarnPoints"), 0);
  EXPECT_EQ(
      Post(earn, R"({"amount": 1})", StaffToken("manager"), {{"Idempotency-Key", "k"}}).status,
      200);
  EXPECT_EQ(behaviour_.LastCaller().Principal(), "staff:dora");
}

TEST_F(CredentialsTest, AnotherMemberIsNotFoundAndNobodyIsAsked) {
  StartGateway();
  const Answer answer = Get(absl::StrCat("/v1/members/", kBerta), MemberToken());
  EXPECT_EQ(answer.status, 404);
  EXPECT_EQ(answer.Reason(), "MEMBER_NOT_FOUND");
  EXPECT_EQ(behaviour_.Count("GetMember"), 0);
}

TEST_F(CredentialsTest, ApiKeysAreAskedForOnce) {
  StartGateway();
  const std::string path = absl::StrCat("/v1/members/", kAnna);
  for (int i = 0; i < 3; ++i) {
    EXPECT_EQ(Fetch(port(), "GET", path, {{"X-Api-Key", kApiKey}}).status, 200);
    EXPECT_EQ(Get(path, kApiKey).status, 200);
  }
  EXPECT_EQ(behaviour_.Count("VerifyApiKey"), 1);
  for (int i = 0; i < 3; ++i) {
    const Answer answer = Get(path, "lk_wrong");
    EXPECT_EQ(answer.status, 401);
    EXPECT_EQ(answer.Reason(), "API_KEY_INVALID");
  }
  EXPECT_EQ(behaviour_.Count("VerifyApiKey"), 2);
  EXPECT_EQ(Fetch(port(), "GET", path, {{"X-Api-Key", "not-a-key"}}).status, 401);
  EXPECT_EQ(behaviour_.Count("VerifyApiKey"), 2);
}

TEST_F(CredentialsTest, AMissingKeyFileStopsTheStart) {
  dir_.Write("issuers.json", R"([{"issuer": "i", "audience": "a", "jwks_file": "/nowhere"}])");
  AddBackend();
  EXPECT_FALSE(Program::Start(config_).ok());
}

}  // namespace
}  // namespace laurel::gateway::testing
