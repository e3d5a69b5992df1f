// Every rpc over the wire, through mutual TLS and the wrapper: roles, owners, request ids, fields.
#include "lib/server/server.h"

#include <gtest/gtest.h>

#include <thread>

#include "lib/auth/caller.h"
#include "lib/client/channel.h"
#include "lib/status/mapping.h"
#include "rewards-svc/service.h"
#include "tests/lib/support/certificates.h"
#include "tests/rewards-svc/matchers.h"
#include "tests/rewards-svc/world.h"

namespace laurel::rewards {
namespace {

namespace api = laurel::api::v1;

constexpr absl::StatusCode kNotFound = absl::StatusCode::kNotFound;
constexpr absl::StatusCode kDenied = absl::StatusCode::kPermissionDenied;
constexpr absl::StatusCode kInvalid = absl::StatusCode::kInvalidArgument;

class OverTheWire : public ::testing::Test {
 protected:
  OverTheWire() {
    const tls::Files files = authority_.Issue("rewards");
    config::Common common;
    common.ca_file = files.ca;
    common.peers_file = dir_.Write(
        "peers.json", R"({"gateway": {"kind": "gateway"}, "members": {"kind": "service"}})");
    config::ServerOptions options;
    options.listen = "127.0.0.1:0";
    options.metrics_listen = "127.0.0.1:0";
    options.cert_file = files.cert;
    options.key_file = files.key;
    options.drain_notice_ms = 0;
    server_ = *server::Server::Create("rewards", common, options);
    reward_service_ = std::make_unique<RewardService>(server_->runtime(), world_.deps());
    redemption_service_ = std::make_unique<RedemptionService>(server_->runtime(), world_.deps());
    server_->Add(reward_service_.get());
    server_->Add(redemption_service_.get());
    sink_service_ = std::make_unique<EventSinkService>(server_->runtime(), world_.deps());
    server_->Add(sink_service_.get());
    EXPECT_THAT(server_->Start(), IsOk());
    running_ = std::thread([this] { EXPECT_THAT(server_->Run(), IsOk()); });
    const auto channel =
        *client::NewChannel({.target = "127.0.0.1:" + std::to_string(server_->port()),
                             .peer_name = "rewards",
                             .files = authority_.Issue("gateway")});
    rewards_ = v1::RewardService::NewStub(channel);
    redemptions_ = v1::RedemptionService::NewStub(channel);
    member_ = world_.NewMember(100);
    other_ = world_.NewMember(100);
    reward_id_ = world_.MakeReward(10, 5).reward_id();
  }
  ~OverTheWire() override {
    server_->Stop();
    running_.join();
  }

  auth::Caller Member(const std::string& id) {
    return {.program_id = world_.program_id(),
            .kind = api::CALLER_KIND_MEMBER,
            .subject = id,
            .roles = {api::ROLE_MEMBER}};
  }
  auth::Caller Staff(auth::Role role) {
    return {.program_id = world_.program_id(),
            .kind = api::CALLER_KIND_STAFF,
            .subject = "stf_1",
            .roles = {role}};
  }
  static std::unique_ptr<grpc::ClientContext> As(const auth::Caller& caller) {
    auto context = client::NewContext(client::Background(absl::Seconds(30)));
    context->AddMetadata(auth::kCallerMetadata, auth::Encode(caller));
    return context;
  }
  absl::Status Redeem(const auth::Caller& caller, const std::string& request_id,
                      v1::Redemption* redemption = nullptr) {
    v1::RedeemRewardResponse response;
    const absl::Status status = status::FromGrpc(redemptions_->RedeemReward(
        As(caller).get(), world_.RedeemRequest(member_, reward_id_, request_id), &response));
    if (redemption != nullptr) *redemption = response.redemption();
    return status;
  }
  absl::Status Cancel(const auth::Caller& caller, const std::string& id,
                      const std::string& request_id) {
    v1::CancelRedemptionResponse response;
    return status::FromGrpc(redemptions_->CancelRedemption(
        As(caller).get(), world_.CancelRequest(id, request_id), &response));
  }
  absl::Status Use(const auth::Caller& caller, const std::string& id,
                   const std::string& request_id) {
    v1::UseRedemptionRequest request;
    request.set_program_id(world_.program_id());
    request.set_redemption_id(id);
    request.set_request_id(request_id);
    v1::UseRedemptionResponse response;
    return status::FromGrpc(redemptions_->UseRedemption(As(caller).get(), request, &response));
  }
  absl::Status Get(const auth::Caller& caller, const std::string& id) {
    v1::GetRedemptionRequest request;
    request.set_program_id(world_.program_id());
    request.set_redemption_id(id);
    v1::GetRedemptionResponse response;
    return status::FromGrpc(redemptions_->GetRedemption(As(caller).get(), request, &response));
  }
  absl::Status List(const auth::Caller& caller, const std::string& member) {
    v1::ListRedemptionsRequest request;
    request.set_program_id(world_.program_id());
    request.set_member_id(member);
    v1::ListRedemptionsResponse response;
    return status::FromGrpc(redemptions_->ListRedemptions(As(caller).get(), request, &response));
  }
  absl::Status Create(const auth::Caller& caller, const v1::CreateRewardRequest& request) {
    v1::CreateRewardResponse response;
    return status::FromGrpc(rewards_->CreateReward(As(caller).get(), request, &response));
  }
  absl::Status Adjust(const auth::Caller& caller, int64_t delta, const std::string& request_id) {
    v1::AdjustStockRequest request;
    request.set_program_id(world_.program_id());
    request.set_reward_id(reward_id_);
    request.set_delta(delta);
    request.set_request_id(request_id);
    v1::AdjustStockResponse response;
    return status::FromGrpc(rewards_->AdjustStock(As(caller).get(), request, &response));
  }

