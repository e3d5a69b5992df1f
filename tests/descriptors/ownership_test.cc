// Whose object it is, over the wire and for every rpc that is open to members and names its owner:
// another member's id is answered like one that nobody has, byte for byte, and the handler never
// learns of it. Generated from the descriptors; a new such rpc makes this red until it is listed.
#include <gmock/gmock.h>
#include <grpcpp/generic/generic_stub.h>
#include <grpcpp/grpcpp.h>

#include <atomic>
#include <future>
#include <set>
#include <thread>

#include "laurel/gamification/v1/gamification.grpc.pb.h"
#include "laurel/members/v1/activity_service.grpc.pb.h"
#include "laurel/members/v1/household.grpc.pb.h"
#include "laurel/members/v1/ledger.grpc.pb.h"
#include "laurel/members/v1/member.grpc.pb.h"
#include "laurel/members/v1/order.grpc.pb.h"
#include "laurel/members/v1/tier.grpc.pb.h"
#include "laurel/members/v1/wallet.grpc.pb.h"
#include "laurel/members/v1/way.grpc.pb.h"
#include "laurel/referrals/v1/referral.grpc.pb.h"
#include "laurel/rewards/v1/reward.grpc.pb.h"
#include "laurel/rewards/v1/reward_way.grpc.pb.h"
#include "lib/auth/caller.h"
#include "lib/client/channel.h"
#include "lib/server/rpc.h"
#include "lib/server/server.h"
#include "lib/status/error.h"
#include "lib/status/mapping.h"
#include "tests/descriptors/sample.h"
#include "tests/lib/support/certificates.h"

namespace laurel::testing {
namespace {

namespace api = laurel::api::v1;
namespace proto = google::protobuf;
using proto::MethodDescriptor;
using ::testing::ElementsAreArray;

constexpr char kProgram[] = "prg_01jd0000000000000000000000";  // what Sample() fills in
constexpr char kOtherProgram[] = "prg_01jd0000000000000000000001";
constexpr char kAnna[] = "mem_01jd0000000000000000000000";
constexpr char kBerta[] = "mem_01jd0000000000000000000001";
constexpr char kNobody[] = "mem_01jd0000000000000000000002";

// What the handlers share: how often one was reached.
struct Reached {
  mutable std::atomic<int> count{0};
};

template <typename Req, typename Res>
absl::Status Reach(const Reached& reached, const server::Call&, const Req&, Res*) {
  ++reached.count;
  return absl::OkStatus();
}

#define LAUREL_TEST_SERVICE(package, Service)                                                    \
  class Test##Service final : public laurel::package::v1::Service::CallbackService {             \
   public:                                                                                       \
    Test##Service(server::Runtime& runtime, const Reached& reached)                              \
        : rpc_(runtime, laurel::package::v1::Service::service_full_name()), reached_(reached) {} \
                                                                                                 \
   private:                                                                                      \
    server::Rpc rpc_;                                                                            \
    const Reached& reached_;                                                                     \
                                                                                                 \
   public:
#define LAUREL_TEST_RPC(package, Method)                                                       \
  grpc::ServerUnaryReactor* Method(grpc::CallbackServerContext* context,                       \
                                   const laurel::package::v1::Method##Request* request,        \
                                   laurel::package::v1::Method##Response* response) override { \
    return rpc_.Run(                                                                           \
        #Method, context, request, response,                                                   \
        Reach<laurel::package::v1::Method##Request, laurel::package::v1::Method##Response>,    \
        reached_);                                                                             \
  }

// clang-format off
LAUREL_TEST_SERVICE(members, MemberService)
  LAUREL_TEST_RPC(members, GetMember)
};
LAUREL_TEST_SERVICE(members, WalletService)
  LAUREL_TEST_RPC(members, ListBalances)
  LAUREL_TEST_RPC(members, ListEntries)
};
LAUREL_TEST_SERVICE(members, LedgerService)
  LAUREL_TEST_RPC(members, GetBalanceAsOf)
  LAUREL_TEST_RPC(members, GetSchedule)
  LAUREL_TEST_RPC(members, ListLedgerEntries)
  LAUREL_TEST_RPC(members, GetEntry)
};
LAUREL_TEST_SERVICE(members, ActivityService)
  LAUREL_TEST_RPC(members, RecordActivity)
  LAUREL_TEST_RPC(members, ListActivities)
  LAUREL_TEST_RPC(members, GrantConsent)
  LAUREL_TEST_RPC(members, WithdrawConsent)
  LAUREL_TEST_RPC(members, ListConsents)
};
LAUREL_TEST_SERVICE(members, TierService)
  LAUREL_TEST_RPC(members, GetMemberTiers)
};
LAUREL_TEST_SERVICE(members, HouseholdService)
  LAUREL_TEST_RPC(members, GetHousehold)
  LAUREL_TEST_RPC(members, LeaveHousehold)
  LAUREL_TEST_RPC(members, ContributePoints)
};
LAUREL_TEST_SERVICE(members, OrderService)
  LAUREL_TEST_RPC(members, ListOrders)
};
LAUREL_TEST_SERVICE(members, WayService)
  LAUREL_TEST_RPC(members, ListWays)
};
LAUREL_TEST_SERVICE(rewards, RewardWayService)
  LAUREL_TEST_RPC(rewards, ListAffordableRewards)
};
LAUREL_TEST_SERVICE(rewards, RedemptionService)
  LAUREL_TEST_RPC(rewards, RedeemReward)
  LAUREL_TEST_RPC(rewards, ListRedemptions)
};
LAUREL_TEST_SERVICE(referrals, ReferralService)
  LAUREL_TEST_RPC(referrals, CreateReferralCode)
  LAUREL_TEST_RPC(referrals, RegisterReferral)
  LAUREL_TEST_RPC(referrals, ListReferrals)
};
LAUREL_TEST_SERVICE(gamification, ChallengeService)
  LAUREL_TEST_RPC(gamification, ListChallengeProgress)
};
LAUREL_TEST_SERVICE(gamification, BadgeService)
  LAUREL_TEST_RPC(gamification, ListBadges)
};
LAUREL_TEST_SERVICE(gamification, LeaderboardService)
  LAUREL_TEST_RPC(gamification, GetRank)
};
// clang-format on

