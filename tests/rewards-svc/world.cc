#include "tests/rewards-svc/world.h"

#include <gtest/gtest.h>

#include "absl/strings/escaping.h"
#include "lib/client/channel.h"
#include "lib/status/error.h"
#include "rewards-svc/handlers/handlers.h"
#include "rewards-svc/statements.h"

namespace laurel::rewards {
namespace {

const absl::Time kStart = absl::FromUnixSeconds(1767225600);  // 2026-01-01
constexpr char kProgram[] = "prg_01jd0000000000000000000001";

server::Call NewCall() {
  server::Call call;
  call.deadline = client::Background(absl::Seconds(30)).deadline;
  call.caller.program_id = kProgram;
  return call;
}

SagaDriver::Parts PartsOf(World& world, db::Pool& pool, const MembersClient& client) {
  return {.clock = world.clock(),
          .machine = world.machine(),
          .ids = world.ids(),
          .pool = pool,
          .relay = world.relay(),
          .metrics = world.metrics(),
          .members = client};
}

}  // namespace

testing::TestDatabase& World::SharedDatabase() {
  // Dropped at the end of the program, as a local static.
  static testing::TestDatabase database("rewards", Statements(), Migrations(), 16);
  return database;
}

World::World()
    : database_(SharedDatabase()),
      clock_(kStart),
      // Another day, so that a mix-up of the two shows.
      machine_(kStart + absl::Hours(24 * 1000)),
      program_id_(kProgram),
      relay_(database_.pool(), clock_, ids_, {.source = "rewards"}, {}),
      sagas_(PartsOf(*this, database_.pool(), client_)),
      consumer_(database_.pool(), clock_, registry_),
      deps_{.clock = clock_,
            .machine = machine_,
            .ids = ids_,
            .pool = database_.pool(),
            .metrics = metrics_,
            .sagas = sagas_,
            .consumer = consumer_,
            .relay = relay_} {
  std::string all;  // quicker than TRUNCATE, which makes files
  for (const char* table : {"rewards", "reward_stock", "redemptions", "coupon_codes", "saga_keys",
                            "request_keys", "outbox", "grants", "inbox_events", "inbox_fences"}) {
    all += std::string("DELETE FROM ") + table + ";";
  }
  database_.Admin(all);
}

void World::Advance(absl::Duration by) {
  clock_.Advance(by);
  machine_.Advance(by);
  members_.ForgetLateCallsBefore(machine_.Now() - kLease);
}

int World::DriveDue() {
  int steps = 0;
  for (;; ++steps) {
    const absl::StatusOr<bool> driven = sagas_.DriveNextDue();
    EXPECT_TRUE(driven.ok()) << driven.status();
    if (!driven.ok() || !*driven) return steps;
  }
}

bool World::SettleAll() {
  for (int second = 0; second <= 60; ++second) {
    DriveDue();
    if (database_.Admin("SELECT 1 FROM redemptions WHERE next_try_us IS NOT NULL").empty()) {
      return true;
    }
    Advance(absl::Seconds(1));
  }
  return false;
}

std::string World::NewMember(int64_t points) {
  const std::string member_id = base::EncodeId("mem", ids_.Next(clock_.Now()));
  members_.Give(member_id, points);
  return member_id;
}

std::string World::NewRequestId() { return base::ToString(ids_.Next(clock_.Now())); }

server::Call World::AsStaff() {
  server::Call call = NewCall();
  call.caller.kind = api::v1::CALLER_KIND_STAFF;
  call.caller.subject = "stf_1";
  call.caller.roles = {api::v1::ROLE_ADMIN};
  return call;
}

server::Call World::AsMember(const std::string& member_id) {
  server::Call call = NewCall();
  call.caller.kind = api::v1::CALLER_KIND_MEMBER;
  call.caller.subject = member_id;
  call.caller.roles = {api::v1::ROLE_MEMBER};
  return call;
}

absl::StatusOr<v1::Reward> World::Create(const v1::CreateRewardRequest& request) {
  v1::CreateRewardResponse response;
  LAUREL_RETURN_IF_ERROR(handlers::CreateReward(deps_, AsStaff(), request, &response));
  return response.reward();
}

absl::StatusOr<v1::Reward> World::CreateNew(int64_t price, bool limited, int64_t stock) {
  v1::CreateRewardRequest request;
  request.set_program_id(program_id_);
  request.mutable_reward()->set_display_name("A mug");
  request.mutable_reward()->set_price_points(price);
  request.mutable_reward()->set_stock_limited(limited);
  request.mutable_reward()->set_stock(stock);
  return Create(request);
}

v1::Reward World::MakeReward(int64_t price, int64_t stock) {
  return *CreateNew(price, true, stock);
}

v1::Reward World::MakeUncountedReward(int64_t price) { return *CreateNew(price, false, 0); }

absl::StatusOr<v1::Reward> World::Adjust(const std::string& reward_id, int64_t delta,
                                         const std::string& request_id) {
  v1::AdjustStockRequest request;
  request.set_program_id(program_id_);
  request.set_reward_id(reward_id);
  request.set_delta(delta);
  request.set_request_id(request_id);
  v1::AdjustStockResponse response;
  LAUREL_RETURN_IF_ERROR(handlers::AdjustStock(deps_, AsStaff(), request, &response));
  return response.reward();
}

v1::Reward World::Reward(const std::string& reward_id) {
  v1::GetRewardRequest request;
  request.set_program_id(program_id_);
  request.set_reward_id(reward_id);
  v1::GetRewardResponse response;
  EXPECT_EQ(handlers::GetReward(deps_, AsStaff(), request, &response), absl::OkStatus());
  return response.reward();
}

v1::RedeemRewardRequest World::RedeemRequest(const std::string& member_id,
                                             const std::string& reward_id,
                                             const std::string& request_id) const {
  v1::RedeemRewardRequest request;
  request.set_program_id(program_id_);
  request.set_reward_id(reward_id);
  request.set_member_id(member_id);
  request.set_request_id(request_id);
  return request;
}

absl::StatusOr<v1::Redemption> World::Redeem(const std::string& member_id,
                                             const std::string& reward_id,
                                             const std::string& request_id) {
  v1::RedeemRewardResponse response;
  LAUREL_RETURN_IF_ERROR(handlers::RedeemReward(
      deps_, AsMember(member_id), RedeemRequest(member_id, reward_id, request_id), &response));
  return response.redemption();
}

v1::CancelRedemptionRequest World::CancelRequest(const std::string& redemption_id,
                                                 const std::string& request_id) const {
  v1::CancelRedemptionRequest request;
  request.set_program_id(program_id_);
  request.set_redemption_id(redemption_id);
  request.set_request_id(request_id);
  request.set_reason("changed my mind");
  return request;
}

absl::StatusOr<v1::Redemption> World::Cancel(const std::string& redemption_id,
                                             const std::string& request_id) {
  v1::CancelRedemptionResponse response;
  LAUREL_RETURN_IF_ERROR(handlers::CancelRedemption(
      deps_, AsStaff(), CancelRequest(redemption_id, request_id), &response));
  return response.redemption();
}

absl::StatusOr<v1::Redemption> World::Use(const std::string& redemption_id,
                                          const std::string& request_id) {
  v1::UseRedemptionRequest request;
  request.set_program_id(program_id_);
  request.set_redemption_id(redemption_id);
  request.set_request_id(request_id);
  v1::UseRedemptionResponse response;
  LAUREL_RETURN_IF_ERROR(handlers::UseRedemption(deps_, AsStaff(), request, &response));
  return response.redemption();
}

absl::StatusOr<v1::Redemption> World::Get(const std::string& redemption_id,
                                          const server::Call& call) {
  v1::GetRedemptionRequest request;
  request.set_program_id(program_id_);
  request.set_redemption_id(redemption_id);
  v1::GetRedemptionResponse response;
  LAUREL_RETURN_IF_ERROR(handlers::GetRedemption(deps_, call, request, &response));
  return response.redemption();
}

std::vector<events::v1::Event> World::Events() {
  std::vector<events::v1::Event> events;
  for (const std::string& row : database_.Admin(
           "SELECT encode(events, 'hex') FROM outbox ORDER BY lane, position_us, outbox_id")) {
    events::v1::DeliverRequest packed;
    EXPECT_TRUE(packed.ParseFromString(absl::HexStringToBytes(row)));
    events.insert(events.end(), packed.events().begin(), packed.events().end());
  }
  return events;
}

}  // namespace laurel::rewards
