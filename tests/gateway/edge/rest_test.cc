// REST in, gRPC out, and back.
#include <condition_variable>
#include <mutex>

#include "absl/strings/str_cat.h"
#include "gateway/json/parse.h"
#include "lib/status/error.h"
#include "tests/gateway/support/rig.h"

namespace laurel::gateway::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Key;
using ::testing::Not;
using ::testing::UnorderedElementsAre;

constexpr char kEarn[] = "/v1/members/mem_01jd0000000000000000000000/points:earn";

class RestTest : public Rig {};

TEST_F(RestTest, AMemberSeesHerself) {
  StartGateway();
  const Answer answer = Get("/v1/members/me", MemberToken());
  ASSERT_EQ(answer.status, 200) << answer.body;
  EXPECT_EQ(answer.headers.at("content-type"), "application/json");
  EXPECT_EQ(answer.Json("memberId"), kAnna);
  EXPECT_EQ(answer.Json("state"), "MEMBER_STATE_UNSPECIFIED");
  EXPECT_EQ(answer.headers.at("etag"), "\"v1\"");
  EXPECT_EQ(answer.headers.at("cache-control"), "no-store");
  EXPECT_EQ(answer.headers.at("x-content-type-options"), "nosniff");
  EXPECT_THAT(answer.headers.at("date"), ::testing::EndsWith(" GMT"));
}

TEST_F(RestTest, OnlyTheCallerAndTheTraceReachTheService) {
  StartGateway();
  const std::string trace = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
  ASSERT_EQ(Get("/v1/members/me", MemberToken(),
                {{"traceparent", trace},
                 {"laurel-caller", "CAE"},
                 {"tracestate", "x=y"},
                 {"cookie", "a=b"},
                 {"x-forwarded-for", "1.2.3.4"}})
                .status,
            200);
  EXPECT_THAT(behaviour_.LastMetadata(),
              UnorderedElementsAre(Key("laurel-caller"), Key("traceparent")));
  EXPECT_EQ(behaviour_.LastTraceId(), "0af7651916cd43dd8448eb211c80319c");
  const auth::Caller caller = behaviour_.LastCaller();
  EXPECT_EQ(caller.subject, kAnna);
  EXPECT_EQ(caller.program_id, kProgram);
  EXPECT_THAT(caller.roles, ElementsAre(laurel::api::v1::ROLE_MEMBER));
}

TEST_F(RestTest, AMalformedTraceIsReplaced) {
  StartGateway();
  const Answer answer = Get("/v1/members/me", MemberToken(), {{"traceparent", "00-0-0-00"}});
  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(answer.headers.at("trace-id"), behaviour_.LastTraceId());
  EXPECT_EQ(behaviour_.LastTraceId().size(), 32U);
}

TEST_F(RestTest, AnAnswerIsOneLineInTheLogWithoutWhatPeopleTyped) {
  StartGateway();
  const std::string token = MemberToken();
  const Answer answer = Get("/v1/members/mem_canary?x=canary", token);
  EXPECT_EQ(log_.Count(answer.headers.at("trace-id")), 1);
  EXPECT_THAT(log_.Text(), HasSubstr("/v1/members/{member_id}"));
  EXPECT_THAT(log_.Text(), Not(HasSubstr("canary")));
  EXPECT_THAT(log_.Text(), Not(HasSubstr(token.substr(0, 20))));
}

TEST_F(RestTest, AServerEarnsPointsWithItsKey) {
  StartGateway();
  const Answer answer =
      Post(kEarn, R"({"amount": 25, "reason": "gift"})", kApiKey, {{"Idempotency-Key", "k-1"}});
  ASSERT_EQ(answer.status, 200) << answer.body;
  EXPECT_EQ(answer.Json("activeDelta"), "25");
  EXPECT_EQ(answer.Json("requestId"), "k-1");
  EXPECT_EQ(behaviour_.LastCaller().Principal(), "client:cli_01jd0000000000000000000000");
}

TEST_F(RestTest, IdempotencyKeyRulesHold) {
  StartGateway();
  const auto reason = [&](const std::string& body, const Headers& headers) {
    const Answer answer = Post(kEarn, body, kApiKey, headers);
    EXPECT_EQ(answer.status, 400);
    return answer.Reason();
  };
  EXPECT_EQ(reason(R"({"amount": 1})", {}), "IDEMPOTENCY_KEY_REQUIRED");
  EXPECT_EQ(reason(R"({"amount": 1, "requestId": "a"})", {{"Idempotency-Key", "b"}}),
            "IDEMPOTENCY_KEY_MISMATCH");
  EXPECT_EQ(reason(R"({"amount": 1})", {{"Idempotency-Key", "a"}, {"idempotency-key", "a"}}),
            "IDEMPOTENCY_KEY_INVALID");
  EXPECT_EQ(behaviour_.Count("EarnPoints"), 0);
}