std::vector<const MethodDescriptor*> OwnedMethods() {
  std::vector<const MethodDescriptor*> owned;
  for (const auto* method : AllMethods()) {
    const auto& rules = rules::MethodRulesOf(method);
    const bool member = std::find(rules.roles().begin(), rules.roles().end(), api::ROLE_MEMBER) !=
                        rules.roles().end();
    if (member && !rules.owner_field().empty()) owned.push_back(method);
  }
  return owned;
}

class Ownership : public ::testing::Test {
 protected:
  Ownership() {
    const tls::Files files = authority_.Issue("members");
    config::Common common;
    common.ca_file = files.ca;
    common.peers_file = dir_.Write("peers.json", R"({"gateway": {"kind": "gateway"}})");
    config::ServerOptions options;
    options.listen = "127.0.0.1:0";
    options.metrics_listen = "127.0.0.1:0";
    options.cert_file = files.cert;
    options.key_file = files.key;
    options.drain_notice_ms = 0;
    server_ = *server::Server::Create("members", common, options);
    Add<TestMemberService>();
    Add<TestWalletService>();
    Add<TestLedgerService>();
    Add<TestHouseholdService>();
    Add<TestActivityService>();
    Add<TestTierService>();
    Add<TestOrderService>();
    Add<TestWayService>();
    Add<TestRewardWayService>();
    Add<TestRedemptionService>();
    Add<TestReferralService>();
    Add<TestChallengeService>();
    Add<TestBadgeService>();
    Add<TestLeaderboardService>();
    EXPECT_EQ(server_->Start(), absl::OkStatus());
    running_ = std::thread([this] { EXPECT_EQ(server_->Run(), absl::OkStatus()); });
    stub_ = std::make_unique<grpc::GenericStub>(
        *client::NewChannel({.target = "127.0.0.1:" + std::to_string(server_->port()),
                             .peer_name = "members",
                             .files = authority_.Issue("gateway")}));
  }
  ~Ownership() override {
    server_->Stop();
    running_.join();
  }