  World world_;
  testing::TempDir dir_;
  testing::Authority authority_;
  std::unique_ptr<server::Server> server_;
  std::unique_ptr<RewardService> reward_service_;
  std::unique_ptr<RedemptionService> redemption_service_;
  std::unique_ptr<EventSinkService> sink_service_;
  std::thread running_;
  std::unique_ptr<v1::RewardService::Stub> rewards_;
  std::unique_ptr<v1::RedemptionService::Stub> redemptions_;
  std::string member_;
  std::string other_;
  std::string reward_id_;
};

TEST_F(OverTheWire, TheWholeWay) {
  v1::CreateRewardRequest create;
  create.set_program_id(world_.program_id());
  create.mutable_reward()->set_display_name("Scarf");
  create.mutable_reward()->set_price_points(10);
  create.mutable_reward()->set_stock_limited(true);
  EXPECT_THAT(Create(Staff(api::ROLE_MANAGER), create), IsOk());
  EXPECT_THAT(Adjust(Staff(api::ROLE_ADMIN), 2, "a-1"), IsOk());
  v1::GetRewardRequest get;
  get.set_program_id(world_.program_id());
  get.set_reward_id(reward_id_);
  v1::GetRewardResponse reward;
  EXPECT_TRUE(rewards_->GetReward(As(Member(member_)).get(), get, &reward).ok());
  EXPECT_EQ(reward.reward().stock(), 7);
  v1::ListRewardsRequest list;
  list.set_program_id(world_.program_id());
  v1::ListRewardsResponse listed;
  EXPECT_TRUE(rewards_->ListRewards(As(Member(member_)).get(), list, &listed).ok());
  EXPECT_EQ(listed.rewards_size(), 2);

  v1::Redemption first;
  v1::Redemption second;
  EXPECT_THAT(Redeem(Member(member_), "r-1", &first), IsOk());
  EXPECT_THAT(Redeem(Member(member_), "r-2", &second), IsOk());
  EXPECT_THAT(Get(Member(member_), first.redemption_id()), IsOk());
  EXPECT_THAT(List(Member(member_), member_), IsOk());
  EXPECT_THAT(Use(Staff(api::ROLE_AGENT), first.redemption_id(), "u-1"), IsOk());
  EXPECT_THAT(Cancel(Staff(api::ROLE_AGENT), second.redemption_id(), "c-1"), IsOk());
  EXPECT_EQ(world_.members().Balance(member_), 90);
}

TEST_F(OverTheWire, MembersTouchOnlyTheirOwn) {
  v1::Redemption redemption;
  EXPECT_THAT(Redeem(Member(other_), "r-1"), IsError(kNotFound, "MEMBER_NOT_FOUND"));
  EXPECT_EQ(world_.members().Calls(), 0);
  ASSERT_THAT(Redeem(Member(member_), "r-1", &redemption), IsOk());
  const std::string id = redemption.redemption_id();
  EXPECT_THAT(List(Member(other_), member_), IsError(kNotFound, "MEMBER_NOT_FOUND"));
  EXPECT_THAT(Get(Member(other_), id), IsError(kNotFound, "REDEMPTION_NOT_FOUND"));
  const std::string unknown = base::EncodeId("rdm", world_.ids().Next(world_.clock().Now()));
  EXPECT_EQ(Get(Member(other_), id).ToString(), Get(Member(other_), unknown).ToString());
  // Not even one's own: these are for staff.
  EXPECT_THAT(Use(Member(member_), id, "u-1"), IsError(kDenied, "ROLE_REQUIRED"));
  EXPECT_THAT(Cancel(Member(member_), id, "c-1"), IsError(kDenied, "ROLE_REQUIRED"));
  EXPECT_EQ(world_.Get(id)->state(), v1::REDEMPTION_STATE_ISSUED);
}

TEST_F(OverTheWire, AnotherProgrammesCallersFindNothing) {
  auth::Caller stranger = Staff(api::ROLE_ADMIN);
  stranger.program_id = "prg_01jd0000000000000000000002";
  EXPECT_THAT(Redeem(stranger, "r-1"), IsError(kNotFound, "PROGRAM_NOT_FOUND"));
  EXPECT_THAT(Adjust(stranger, 1, "a-1"), IsError(kNotFound, "PROGRAM_NOT_FOUND"));
  EXPECT_EQ(world_.Stock(reward_id_), 5);
}

TEST_F(OverTheWire, RolesAreAskedFor) {
  EXPECT_THAT(Adjust(Staff(api::ROLE_AGENT), 1, "a-1"), IsError(kDenied, "ROLE_REQUIRED"));
  EXPECT_THAT(Create(Member(member_), {}), IsError(kDenied, "ROLE_REQUIRED"));
  EXPECT_THAT(Redeem(Staff(api::ROLE_VIEWER), "r-1"), IsError(kDenied, "ROLE_REQUIRED"));
}

// Events come from other services only, whoever else may do all that staff may do.
TEST_F(OverTheWire, ServicesTellWhatHasHappened) {
  events::v1::DeliverRequest request;
  request.set_source("members");
  request.set_fence(1);
  events::v1::Event& event = *request.add_events();
  event.set_id(base::ToBytes(world_.ids().Next(world_.clock().Now())));
  event.set_program_id(world_.program_id());
  event.set_member_id(member_);
  auto* granted = event.mutable_reward_granted();
  granted->set_grant_id(base::EncodeId("grt", base::HashedUuid("a grant")));
  granted->set_reward_id(reward_id_);
  granted->set_campaign_id(base::EncodeId("cmp", base::HashedUuid("a campaign")));
  granted->set_campaign_version(1);
  const auto deliver = [&](const std::string& peer, std::unique_ptr<grpc::ClientContext> context) {
    const auto channel =
        *client::NewChannel({.target = "127.0.0.1:" + std::to_string(server_->port()),
                             .peer_name = "rewards",
                             .files = authority_.Issue(peer)});
    const auto sink = events::v1::EventSinkService::NewStub(channel);
    events::v1::DeliverResponse response;
    return status::FromGrpc(sink->Deliver(context.get(), request, &response));
  };
  EXPECT_THAT(deliver("gateway", As(Staff(api::ROLE_ADMIN))), IsError(kDenied, "ROLE_REQUIRED"));
  EXPECT_EQ(world_.Stock(reward_id_), 5);
  EXPECT_THAT(deliver("members", client::NewContext(client::Background(absl::Seconds(30)))),
              IsOk());
  EXPECT_EQ(world_.Stock(reward_id_), 4);
}

TEST_F(OverTheWire, WhatMovesValueNeedsARequestId) {
  EXPECT_THAT(Redeem(Member(member_), ""), IsError(kInvalid, "IDEMPOTENCY_KEY_REQUIRED"));
  EXPECT_THAT(Adjust(Staff(api::ROLE_MANAGER), 1, ""),
              IsError(kInvalid, "IDEMPOTENCY_KEY_REQUIRED"));
  const std::string id = base::EncodeId("rdm", world_.ids().Next(world_.clock().Now()));
  EXPECT_THAT(Use(Staff(api::ROLE_AGENT), id, ""), IsError(kInvalid, "IDEMPOTENCY_KEY_REQUIRED"));
  EXPECT_THAT(Cancel(Staff(api::ROLE_AGENT), id, ""),
              IsError(kInvalid, "IDEMPOTENCY_KEY_REQUIRED"));
}

TEST_F(OverTheWire, MalformedFieldsAreRefused) {
  v1::CreateRewardRequest create;
  create.set_program_id(world_.program_id());
  create.mutable_reward()->set_price_points(-1);
  EXPECT_THAT(Create(Staff(api::ROLE_MANAGER), create), IsError(kInvalid, "INVALID_REQUEST"));
  EXPECT_THAT(Adjust(Staff(api::ROLE_MANAGER), 0, "a-1"), IsError(kInvalid, "INVALID_REQUEST"));
  EXPECT_THAT(Get(Staff(api::ROLE_AGENT), "rdm_x"), IsError(kInvalid, "INVALID_REQUEST"));
}

TEST_F(OverTheWire, RefusalsOfMembersSvcKeepTheirReasonOverTheWire) {
  world_.members().Block(member_, true);
  EXPECT_THAT(Redeem(Member(member_), "r-1"), IsError(kFailed, "MEMBER_BLOCKED"));
}

}  // namespace
}  // namespace laurel::rewards
