// members-svc and gamification-svc in one process: the relay of the one delivers to the other, the
// payer of the other posts points at the one, as the service that its certificate would name.
#pragma once

#include <grpcpp/grpcpp.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <future>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gamification-svc/deps.h"
#include "gamification-svc/handlers/handlers.h"
#include "gamification-svc/statements.h"
#include "laurel/members/v1/wallet.grpc.pb.h"
#include "lib/payout/payout.h"
#include "lib/payout/wallet_payer.h"
#include "lib/status/mapping.h"
#include "tests/members-svc/ledger/returns_fixture.h"

namespace laurel::testing {

// The wallets of members-svc, as gamification-svc calls them.
class WalletBridge final : private members::v1::WalletService::Service {
 public:
  explicit WalletBridge(members::testing::Process& process) : process_(process) {
    grpc::ServerBuilder builder;
    builder.RegisterService(static_cast<members::v1::WalletService::Service*>(this));
    server_ = builder.BuildAndStart();
    stub_ = members::v1::WalletService::NewStub(server_->InProcessChannel({}));
  }
  ~WalletBridge() override { server_->Shutdown(); }
  members::v1::WalletService::StubInterface& stub() { return *stub_; }

 private:
  template <typename Handler, typename Request, typename Response>
  grpc::Status Run(Handler handler, const char* method, const Request& request,
                   Response* response) {
    server::Call call = process_.call;
    call.caller.subject = "gamification";
    call.caller.roles = {api::v1::ROLE_SERVICE};
    call.method = method;
    std::promise<absl::Status> answered;
    handler(process_.deps, call, request, response,
            [&answered](absl::Status status) { answered.set_value(std::move(status)); });
    return status::ToGrpc(answered.get_future().get());
  }
  grpc::Status BatchPostPoints(grpc::ServerContext*,
                               const members::v1::BatchPostPointsRequest* request,
                               members::v1::BatchPostPointsResponse* response) override {
    return Run(members::handlers::BatchPostPoints, "BatchPostPoints", *request, response);
  }
  grpc::Status ClawBackPoints(grpc::ServerContext*,
                              const members::v1::ClawBackPointsRequest* request,
                              members::v1::ClawBackPointsResponse* response) override {
    return Run(members::handlers::ClawBackPoints, "ClawBackPoints", *request, response);
  }

  members::testing::Process& process_;
  std::unique_ptr<grpc::Server> server_;
  std::unique_ptr<members::v1::WalletService::StubInterface> stub_;
};

class TwoServices {
 public:
  explicit TwoServices(members::v1::ReturnMode mode)
      : world({members::testing::PolicyOf(members::v1::CLAW_BACK_POLICY_UNLIMITED)}, mode),
        database_("gamification", gamification::Statements(), gamification::Migrations()),
        machine_(members::testing::kStart),
        gamification_relay_(database_.pool(), world.clock, ids_, {.source = "gamification"}, {}),
        consumer_(database_.pool(), world.clock, registry_),
        bridge_(*world.process),
        worker_(database_.pool(), world.clock, machine_, registry_,
                payout::MakeWalletPayer(bridge_.stub())),
        payer_("payouts", absl::Hours(1), []() -> absl::StatusOr<bool> { return false; }),
        deps_{.clock = world.clock,
              .ids = ids_,
              .pool = database_.pool(),
              .relay = gamification_relay_,
              .consumer = consumer_,
              .payer = payer_},
        relay_(*world.process->pool, world.clock, ids_, {.source = "members"},
               {{"gamification", [this](const events::v1::DeliverRequest& request) {
                   events::v1::DeliverResponse response;
                   return gamification::handlers::Deliver(deps_, call(), request, &response);
                 }}}) {}

  const server::Call& call() const { return world.process->call; }

  void Make(const gamification::v1::Challenge& challenge) {
    gamification::v1::CreateChallengeRequest request;
    request.set_program_id(members::testing::kProgram);
    *request.mutable_challenge() = challenge;
    gamification::v1::CreateChallengeResponse response;
    world.Check(gamification::handlers::CreateChallenge(deps_, call(), request, &response));
  }

  // One round of everything that goes on by itself.
  void Step() {
    while (true) {
      const auto delivered = relay_.Round(0);
      ASSERT_TRUE(delivered.ok()) << delivered.status();
      if (*delivered == 0) break;
    }
    const auto more = worker_.Run();
    ASSERT_TRUE(more.ok()) << more.status();
  }
  // Until nothing is on its way.
  void Settle() {
    for (int i = 0; i < 12; ++i) {
      Step();
      machine_.Advance(absl::Minutes(5));
    }
    EXPECT_EQ(database_.Admin("SELECT count(*) FROM payouts WHERE state IN (1, 4)")[0], "0");
  }

  // What can be seen of a member in gamification-svc.
  std::string StandingOf(const std::string& member) {
    std::string out;
    gamification::v1::ListChallengeProgressRequest progress;
    progress.set_program_id(members::testing::kProgram);
    progress.set_member_id(member);
    gamification::v1::ListChallengeProgressResponse all;
    world.Check(gamification::handlers::ListChallengeProgress(deps_, call(), progress, &all));
    for (const auto& one : all.challenge_progress()) {
      absl::StrAppend(&out, one.challenge().display_name(), " ", one.value(),
                      one.has_complete_time() ? " completed" : "", one.paid() ? " paid" : "", "\n");
    }
    gamification::v1::ListBadgesRequest badges;
    badges.set_program_id(members::testing::kProgram);
    badges.set_member_id(member);
    gamification::v1::ListBadgesResponse held;
    world.Check(gamification::handlers::ListBadges(deps_, call(), badges, &held));
    std::vector<std::string> codes;
    for (const auto& badge : held.badges()) codes.push_back(badge.code());
    std::sort(codes.begin(), codes.end());
    for (const std::string& code : codes) absl::StrAppend(&out, "badge ", code, "\n");
    gamification::v1::GetRankRequest rank;
    rank.set_program_id(members::testing::kProgram);
    rank.set_member_id(member);
    gamification::v1::GetRankResponse standing;
    const absl::Status ranked = gamification::handlers::GetRank(deps_, call(), rank, &standing);
    absl::StrAppend(
        &out, "score ",
        ranked.ok() ? absl::StrCat(standing.standing().score()) : status::ReasonOf(ranked), "\n");
    return out;
  }

  members::testing::ReturnsWorld world;

 private:
  TestDatabase database_;
  base::ManualClock machine_;
  base::IdSource ids_;
  metrics::Registry registry_{"gamification"};
  outbox::Relay gamification_relay_;
  events::Consumer consumer_;
  WalletBridge bridge_;
  payout::Worker worker_;
  jobs::Periodic payer_;
  const gamification::Deps deps_;
  outbox::Relay relay_;
};

}  // namespace laurel::testing