TEST_F(RestTest, WrongFieldsAreAllNamed) {
  StartGateway();
  const Answer answer = Post(kEarn, R"({"amount": 1.5, "nope": 1})", kApiKey);
  ASSERT_EQ(answer.status, 400);
  EXPECT_EQ(answer.headers.at("content-type"), "application/problem+json");
  EXPECT_EQ(answer.Json("code"), "INVALID_ARGUMENT");
  EXPECT_EQ(answer.Json("type"), "urn:laurel:error:INVALID_REQUEST");
  const auto body = *ParseJson(answer.body);
  EXPECT_EQ(body.at("status"), 400);
  EXPECT_EQ(body.at("errors").at(0).at("field").as_string(), "amount");
  EXPECT_EQ(body.at("errors").at(1).at("field").as_string(), "nope");
}

TEST_F(RestTest, TheServicesOwnRulesComeThroughWithTheSamePaths) {
  StartGateway();
  const Answer answer = Post(kEarn, R"({"amount": 0})", kApiKey, {{"Idempotency-Key", "k"}});
  ASSERT_EQ(answer.status, 400);
  EXPECT_EQ(ParseJson(answer.body)->at("errors").at(0).at("field").as_string(), "amount");
}

struct Mapped {
  absl::StatusCode code;
  int http_status;
};

TEST_F(RestTest, EveryCodeHasItsStatus) {
  StartGateway();
  for (const auto& [code, http_status] :
       {Mapped{absl::StatusCode::kInvalidArgument, 400}, Mapped{absl::StatusCode::kOutOfRange, 400},
        Mapped{absl::StatusCode::kUnauthenticated, 401},
        Mapped{absl::StatusCode::kPermissionDenied, 403}, Mapped{absl::StatusCode::kNotFound, 404},
        Mapped{absl::StatusCode::kFailedPrecondition, 409},
        Mapped{absl::StatusCode::kAlreadyExists, 409}, Mapped{absl::StatusCode::kAborted, 409},
        Mapped{absl::StatusCode::kResourceExhausted, 429},
        Mapped{absl::StatusCode::kDeadlineExceeded, 504},
        Mapped{absl::StatusCode::kUnimplemented, 501}, Mapped{absl::StatusCode::kCancelled, 499}}) {
    behaviour_.get = [code](const auto&, const auto&, auto*) {
      return status::Error(code, "SOME_REASON", "Some words.", {{"sku", "a"}});
    };
    const Answer answer = Get("/v1/members/me", MemberToken());
    EXPECT_EQ(answer.status, http_status);
    EXPECT_EQ(answer.Reason(), "SOME_REASON");
    EXPECT_EQ(answer.Json("detail"), "Some words.");
    EXPECT_EQ(answer.Json("trace_id"), answer.headers.at("trace-id"));
    EXPECT_EQ(ParseJson(answer.body)->at("metadata").at("sku").as_string(), "a");
    EXPECT_EQ(answer.headers.contains("retry-after"), http_status == 429);
    EXPECT_EQ(answer.headers.contains("www-authenticate"), http_status == 401);
  }
}

TEST_F(RestTest, StatusesWithARuleOfTheirOwn) {
  StartGateway();
  absl::Status error;
  behaviour_.get = [&error](const auto&, const auto&, auto*) { return error; };
  error = status::Error(absl::StatusCode::kInvalidArgument, "REQUEST_ID_REUSED", "Used.");
  EXPECT_EQ(Get("/v1/members/me", MemberToken()).status, 422);
  error = status::Error(absl::StatusCode::kAborted, "STALE", "Changed.");
  EXPECT_EQ(Get("/v1/members/me", MemberToken(), {{"If-Match", "\"v0\""}}).status, 412);
  error = status::WithRetryAfter(
      status::Error(absl::StatusCode::kResourceExhausted, "OVERLOADED", "Busy."), absl::Seconds(7));
  EXPECT_EQ(Get("/v1/members/me", MemberToken()).headers.at("retry-after"), "7");
}

TEST_F(RestTest, OurFaultsShowNothing) {
  StartGateway();
  behaviour_.get = [](const auto&, const auto&, auto*) {
    return absl::InternalError("password=hunter2 at 10.0.0.1");
  };
  const Answer answer = Get("/v1/members/me", MemberToken());
  EXPECT_EQ(answer.status, 500);
  EXPECT_EQ(answer.Reason(), "INTERNAL");
  EXPECT_THAT(answer.body, Not(HasSubstr("hunter2")));
}

TEST_F(RestTest, AServiceThatIsNotThereIs503) {
  StartGateway();
  const Answer answer = Get("/v1/rewards", MemberToken());
  EXPECT_EQ(answer.status, 503);
  EXPECT_EQ(answer.Reason(), "SERVICE_UNAVAILABLE");
  EXPECT_TRUE(answer.headers.contains("retry-after"));
  EXPECT_THAT(answer.body, Not(HasSubstr("127.0.0.1")));
}

