// RedeemReward and UseRedemption where members-svc answers.
#include <gtest/gtest.h>

#include "lib/base/timestamps.h"
#include "rewards-svc/domain/coupon_code.h"
#include "rewards-svc/domain/redemption.h"
#include "tests/rewards-svc/matchers.h"
#include "tests/rewards-svc/world.h"

namespace laurel::rewards {
namespace {

class Redeeming : public ::testing::Test {
 protected:
  Redeeming() {
    reward_id_ = world_.MakeReward(100, 3).reward_id();
    member_id_ = world_.NewMember(250);
  }
  std::vector<std::string> Column(const std::string& sql) { return world_.database().Admin(sql); }
  void ExpectRefused(const char* reason) {
    EXPECT_EQ(Column("SELECT state || ' ' || reason || ' ' || stock_held FROM redemptions"),
              std::vector<std::string>{std::string("4 ") + reason + " false"});
    EXPECT_EQ(world_.Stock(reward_id_), 3);
    EXPECT_TRUE(world_.Events().empty());
    EXPECT_TRUE(Column("SELECT 1 FROM saga_keys").empty());
  }

  World world_;
  std::string reward_id_;
  std::string member_id_;
};

TEST_F(Redeeming, SpendsOnceIssuesAndTells) {
  const auto redemption = world_.Redeem(member_id_, reward_id_, "r-1");
  ASSERT_THAT(redemption, IsOk());
  EXPECT_EQ(redemption->state(), v1::REDEMPTION_STATE_ISSUED);
  EXPECT_EQ(redemption->member_id(), member_id_);
  EXPECT_EQ(redemption->reward_id(), reward_id_);
  EXPECT_EQ(redemption->points(), 100);
  EXPECT_EQ(redemption->wallet_type(), "points");
  EXPECT_TRUE(IsCouponCode(redemption->coupon_code())) << redemption->coupon_code();
  EXPECT_EQ(base::FromTimestamp(redemption->update_time()), world_.clock().Now());
  EXPECT_EQ(world_.members().Balance(member_id_), 150);
  EXPECT_EQ(world_.Stock(reward_id_), 2);

  const auto events = world_.Events();
  ASSERT_EQ(events.size(), 1U);
  EXPECT_EQ(events[0].source(), "rewards");
  EXPECT_EQ(events[0].subject(), redemption->redemption_id());
  EXPECT_EQ(events[0].member_id(), member_id_);
  EXPECT_EQ(events[0].program_id(), world_.program_id());
  EXPECT_EQ(events[0].reward_issued().redemption_id(), redemption->redemption_id());
  EXPECT_EQ(events[0].reward_issued().reward_id(), reward_id_);
  EXPECT_EQ(events[0].reward_issued().points(), 100);

  const auto spends = world_.members().Spends();
  ASSERT_EQ(spends.size(), 1U);
  const auto request_id = base::ParseUuid(spends.begin()->first);
  ASSERT_TRUE(request_id.has_value());
  EXPECT_TRUE(request_id->IsV7());  // its day leads members-svc to the partition
  EXPECT_EQ(request_id->TimeOfV7(), world_.clock().Now());
  EXPECT_EQ(world_.metrics().issued.Value(), 1);
  EXPECT_EQ(world_.metrics().points_redeemed.Value(), 100);
}

TEST_F(Redeeming, TheSameRequestGetsTheSameAnswerForEver) {
  const auto first = world_.Redeem(member_id_, reward_id_, "r-1");
  ASSERT_THAT(first, IsOk());
  world_.Advance(absl::Minutes(1));
  EXPECT_EQ(world_.Redeem(member_id_, reward_id_, "r-1")->SerializeAsString(),
            first->SerializeAsString());
  ASSERT_THAT(world_.Use(first->redemption_id(), "u-1"), IsOk());
  world_.Advance(absl::Minutes(1));
  EXPECT_EQ(world_.Redeem(member_id_, reward_id_, "r-1")->SerializeAsString(),
            first->SerializeAsString());
  EXPECT_EQ(world_.members().Balance(member_id_), 150);
  EXPECT_EQ(world_.Stock(reward_id_), 2);
  EXPECT_EQ(world_.members().Calls(), 1);
}

TEST_F(Redeeming, TheSameIdWithOtherContentIsRefused) {
  ASSERT_THAT(world_.Redeem(member_id_, reward_id_, "r-1"), IsOk());
  const std::string other = world_.MakeReward(1, 1).reward_id();
  EXPECT_THAT(world_.Redeem(member_id_, other, "r-1"),
              IsError(absl::StatusCode::kInvalidArgument, "REQUEST_ID_REUSED"));
  // Another member's id is another scope.
  EXPECT_THAT(world_.Redeem(world_.NewMember(100), reward_id_, "r-1"), IsOk());
}

TEST_F(Redeeming, InsufficientPointsPassThroughAndTheIdIsFreeAgain) {
  const std::string poor = world_.NewMember(99);
  const auto refused = world_.Redeem(poor, reward_id_, "r-1");
  EXPECT_THAT(refused, IsError(kFailed, "INSUFFICIENT_POINTS"));
  EXPECT_EQ(refused.status().message(), "Not so many points.");
  ExpectRefused("INSUFFICIENT_POINTS");
  EXPECT_EQ(world_.metrics().refused.Value(), 1);
  world_.members().Give(poor, 1);
  EXPECT_THAT(world_.Redeem(poor, reward_id_, "r-1"), IsOk());
  EXPECT_EQ(world_.members().Balance(poor), 0);
}

TEST_F(Redeeming, BlockedMembersAreRefused) {
  world_.members().Block(member_id_, true);
  EXPECT_THAT(world_.Redeem(member_id_, reward_id_, "r-1"), IsError(kFailed, "MEMBER_BLOCKED"));
  ExpectRefused("MEMBER_BLOCKED");
}

TEST_F(Redeeming, UnknownMembersAreRefused) {
  const std::string nobody = base::EncodeId("mem", world_.ids().Next(world_.clock().Now()));
  EXPECT_THAT(world_.Redeem(nobody, reward_id_, "r-1"),
              IsError(absl::StatusCode::kNotFound, "MEMBER_NOT_FOUND"));
  ExpectRefused("MEMBER_NOT_FOUND");
}

TEST_F(Redeeming, AMissingWalletTypePassesThrough) {
  world_.members().RefuseNext(
      status::Error(absl::StatusCode::kNotFound, "WALLET_TYPE_NOT_FOUND", "No such wallet."));
  EXPECT_THAT(world_.Redeem(member_id_, reward_id_, "r-1"),
              IsError(absl::StatusCode::kNotFound, "WALLET_TYPE_NOT_FOUND"));
  ExpectRefused("WALLET_TYPE_NOT_FOUND");
}

TEST_F(Redeeming, PaysFromTheRewardsWallet) {
  v1::CreateRewardRequest request;
  request.set_program_id(world_.program_id());
  request.mutable_reward()->set_display_name("Gem");
  request.mutable_reward()->set_price_points(5);
  request.mutable_reward()->set_wallet_type("gems");
  const auto reward = world_.Create(request);
  ASSERT_THAT(world_.Redeem(member_id_, reward->reward_id(), "r-1"), IsOk());
  EXPECT_EQ(world_.members().Spends().begin()->second.wallet_type, "gems");
}

TEST_F(Redeeming, ARefusedRedemptionShowsItsReasonAndNoCode) {
  EXPECT_THAT(world_.Redeem(world_.NewMember(0), reward_id_, "r-1"),
              IsError(kFailed, "INSUFFICIENT_POINTS"));
  const auto id = base::ParseUuid(Column("SELECT redemption_id FROM redemptions")[0]);
  const auto redemption = world_.Get(base::EncodeId("rdm", *id));
  ASSERT_THAT(redemption, IsOk());
  EXPECT_EQ(redemption->state(), v1::REDEMPTION_STATE_REFUSED);
  EXPECT_EQ(redemption->reason(), "INSUFFICIENT_POINTS");
  EXPECT_EQ(redemption->coupon_code(), "");
}

TEST_F(Redeeming, WhatIsNotThereOrNotNowCallsNobody) {
  const std::string unknown = base::EncodeId("rwd", world_.ids().Next(world_.clock().Now()));
  EXPECT_THAT(world_.Redeem(member_id_, unknown, "r-1"),
              IsError(absl::StatusCode::kNotFound, "REWARD_NOT_FOUND"));
  v1::CreateRewardRequest request;
  request.set_program_id(world_.program_id());
  request.mutable_reward()->set_display_name("Tomorrow");
  request.mutable_reward()->set_price_points(5);
  base::SetTimestamp(world_.clock().Now() + absl::Hours(1),
                     request.mutable_reward()->mutable_start_time());
  base::SetTimestamp(world_.clock().Now() + absl::Hours(2),
                     request.mutable_reward()->mutable_end_time());
  const std::string later = world_.Create(request)->reward_id();
  EXPECT_THAT(world_.Redeem(member_id_, later, "r-1"), IsError(kFailed, "REWARD_NOT_AVAILABLE"));
  world_.Advance(absl::Hours(1));
  EXPECT_THAT(world_.Redeem(member_id_, later, "r-1"), IsOk());
  world_.Advance(absl::Hours(1));
  EXPECT_THAT(world_.Redeem(member_id_, later, "r-2"), IsError(kFailed, "REWARD_NOT_AVAILABLE"));
  const std::string empty = world_.MakeReward(5, 0).reward_id();
  EXPECT_THAT(world_.Redeem(member_id_, empty, "r-3"), IsError(kFailed, "OUT_OF_STOCK"));
  EXPECT_EQ(world_.members().Calls(), 1);
  EXPECT_EQ(Column("SELECT 1 FROM redemptions").size(), 1U);
}

TEST_F(Redeeming, UncountedStockNeverEnds) {
  const std::string id = world_.MakeUncountedReward(1).reward_id();
  for (int i = 0; i < 5; ++i) {
    EXPECT_THAT(world_.Redeem(member_id_, id, world_.NewRequestId()), IsOk());
  }
  EXPECT_EQ(world_.Stock(id), 0);
}

TEST_F(Redeeming, UseIsFinalAndIdempotent) {
  const auto issued = world_.Redeem(member_id_, reward_id_, "r-1");
  const auto used = world_.Use(issued->redemption_id(), "u-1");
  ASSERT_THAT(used, IsOk());
  EXPECT_EQ(used->state(), v1::REDEMPTION_STATE_USED);
  EXPECT_EQ(used->coupon_code(), issued->coupon_code());
  world_.Advance(absl::Seconds(1));
  EXPECT_EQ(world_.Use(issued->redemption_id(), "u-1")->SerializeAsString(),
            used->SerializeAsString());
  EXPECT_THAT(world_.Use(issued->redemption_id(), "u-2"), IsError(kFailed, "REDEMPTION_STATE"));
  EXPECT_EQ(world_.metrics().used.Value(), 1);
  EXPECT_THAT(world_.Use(base::EncodeId("rdm", world_.ids().Next(world_.clock().Now())), "u-3"),
              IsError(absl::StatusCode::kNotFound, "REDEMPTION_NOT_FOUND"));
}

}  // namespace
}  // namespace laurel::rewards
