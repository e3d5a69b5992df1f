#include <gmock/gmock.h>

#include "gateway/transcode/identity.h"
#include "gateway/transcode/request.h"
#include "gateway/transcode/routes.h"
#include "google/rpc/error_details.pb.h"
#include "laurel/members/v1/member.pb.h"
#include "laurel/members/v1/order.pb.h"
#include "laurel/members/v1/program.pb.h"
#include "laurel/members/v1/wallet.pb.h"
#include "lib/status/error.h"

namespace laurel::gateway {
namespace {

namespace pb = laurel::members::v1;
using google::protobuf::DynamicCastToGenerated;

constexpr char kProgram[] = "prg_01jd0000000000000000000000";
constexpr char kAnna[] = "mem_01jd0000000000000000000000";
constexpr char kBerta[] = "mem_01jd0000000000000000000001";

class TranscodeTest : public ::testing::Test {
 protected:
  TranscodeTest() : routes_(*Routes::FromGeneratedPool()) {}

  absl::Status Build(const std::string& method, const std::string& path, const std::string& query,
                     const std::string& body) {
    auto found = routes_.Find(method, path);
    if (found.route == nullptr) return status::Error(absl::StatusCode::kNotFound, "NO_ROUTE", path);
    route_ = found.route;
    auto built = BuildRequest(*route_, found.bindings, query, body);
    if (!built.ok()) return built.status();
    request_ = *std::move(built);
    return absl::OkStatus();
  }

  // The wrong fields of a refused request.
  static std::string Fields(const absl::Status& error) {
    google::rpc::BadRequest bad;
    const auto payload = error.GetPayload("type.googleapis.com/google.rpc.BadRequest");
    if (!payload || !bad.ParseFromString(std::string(*payload))) return status::ReasonOf(error);
    std::string out;
    for (const auto& violation : bad.field_violations()) out += violation.field() + " ";
    return out;
  }

  template <typename T>
  T& As() {
    return *DynamicCastToGenerated<T>(request_.get());
  }

  static auth::Caller Anna() {
    auth::Caller caller;
    caller.program_id = kProgram;
    caller.kind = laurel::api::v1::CALLER_KIND_MEMBER;
    caller.subject = kAnna;
    caller.roles = {laurel::api::v1::ROLE_MEMBER};
    return caller;
  }
  static auth::Caller Client() {
    auth::Caller caller;
    caller.program_id = kProgram;
    caller.kind = laurel::api::v1::CALLER_KIND_CLIENT;
    caller.subject = "cli_1";
    caller.roles = {laurel::api::v1::ROLE_CLIENT};
    return caller;
  }