TEST_F(RestTest, AServiceThatIsTooSlowIs504) {
  config_.call_timeout_ms = 300;
  StartGateway();
  ASSERT_EQ(Get("/v1/members/me", MemberToken()).status, 200);
  std::mutex mutex;
  std::condition_variable wake;
  bool over = false;
  behaviour_.get = [&](const server::Call&, const auto&, auto*) {
    std::unique_lock lock(mutex);
    wake.wait(lock, [&] { return over; });
    return absl::OkStatus();
  };
  const Answer answer = Get("/v1/members/me", MemberToken());
  EXPECT_EQ(answer.status, 504);
  EXPECT_EQ(answer.Reason(), "DEADLINE_PASSED");
  {
    const std::lock_guard lock(mutex);
    over = true;
    wake.notify_all();
  }
  backends_.clear();  // the handler looks at what is ours until it has returned
}

TEST_F(RestTest, TheDoorRefusesByItself) {
  StartGateway();
  Answer answer = Get("/v1/nothing", MemberToken());
  EXPECT_EQ(answer.status, 404);
  EXPECT_EQ(answer.Reason(), "ROUTE_NOT_FOUND");
  EXPECT_EQ(Get("/v1/members/%zz", MemberToken()).Reason(), "MALFORMED_PATH");
  answer = Fetch(port(), "DELETE", "/v1/members", Bearer(MemberToken()));
  EXPECT_EQ(answer.status, 405);
  EXPECT_EQ(answer.headers.at("allow"), "POST, OPTIONS");
  answer = Fetch(port(), "TRACE", "/v1/members/me");
  EXPECT_EQ(answer.status, 405);
  EXPECT_EQ(answer.headers.at("allow"), "GET, HEAD, OPTIONS");
  EXPECT_EQ(Fetch(port(), "OPTIONS", "/v1/members/me").status, 204);
  EXPECT_FALSE(Fetch(port(), "OPTIONS", "/v1/members/me", {{"Origin", "https://x.test"}})
                   .headers.contains("access-control-allow-origin"));
}

TEST_F(RestTest, OnlyJsonIsTaken) {
  StartGateway();
  for (const char* type :
       {"text/plain", "application/x-www-form-urlencoded", "application/jsonx"}) {
    Connection connection(port());
    connection.Send(absl::StrCat("POST ", kEarn, " HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ",
                                 kApiKey, "\r\nContent-Type: ", type,
                                 "\r\nContent-Length: 2\r\n\r\n{}"));
    const auto answer = connection.Receive();
    ASSERT_TRUE(answer);
    EXPECT_EQ(answer->status, 415) << type;
    EXPECT_EQ(answer->Reason(), "UNSUPPORTED_MEDIA_TYPE");
  }
}

TEST_F(RestTest, HeadIsGetWithoutItsBody) {
  StartGateway();
  Connection connection(port());
  ASSERT_TRUE(connection.Send(RequestBytes("HEAD", "/v1/members/me", Bearer(MemberToken()))));
  const auto head = connection.Receive(true);
  ASSERT_TRUE(head);
  EXPECT_EQ(head->status, 200);
  EXPECT_NE(head->headers.at("content-length"), "0");
  ASSERT_TRUE(connection.Send(RequestBytes("GET", "/healthz")));
  EXPECT_EQ(connection.Receive()->body, "ok\n");
}

TEST_F(RestTest, AKnownResourceIsNotSentAgain) {
  StartGateway();
  const Answer same = Get("/v1/members/me", MemberToken(), {{"If-None-Match", "\"v1\""}});
  EXPECT_EQ(same.status, 304);
  EXPECT_EQ(same.body, "");
  EXPECT_EQ(same.headers.at("etag"), "\"v1\"");
  EXPECT_EQ(Get("/v1/members/me", MemberToken(), {{"If-None-Match", "\"v0\""}}).status, 200);
}

TEST_F(RestTest, PagesNeedNoCredential) {
  StartGateway();
  const Answer document = Get("/openapi.json");
  EXPECT_EQ(document.status, 200);
  EXPECT_EQ(document.Json("openapi"), "3.1.0");
  const Answer packed = Get("/openapi.json", "", {{"Accept-Encoding", "gzip"}});
  EXPECT_EQ(packed.headers.at("content-encoding"), "gzip");
  EXPECT_LT(packed.body.size(), document.body.size() / 5);
  EXPECT_EQ(Get("/openapi.json", "", {{"If-None-Match", document.headers.at("etag")}}).status, 304);
  const Answer docs = Get("/docs");
  EXPECT_EQ(docs.status, 200);
  EXPECT_THAT(docs.headers.at("content-security-policy"), HasSubstr("default-src 'none'"));
  EXPECT_THAT(docs.headers.at("content-security-policy"), Not(HasSubstr("unsafe")));
  EXPECT_EQ(Get("/docs/docs.js").status, 200);
  EXPECT_EQ(Get("/docs/docs.css").status, 200);
  EXPECT_EQ(Get("/healthz").body, "ok\n");
  EXPECT_EQ(Get("/readyz").status, 200);
  EXPECT_EQ(Fetch(port(), "POST", "/docs").status, 405);
}

}  // namespace
}  // namespace laurel::gateway::testing
