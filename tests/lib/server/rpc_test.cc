#include "lib/server/rpc.h"

#include <future>
#include <stdexcept>

#include "absl/synchronization/notification.h"
#include "lib/status/error.h"
#include "lib/status/mapping.h"
#include "tests/lib/server/fixture.h"

namespace laurel::server {
namespace {

namespace pb = laurel::api::v1;
using ::testing::HasSubstr;
using ::testing::Not;

std::string Code(const absl::Status& status) {
  return status::CodeName(status.code()) + " " + status::ReasonOf(status);
}

using RpcTest = ServerFixture;

TEST_F(RpcTest, TheHandlerLearnsWhoCalls) {
  Serve();
  Call seen;
  behaviour_.get = [&](const Call& call, const auto&, mpb::GetMemberResponse* response) {
    seen = call;
    response->mutable_member()->set_member_id(kAnna);
    return absl::OkStatus();
  };
  const auth::Caller anna = Anna();
  ASSERT_EQ(GetMember("gateway", &anna), absl::OkStatus());
  EXPECT_EQ(seen.caller.Principal(), std::string("member:") + kAnna);
  EXPECT_EQ(seen.peer, "gateway");
  EXPECT_STREQ(seen.method, "GetMember");
  EXPECT_EQ(GetMember("operator"), absl::OkStatus());
  EXPECT_EQ(seen.caller.Principal(), "peer:operator");
}

TEST_F(RpcTest, StrangersAreRefused) {
  Serve();
  EXPECT_EQ(Code(GetMember("stranger")), "UNAUTHENTICATED PEER_UNKNOWN");
}

TEST_F(RpcTest, TheCallerEntryIsBelievedOnlyFromTheGateway) {
  Serve();
  const auth::Caller anna = Anna();
  EXPECT_EQ(Code(GetMember("gateway", &anna)), "OK ");
  EXPECT_EQ(Code(GetMember("rewards", &anna)), "PERMISSION_DENIED CALLER_NOT_TRUSTED");
  EXPECT_EQ(Code(GetMember("operator", &anna)), "PERMISSION_DENIED CALLER_NOT_TRUSTED");
  const auth::Caller promoted = {
      .kind = pb::CALLER_KIND_STAFF, .subject = "x", .roles = {pb::ROLE_OPERATOR}};
  EXPECT_EQ(Code(GetMember("gateway", &promoted)), "UNAUTHENTICATED CALLER_MALFORMED");
}

TEST_F(RpcTest, RolesAreChecked) {
  Serve();
  // The gateway itself may not read members; staff that may only look may not see one.
  EXPECT_EQ(Code(GetMember("gateway")), "PERMISSION_DENIED ROLE_REQUIRED");
  const auth::Caller viewer = Staff(pb::ROLE_VIEWER);
  EXPECT_EQ(Code(GetMember("gateway", &viewer)), "PERMISSION_DENIED ROLE_REQUIRED");
  const auth::Caller admin = Staff(pb::ROLE_ADMIN);
  EXPECT_EQ(Code(GetMember("gateway", &admin)), "OK ");
}

TEST_F(RpcTest, AnotherProgrammeIsNotFound) {
  Serve();
  const auth::Caller agent = Staff(pb::ROLE_AGENT);
  EXPECT_EQ(Code(GetMember("gateway", &agent, kAnna, kOtherProgram)),
            "NOT_FOUND PROGRAM_NOT_FOUND");
  EXPECT_EQ(Code(GetMember("gateway", &agent, kAnna, "")), "NOT_FOUND PROGRAM_NOT_FOUND");
  EXPECT_EQ(Code(GetMember("shop", nullptr, kAnna, kOtherProgram)), "NOT_FOUND PROGRAM_NOT_FOUND");
  EXPECT_EQ(Code(GetMember("shop")), "OK ");
  // A peer of all programmes says which one it means.
  EXPECT_EQ(Code(GetMember("rewards", nullptr, kAnna, kOtherProgram)), "OK ");
  EXPECT_EQ(Code(GetMember("rewards", nullptr, kAnna, "")), "INVALID_ARGUMENT INVALID_REQUEST");
  // A member without a programme is nobody's member.
  auth::Caller homeless = Anna();
  homeless.program_id = "";
  EXPECT_EQ(Code(GetMember("gateway", &homeless)), "NOT_FOUND PROGRAM_NOT_FOUND");
}

TEST_F(RpcTest, AnotherMemberIsNotFoundInTheSameBytesAsNone) {
  Serve();
  behaviour_.get = [](const Call&, const auto&, auto*) { return auth::MemberNotFound(); };
  const auth::Caller anna = Anna();
  const absl::Status foreign = GetMember("gateway", &anna, kBerta);
  EXPECT_EQ(Code(foreign), "NOT_FOUND MEMBER_NOT_FOUND");
  EXPECT_EQ(foreign, GetMember("gateway", &anna, kAnna));
  behaviour_.get = [](const Call&, const auto&, auto*) { return absl::OkStatus(); };
  EXPECT_EQ(Code(GetMember("gateway", &anna, kBerta)), "NOT_FOUND MEMBER_NOT_FOUND");
  EXPECT_EQ(Code(GetMember("gateway", &anna, "")), "NOT_FOUND MEMBER_NOT_FOUND");
  auth::Caller greedy = Anna();
  greedy.roles.push_back(pb::ROLE_ADMIN);
  EXPECT_EQ(Code(GetMember("gateway", &greedy, kBerta)), "NOT_FOUND MEMBER_NOT_FOUND");
}

TEST_F(RpcTest, WhatMovesValueNeedsAnIdempotencyKey) {
  Serve();
  mpb::RecordOrderRequest order = ValidOrder();
  EXPECT_EQ(Code(RecordOrder("operator", order)), "OK ");
  order.clear_request_id();
  EXPECT_EQ(Code(RecordOrder("operator", order)), "INVALID_ARGUMENT IDEMPOTENCY_KEY_REQUIRED");
}

TEST_F(RpcTest, FieldRulesComeBeforeTheHandlerAndAfterTheRest) {
  Serve();
  int handled = 0;
  behaviour_.record = [&](const Call&, const auto&, Done done) {
    ++handled;
    done(absl::OkStatus());
  };
  mpb::RecordOrderRequest order = ValidOrder();
  order.set_currency_code("euro");
  order.mutable_lines(0)->set_amount_minor_units(-1);
  const absl::Status status = RecordOrder("operator", order);
  EXPECT_EQ(Code(status), "INVALID_ARGUMENT INVALID_REQUEST");
  EXPECT_THAT(std::string(status.message()), HasSubstr("currencyCode"));
  EXPECT_THAT(std::string(status.message()), HasSubstr("lines[0].amountMinorUnits"));
  const auth::Caller viewer = Staff(pb::ROLE_VIEWER);
  EXPECT_EQ(Code(RecordOrder("gateway", order, &viewer)), "PERMISSION_DENIED ROLE_REQUIRED");
  EXPECT_EQ(handled, 0);
}

TEST_F(RpcTest, WhatIsThrownStaysInTheLog) {
  Serve();
  behaviour_.get = [](const Call&, const auto&, auto*) -> absl::Status {
    throw std::runtime_error("relation \"wallets\" is gone");
  };
  const absl::Status status = GetMember("operator");
  EXPECT_EQ(Code(status), "INTERNAL INTERNAL");
  EXPECT_THAT(std::string(status.message()), Not(HasSubstr("wallets")));
  // The id in the answer is the one in the log.
  const std::string message(status.message());
  const std::string trace_id = message.substr(message.size() - 33, 32);
  EXPECT_EQ(log_.Count(trace_id), 1) << message << log_.Text();
  EXPECT_THAT(log_.Text(), HasSubstr("wallets"));
}

TEST_F(RpcTest, OurFaultsAreOpaque) {
  Serve();
  for (const absl::Status& fault : {absl::InternalError("secret"), absl::UnknownError("secret"),
                                    absl::DataLossError("secret")}) {
    behaviour_.get = [&](const Call&, const auto&, auto*) { return fault; };
    const absl::Status status = GetMember("operator");
    EXPECT_EQ(Code(status), "INTERNAL INTERNAL");
    EXPECT_THAT(status.ToString(), Not(HasSubstr("secret")));
  }
  EXPECT_EQ(log_.Count("secret"), 3);
}

// Larger trailers than a peer takes would end the connection with all its calls.
TEST_F(RpcTest, ALongRefusalHarmsNeitherItselfNorItsNeighbours) {
  Serve();
  absl::Notification refused;
  behaviour_.get = [&](const Call&, const mpb::GetMemberRequest& request, auto*) {
    if (request.member_id() == kBerta) {
      refused.WaitForNotification();
      return absl::OkStatus();
    }
    std::vector<status::Violation> violations;
    for (int i = 0; i < 200; ++i)
      violations.push_back({"attributes[" + std::to_string(i) + "]", std::string(1000, 'x')});
    return status::Invalid("ACTIVITY_INVALID", violations);
  };
  ChannelAs("operator");
  auto neighbour =
      std::async(std::launch::async, [&] { return GetMember("operator", nullptr, kBerta); });
  while (server_->metrics().Text().find("in_flight_calls 1") == std::string::npos)
    std::this_thread::yield();
  const absl::Status status = GetMember("operator");
  refused.Notify();
  EXPECT_EQ(Code(status), "INVALID_ARGUMENT ACTIVITY_INVALID");
  EXPECT_EQ(neighbour.get(), absl::OkStatus());
}

TEST_F(RpcTest, AnAsynchronousHandlerMayAnswerLaterFromAnotherThread) {
  Serve();
  std::thread other;
  behaviour_.record = [&](const Call&, const auto&, Done done) {
    other = std::thread([done = std::move(done)]() mutable { done(absl::OkStatus()); });
  };
  EXPECT_EQ(RecordOrder("operator", ValidOrder()), absl::OkStatus());
  other.join();
}

TEST_F(RpcTest, ADroppedOrThrowingAsynchronousHandlerStillAnswers) {
  Serve();
  behaviour_.record = [](const Call&, const auto&, Done) {};
  EXPECT_EQ(Code(RecordOrder("operator", ValidOrder())), "INTERNAL INTERNAL");
  behaviour_.record = [](const Call&, const auto&, Done) { throw std::runtime_error("oops"); };
  EXPECT_EQ(Code(RecordOrder("operator", ValidOrder())), "INTERNAL INTERNAL");
  StopAndJoin();
  EXPECT_EQ(log_.Count("oops"), 1);
  EXPECT_EQ(log_.Count("without an answer"), 2);
}

TEST_F(RpcTest, AFullQueueRefusesAtOnceAndSaysWhenToComeBack) {
  options_.workers = 1;
  Serve();
  absl::Notification release;
  behaviour_.get = [&](const Call&, const auto&, auto*) {
    release.WaitForNotification();
    return absl::OkStatus();
  };
  ChannelAs("operator");
  constexpr int kCalls = 70;  // one runs, 64 wait
  std::vector<std::future<absl::Status>> calls;
  std::atomic<int> refused{0};
  for (int i = 0; i < kCalls; ++i) {
    calls.push_back(std::async(std::launch::async, [&] {
      absl::Status status = GetMember("operator");
      // The rest is let go once the refused ones have come back, which cannot depend on it.
      if (!status.ok() && ++refused == 5) release.Notify();
      return status;
    }));
  }
  int overloaded = 0;
  for (auto& call : calls) {
    const absl::Status status = call.get();
    if (status.ok()) continue;
    ++overloaded;
    EXPECT_EQ(Code(status), "RESOURCE_EXHAUSTED OVERLOADED");
    EXPECT_EQ(status::RetryAfterSeconds(status), 1);
  }
  // A sixth where the first had not left the queue yet.
  EXPECT_GE(overloaded, 5);
  EXPECT_LE(overloaded, 6);
}

TEST_F(RpcTest, NobodyWorksForACallerWhoseDeadlineHasPassed) {
  options_.workers = 1;
  Serve();
  absl::Notification begun;
  absl::Notification release;
  std::atomic<int> handled{0};
  behaviour_.get = [&](const Call&, const auto&, auto*) {
    if (++handled == 1) begun.Notify();
    release.WaitForNotification();
    return absl::OkStatus();
  };
  auto first = std::async(std::launch::async, [&] { return GetMember("operator"); });
  begun.WaitForNotification();
  // This one waits behind the first until its caller's patience ends.
  const absl::Duration patience = absl::Seconds(2);
  auto second = std::async(std::launch::async, [&] {
    mpb::GetMemberRequest request;
    request.set_program_id(kProgram);
    request.set_member_id(kAnna);
    mpb::GetMemberResponse response;
    const auto context = client::NewContext(client::Background(patience));
    const auto stub = mpb::MemberService::NewStub(ChannelAs("operator"));
    return stub->GetMember(context.get(), request, &response);
  });
  while (server_->runtime().workers().queued() == 0) std::this_thread::yield();
  // The server counts the deadline from the call's arrival, and gRPC rounds it up a little.
  const base::SystemClock clock;
  const absl::Time passed = clock.Now() + patience * 1.1;
  EXPECT_EQ(second.get().error_code(), grpc::StatusCode::DEADLINE_EXCEEDED);
  while (clock.Now() < passed) std::this_thread::yield();
  release.Notify();
  EXPECT_EQ(first.get(), absl::OkStatus());
  StopAndJoin();
  EXPECT_EQ(handled, 1);
  EXPECT_EQ(log_.Count("DEADLINE_PASSED") + log_.Count("CALLER_LEFT"), 1) << log_.Text();
}

TEST_F(RpcTest, TheTraceGoesOnAndTheDeadlineIsHandedDown) {
  Serve();
  Call seen;
  behaviour_.get = [&](const Call& call, const auto&, auto*) {
    seen = call;
    return absl::OkStatus();
  };
  const trace::Scope scope = client::Background(absl::Seconds(45));
  mpb::GetMemberRequest request;
  request.set_program_id(kProgram);
  request.set_member_id(kAnna);
  mpb::GetMemberResponse response;
  const auto context = client::NewContext(scope);
  ASSERT_TRUE(mpb::MemberService::NewStub(ChannelAs("operator"))
                  ->GetMember(context.get(), request, &response)
                  .ok());
  EXPECT_EQ(seen.trace.TraceId(), scope.trace.TraceId());
  EXPECT_NE(seen.trace.span, scope.trace.span);
  EXPECT_LT(absl::AbsDuration(seen.deadline - scope.deadline), absl::Seconds(1));
}

TEST_F(RpcTest, CountsWhatItAnswers) {
  Serve();
  EXPECT_TRUE(GetMember("operator").ok());
  EXPECT_TRUE(GetMember("operator").ok());
  EXPECT_FALSE(GetMember("gateway").ok());
  StopAndJoin();
  const std::string text = server_->metrics().Text();
  EXPECT_THAT(text, HasSubstr("laurel_members_rpc_requests_total{code=\"OK\","
                              "method=\"GetMember\"} 2"));
  EXPECT_THAT(text, HasSubstr("laurel_members_rpc_requests_total{code=\"PERMISSION_DENIED\","
                              "method=\"GetMember\"} 1"));
  EXPECT_THAT(text, HasSubstr("laurel_members_rpc_duration_seconds_count{method=\"GetMember\"} 3"));
  EXPECT_THAT(text, HasSubstr("laurel_members_rpc_in_flight_calls 0"));
}

TEST_F(RpcTest, LogsErrorsAlwaysAndSuccessesAsOftenAsSet) {
  common_.log_sample = 2;
  Serve();
  for (int i = 0; i < 4; ++i) EXPECT_TRUE(GetMember("operator").ok());
  EXPECT_FALSE(GetMember("gateway").ok());
  StopAndJoin();
  EXPECT_EQ(log_.Count("\"code\":\"OK\""), 2);
  EXPECT_EQ(log_.Count("\"reason\":\"ROLE_REQUIRED\""), 1);
  EXPECT_EQ(log_.Count("\"trace_id\":\""), 3);
}

TEST_F(RpcTest, TheLogNeverRepeatsARequest) {
  common_.log_sample = 1;
  Serve();
  mpb::RecordOrderRequest order = ValidOrder();
  order.mutable_lines(0)->set_sku("anna@example.org");
  order.set_external_id("anna@example.org");
  EXPECT_TRUE(RecordOrder("operator", order).ok());
  order.set_currency_code("anna@example.org");
  EXPECT_FALSE(RecordOrder("operator", order).ok());
  StopAndJoin();
  EXPECT_EQ(log_.Count("RecordOrder"), 2);
  EXPECT_EQ(log_.Count("anna@example.org"), 0);
}

}  // namespace
}  // namespace laurel::server
