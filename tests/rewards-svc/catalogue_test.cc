// CreateReward, GetReward, AdjustStock.
#include <gtest/gtest.h>

#include "lib/base/timestamps.h"
#include "rewards-svc/handlers/handlers.h"
#include "tests/rewards-svc/matchers.h"
#include "tests/rewards-svc/world.h"

namespace laurel::rewards {
namespace {

class Catalogue : public ::testing::Test {
 protected:
  v1::CreateRewardRequest Valid() {
    v1::CreateRewardRequest request;
    request.set_program_id(world_.program_id());
    request.set_request_id(world_.NewRequestId());
    v1::Reward* reward = request.mutable_reward();
    reward->set_display_name("Tea for two");
    reward->set_description("With \"scones\", {jam} and \\cream");
    reward->set_price_points(150);
    reward->set_stock_limited(true);
    reward->set_stock(12);
    base::SetTimestamp(world_.clock().Now(), reward->mutable_start_time());
    base::SetTimestamp(world_.clock().Now() + absl::Hours(24), reward->mutable_end_time());
    return request;
  }

  World world_;
};

TEST_F(Catalogue, KeepsWhatWasGiven) {
  v1::CreateRewardRequest request = Valid();
  request.mutable_reward()->set_reward_id("rwd_mine");  // the server's to give
  const auto made = world_.Create(request);
  ASSERT_THAT(made, IsOk());
  EXPECT_EQ(made->reward_id().substr(0, 4), "rwd_");
  EXPECT_EQ(made->wallet_type(), "points");
  EXPECT_EQ(made->display_name(), "Tea for two");
  EXPECT_EQ(base::FromTimestamp(made->create_time()), world_.clock().Now());
  EXPECT_EQ(world_.Reward(made->reward_id()).SerializeAsString(), made->SerializeAsString());
}

TEST_F(Catalogue, CreateRewardIsIdempotent) {
  v1::CreateRewardRequest request = Valid();
  const auto first = world_.Create(request);
  world_.Advance(absl::Seconds(1));
  const auto second = world_.Create(request);
  ASSERT_THAT(second, IsOk());
  EXPECT_EQ(first->SerializeAsString(), second->SerializeAsString());
  EXPECT_EQ(world_.database().Admin("SELECT 1 FROM rewards").size(), 1U);
  request.mutable_reward()->set_price_points(151);
  EXPECT_THAT(world_.Create(request),
              IsError(absl::StatusCode::kInvalidArgument, "REQUEST_ID_REUSED"));
}

TEST_F(Catalogue, RefusesWhatMakesNoSense) {
  v1::CreateRewardRequest request = Valid();
  *request.mutable_reward()->mutable_end_time() = request.reward().start_time();
  EXPECT_THAT(world_.Create(request),
              IsError(absl::StatusCode::kInvalidArgument, "INVALID_REQUEST"));
  request = Valid();
  request.mutable_reward()->set_stock_limited(false);
  EXPECT_THAT(world_.Create(request),
              IsError(absl::StatusCode::kInvalidArgument, "INVALID_REQUEST"));
}

TEST_F(Catalogue, AdjustStockAddsAndTakes) {
  const std::string id = world_.MakeReward(10, 5).reward_id();
  EXPECT_EQ(world_.Adjust(id, 7, "a")->stock(), 12);
  EXPECT_EQ(world_.Adjust(id, -12, "b")->stock(), 0);
  EXPECT_THAT(world_.Adjust(id, -1, "c"), IsError(kFailed, "OUT_OF_STOCK"));
  EXPECT_EQ(world_.Adjust(id, 1'000'000'000, "d")->stock(), 1'000'000'000);
  EXPECT_THAT(world_.Adjust(id, 1, "e"), IsError(absl::StatusCode::kOutOfRange, "STOCK_TOO_LARGE"));
  EXPECT_EQ(world_.Stock(id), 1'000'000'000);
}

TEST_F(Catalogue, AdjustStockIsIdempotentAndARefusedOneLeavesNoTrace) {
  const std::string id = world_.MakeReward(10, 5).reward_id();
  EXPECT_THAT(world_.Adjust(id, -6, "a"), IsError(kFailed, "OUT_OF_STOCK"));
  EXPECT_THAT(world_.Adjust(id, 2, "b"), IsOk());
  EXPECT_EQ(world_.Adjust(id, -6, "a")->stock(), 1);
  EXPECT_EQ(world_.Adjust(id, -6, "a")->stock(), 1);
  EXPECT_EQ(world_.Adjust(id, 2, "b")->stock(), 7);  // as it was answered then
  EXPECT_THAT(world_.Adjust(id, 3, "b"),
              IsError(absl::StatusCode::kInvalidArgument, "REQUEST_ID_REUSED"));
  EXPECT_EQ(world_.Stock(id), 1);
}

TEST_F(Catalogue, StockThatIsNotCountedCannotBeAdjusted) {
  const std::string id = world_.MakeUncountedReward(10).reward_id();
  EXPECT_THAT(world_.Adjust(id, 1, "a"), IsError(kFailed, "STOCK_NOT_LIMITED"));
}

TEST_F(Catalogue, UnknownAndForeignAreTheSame) {
  const std::string id = world_.MakeReward(10, 5).reward_id();
  v1::GetRewardRequest request;
  v1::GetRewardResponse response;
  request.set_program_id("prg_01jd0000000000000000000002");
  request.set_reward_id(id);
  const absl::Status foreign =
      handlers::GetReward(world_.deps(), World::AsStaff(), request, &response);
  request.set_program_id(world_.program_id());
  request.set_reward_id(base::EncodeId("rwd", world_.ids().Next(world_.clock().Now())));
  const absl::Status unknown =
      handlers::GetReward(world_.deps(), World::AsStaff(), request, &response);
  EXPECT_THAT(foreign, IsError(absl::StatusCode::kNotFound, "REWARD_NOT_FOUND"));
  EXPECT_EQ(foreign.ToString(), unknown.ToString());
  EXPECT_THAT(world_.Adjust(request.reward_id(), 1, "a"),
              IsError(absl::StatusCode::kNotFound, "REWARD_NOT_FOUND"));
}

}  // namespace
}  // namespace laurel::rewards