  const Routes routes_;
  const Route* route_ = nullptr;
  std::unique_ptr<google::protobuf::Message> request_;
};

TEST_F(TranscodeTest, EveryAnnotatedMethodHasItsRoute) {
  EXPECT_GT(routes_.all().size(), 40U);
  for (const Route& route : routes_.all()) {
    EXPECT_FALSE(route.roles.empty()) << route.grpc_method;
    EXPECT_NE(route.program_field, nullptr) << route.grpc_method;
    EXPECT_THAT((std::vector<std::string>{"members", "rewards", "referrals", "gamification"}),
                ::testing::Contains(route.service));
  }
}

TEST_F(TranscodeTest, AMethodWithoutAnnotationCannotBeReached) {
  for (const Route& route : routes_.all()) {
    for (const char* hidden : {"CreateProgram", "VerifyApiKey", "Deliver", "SetTime"}) {
      EXPECT_NE(route.method->name(), hidden);
    }
  }
}

TEST_F(TranscodeTest, PathAndBodyFillTheirFields) {
  ASSERT_TRUE(Build("POST", std::string("/v1/members/") + kAnna + "/points:earn", "",
                    R"({"amount": "5", "reason": "gift"})")
                  .ok());
  EXPECT_EQ(As<pb::EarnPointsRequest>().member_id(), kAnna);
  EXPECT_EQ(As<pb::EarnPointsRequest>().amount(), 5);
  EXPECT_EQ(route_->grpc_method, "/laurel.members.v1.WalletService/EarnPoints");
  EXPECT_EQ(route_->service, "members");
}

TEST_F(TranscodeTest, AnEmptyBodyIsAnEmptyObject) {
  EXPECT_TRUE(Build("POST", "/v1/campaigns/cmp_1:activate", "", "").ok());
}

TEST_F(TranscodeTest, ABodyThatDiffersFromThePathIsRefused) {
  const std::string path = std::string("/v1/members/") + kAnna + "/points:earn";
  EXPECT_EQ(Fields(Build("POST", path, "", std::string(R"({"memberId":")") + kBerta + "\"}")),
            "memberId ");
  EXPECT_TRUE(Build("POST", path, "", std::string(R"({"memberId":")") + kAnna + "\"}").ok());
}

TEST_F(TranscodeTest, ABodyFieldIsTheWholeBody) {
  ASSERT_TRUE(Build("POST", "/v1/walletTypes", "", R"({"code": "stars", "decimals": 2})").ok());
  EXPECT_EQ(As<pb::CreateWalletTypeRequest>().wallet_type().code(), "stars");
  EXPECT_EQ(Fields(Build("POST", "/v1/walletTypes", "", R"({"walletType": {"code": "x"}})")),
            "walletType.walletType ");
  EXPECT_EQ(Fields(Build("POST", "/v1/walletTypes", "", "[]")), "walletType ");
  // What neither path nor body fills may stand in the query.
  ASSERT_TRUE(Build("POST", "/v1/walletTypes", "requestId=k1", R"({"code": "stars"})").ok());
  EXPECT_EQ(As<pb::CreateWalletTypeRequest>().request_id(), "k1");
}

TEST_F(TranscodeTest, QueryFillsWhatIsLeft) {
  ASSERT_TRUE(
      Build("GET", "/v1/members/x/entries", "walletType=po%69nts&pageSize=7&page_token=a+b", "")
          .ok());
  EXPECT_EQ(As<pb::ListEntriesRequest>().wallet_type(), "points");
  EXPECT_EQ(As<pb::ListEntriesRequest>().page_size(), 7);
  EXPECT_EQ(As<pb::ListEntriesRequest>().page_token(), "a b");
}

TEST_F(TranscodeTest, QueryRefusesWhatIsWrong) {
  const std::string path = "/v1/members/x/entries";
  EXPECT_EQ(Fields(Build("GET", path, "pageSize=abc", "")), "pageSize ");
  EXPECT_EQ(Fields(Build("GET", path, "pageSize=1&pageSize=2", "")), "pageSize ");
  EXPECT_EQ(Fields(Build("GET", path, "pageSize=1&page_size=2", "")), "page_size ");
  EXPECT_EQ(Fields(Build("GET", path, "nope=1&memberId=y", "")), "nope memberId ");
  EXPECT_EQ(Fields(Build("GET", path, "walletType.x=1", "")), "walletType.x ");
  EXPECT_EQ(Fields(Build("GET", path, "walletType=%FF", "")), "MALFORMED_QUERY");
  EXPECT_EQ(Fields(Build("POST", "/v1/orders", "store=a", "{}")), "store ");
  EXPECT_EQ(Fields(Build("GET", path, "", "{}")), "BODY_NOT_ALLOWED");
}

TEST_F(TranscodeTest, AllFaultsAreToldAtOnce) {
  EXPECT_EQ(Fields(Build("POST", "/v1/members/x/points:earn", "q=1", R"({"amount": 1.5, "z": 1})")),
            "amount z q ");
}

TEST_F(TranscodeTest, TheProgrammeComesFromTheCaller) {
  ASSERT_TRUE(Build("POST", "/v1/orders:batchRecord", "",
                    R"({"requests": [{"requestId": "a"}, {"requestId": "b"}]})")
                  .ok());
  ASSERT_TRUE(ApplyCaller(*route_, Client(), request_.get()).ok());
  const auto& batch = As<pb::BatchRecordOrdersRequest>();
  EXPECT_EQ(batch.program_id(), kProgram);
  EXPECT_EQ(batch.requests(1).program_id(), kProgram);
}

TEST_F(TranscodeTest, AnotherProgrammeDoesNotExist) {
  for (const char* body : {R"({"programId": "prg_01jd0000000000000000000009"})",
                           R"({"requests": [{"programId": "prg_01jd0000000000000000000009"}]})"}) {
    ASSERT_TRUE(Build("POST", "/v1/orders:batchRecord", "", body).ok());
    const absl::Status error = ApplyCaller(*route_, Client(), request_.get());
    EXPECT_EQ(error.code(), absl::StatusCode::kNotFound);
    EXPECT_EQ(status::ReasonOf(error), "PROGRAM_NOT_FOUND");
  }
}

TEST_F(TranscodeTest, MeIsTheSignedInMember) {
  ASSERT_TRUE(Build("GET", "/v1/members/me", "", "").ok());
  ASSERT_TRUE(ApplyCaller(*route_, Anna(), request_.get()).ok());
  EXPECT_EQ(As<pb::GetMemberRequest>().member_id(), kAnna);

  ASSERT_TRUE(Build("POST", "/v1/rewards/r:redeem", "", R"({"memberId": "me"})").ok());
  ASSERT_TRUE(ApplyCaller(*route_, Anna(), request_.get()).ok());
  EXPECT_THAT(request_->ShortDebugString(), ::testing::HasSubstr(kAnna));

  ASSERT_TRUE(Build("GET", "/v1/members/me", "", "").ok());
  EXPECT_EQ(status::ReasonOf(ApplyCaller(*route_, Client(), request_.get())), "ME_IS_NO_MEMBER");
}

TEST_F(TranscodeTest, AnotherMemberDoesNotExist) {
  ASSERT_TRUE(Build("GET", std::string("/v1/members/") + kBerta, "", "").ok());
  const absl::Status error = ApplyCaller(*route_, Anna(), request_.get());
  EXPECT_EQ(error.code(), absl::StatusCode::kNotFound);
  EXPECT_EQ(status::ReasonOf(error), "MEMBER_NOT_FOUND");
  EXPECT_TRUE(ApplyCaller(*route_, Client(), request_.get()).ok());
}

TEST_F(TranscodeTest, RolesComeFromTheMethod) {
  ASSERT_TRUE(Build("POST", "/v1/campaigns", "", "{}").ok());
  EXPECT_EQ(CheckRoles(*route_, Anna()).code(), absl::StatusCode::kPermissionDenied);
  auth::Caller staff = Client();
  staff.roles = {laurel::api::v1::ROLE_AGENT};
  EXPECT_FALSE(CheckRoles(*route_, staff).ok());
  staff.roles = {laurel::api::v1::ROLE_ADMIN};
  EXPECT_TRUE(CheckRoles(*route_, staff).ok());
}

TEST_F(TranscodeTest, TheIdempotencyKeyBecomesTheRequestId) {
  const auto apply = [this](const std::string& body, std::optional<std::string> header) {
    EXPECT_TRUE(Build("POST", "/v1/members/x/points:earn", "", body).ok());
    return status::ReasonOf(ApplyIdempotencyKey(*route_, header, "made", request_.get()));
  };
  EXPECT_EQ(apply("{}", "k1"), "");
  EXPECT_EQ(As<pb::EarnPointsRequest>().request_id(), "k1");
  EXPECT_EQ(apply(R"({"requestId": "k1"})", "k1"), "");
  EXPECT_EQ(apply(R"({"requestId": "k1"})", std::nullopt), "");
  EXPECT_EQ(apply(R"({"requestId": "k2"})", "k1"), "IDEMPOTENCY_KEY_MISMATCH");
  EXPECT_EQ(apply("{}", std::nullopt), "IDEMPOTENCY_KEY_REQUIRED");
  EXPECT_EQ(apply("{}", ""), "IDEMPOTENCY_KEY_INVALID");
  EXPECT_EQ(apply("{}", std::string(64, 'k')), "");
  EXPECT_EQ(apply("{}", std::string(65, 'k')), "IDEMPOTENCY_KEY_INVALID");
  EXPECT_EQ(apply("{}", "a b"), "IDEMPOTENCY_KEY_INVALID");
  EXPECT_EQ(apply("{}", "a\xC3\xA4"), "IDEMPOTENCY_KEY_INVALID");
}

TEST_F(TranscodeTest, AnOptionalKeyIsMadeWhereNoneIsGiven) {
  ASSERT_TRUE(Build("POST", "/v1/members", "", "{}").ok());
  ASSERT_TRUE(ApplyIdempotencyKey(*route_, std::nullopt, "made", request_.get()).ok());
  EXPECT_EQ(As<pb::EnrolMemberRequest>().request_id(), "made");
}

}  // namespace
}  // namespace laurel::gateway