  template <typename Service>
  void Add() {
    services_.push_back(std::make_unique<Service>(server_->runtime(), reached_));
    server_->Add(services_.back().get());
  }

  // The method as Anna, with this owner and programme in an otherwise valid request.
  grpc::Status Call(const MethodDescriptor& method, const std::string& owner,
                    const std::string& program = kProgram) {
    const auto request = Sample(*method.input_type());
    const auto set = [&](const proto::FieldDescriptor* field, const std::string& text) {
      request->GetReflection()->SetString(request.get(), field, text);
    };
    set(method.input_type()->FindFieldByName(rules::MethodRulesOf(&method).owner_field()), owner);
    set(rules::KnownFieldsOf(method.input_type()).program, program);
    if (const auto* id = rules::KnownFieldsOf(method.input_type()).request_id) set(id, "r-1");
    const auth::Caller anna{.program_id = kProgram,
                            .kind = api::CALLER_KIND_MEMBER,
                            .subject = kAnna,
                            .roles = {api::ROLE_MEMBER}};
    const auto context = client::NewContext(client::Background(absl::Seconds(60)));
    context->AddMetadata(auth::kCallerMetadata, auth::Encode(anna));
    const grpc::Slice slice(request->SerializeAsString());
    grpc::ByteBuffer sent(&slice, 1);
    grpc::ByteBuffer answer;
    std::promise<grpc::Status> done;
    stub_->UnaryCall(context.get(), "/" + method.service()->full_name() + "/" + method.name(),
                     grpc::StubOptions(), &sent, &answer,
                     [&done](grpc::Status status) { done.set_value(std::move(status)); });
    return done.get_future().get();
  }

  TempDir dir_;
  Authority authority_;
  Reached reached_;
  std::unique_ptr<server::Server> server_;
  std::vector<std::unique_ptr<grpc::Service>> services_;
  std::thread running_;
  std::unique_ptr<grpc::GenericStub> stub_;
};

TEST_F(Ownership, OnesOwnIsReached) {
  for (const auto* method : OwnedMethods()) {
    const int before = reached_.count;
    const grpc::Status status = Call(*method, kAnna);
    EXPECT_TRUE(status.ok()) << method->full_name() << ": " << status.error_message();
    EXPECT_EQ(reached_.count, before + 1) << method->full_name();
  }
}

TEST_F(Ownership, AnothersAndNobodysAreTheSameBytesAndReachNothing) {
  ASSERT_GE(OwnedMethods().size(), 12U);
  for (const auto* method : OwnedMethods()) {
    const grpc::Status foreign = Call(*method, kBerta);
    const grpc::Status unknown = Call(*method, kNobody);
    EXPECT_EQ(status::ReasonOf(status::FromGrpc(foreign)), "MEMBER_NOT_FOUND")
        << method->full_name();
    EXPECT_EQ(foreign.error_code(), grpc::StatusCode::NOT_FOUND);
    EXPECT_EQ(foreign.error_message(), unknown.error_message());
    EXPECT_EQ(foreign.error_details(), unknown.error_details());
  }
  EXPECT_EQ(reached_.count, 0);
}

TEST_F(Ownership, AnotherProgrammeIsNotThere) {
  for (const auto* method : OwnedMethods()) {
    const grpc::Status status = Call(*method, kAnna, kOtherProgram);
    EXPECT_EQ(status::ReasonOf(status::FromGrpc(status)), "PROGRAM_NOT_FOUND")
        << method->full_name();
  }
  EXPECT_EQ(reached_.count, 0);
}

// Where the owner is known only once the object is loaded, each service tests its own handler.
TEST(OwnersInHandlers, AreTheseAndTestedThere) {
  std::vector<std::string> found;
  for (const auto* method : AllMethods()) {
    if (rules::MethodRulesOf(method).owner_in_handler()) found.push_back(method->full_name());
  }
  EXPECT_THAT(found, ::testing::UnorderedElementsAre(
                         "laurel.members.v1.OrderService.GetOrder",  // ledger/orders_test.cc
                         "laurel.rewards.v1.RedemptionService.GetRedemption",  // ownership_test.cc
                         "laurel.referrals.v1.ReferralService.GetReferral"));  // referral_test.cc
}

}  // namespace
}  // namespace laurel::testing
