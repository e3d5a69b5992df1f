// CancelRedemption.
#include <gtest/gtest.h>

#include "lib/client/channel.h"
#include "rewards-svc/handlers/begin.h"
#include "tests/rewards-svc/matchers.h"
#include "tests/rewards-svc/world.h"

namespace laurel::rewards {
namespace {

constexpr absl::StatusCode kUnavailable = absl::StatusCode::kUnavailable;

class Cancelling : public ::testing::Test {
 protected:
  Cancelling() {
    reward_id_ = world_.MakeReward(15, 4).reward_id();
    member_id_ = world_.NewMember(40);
    issued_ = *world_.Redeem(member_id_, reward_id_, "r-1");
    id_ = issued_.redemption_id();
  }
  v1::RedemptionState State() { return world_.Get(id_)->state(); }

  World world_;
  std::string reward_id_;
  std::string member_id_;
  v1::Redemption issued_;
  std::string id_;
};

TEST_F(Cancelling, C9IssuedThenCancelledGivesPointsAndStockBack) {
  EXPECT_EQ(world_.members().Balance(member_id_), 25);
  const auto cancelled = world_.Cancel(id_, "c-1");
  ASSERT_THAT(cancelled, IsOk());
  EXPECT_EQ(cancelled->state(), v1::REDEMPTION_STATE_CANCELLED);
  EXPECT_EQ(cancelled->reason(), "changed my mind");
  EXPECT_EQ(cancelled->coupon_code(), "");  // dead
  EXPECT_EQ(world_.members().Balance(member_id_), 40);
  EXPECT_TRUE(world_.members().Spends().begin()->second.refunded);
  EXPECT_EQ(world_.Stock(reward_id_), 4);
  const auto events = world_.Events();
  ASSERT_EQ(events.size(), 2U);
  EXPECT_TRUE(events[0].has_reward_issued());  // though the clock stood still between them
  EXPECT_EQ(world_.database().Admin("SELECT DISTINCT position_us FROM outbox").size(), 2U);
  EXPECT_EQ(events[1].reward_cancelled().redemption_id(), id_);
  EXPECT_EQ(events[1].reward_cancelled().points(), 15);
  EXPECT_THAT(world_.Use(id_, "u-1"), IsError(kFailed, "REDEMPTION_STATE"));
  EXPECT_EQ(world_.metrics().cancelled.Value(), 1);
  EXPECT_EQ(world_.metrics().points_returned.Value(), 15);
}

TEST_F(Cancelling, C9UsedThenCancelledIsRefused) {
  ASSERT_THAT(world_.Use(id_, "u-1"), IsOk());
  EXPECT_THAT(world_.Cancel(id_, "c-1"), IsError(kFailed, "REDEMPTION_STATE"));
  EXPECT_EQ(world_.members().Balance(member_id_), 25);
  EXPECT_EQ(world_.Stock(reward_id_), 3);
  EXPECT_EQ(State(), v1::REDEMPTION_STATE_USED);
}

TEST_F(Cancelling, IsIdempotentAndRedeemingAnswersAsBefore) {
  const auto first = world_.Cancel(id_, "c-1");
  world_.Advance(absl::Seconds(1));
  EXPECT_EQ(world_.Cancel(id_, "c-1")->SerializeAsString(), first->SerializeAsString());
  EXPECT_THAT(world_.Cancel(id_, "c-2"), IsError(kFailed, "REDEMPTION_STATE"));
  EXPECT_EQ(world_.members().Balance(member_id_), 40);
  EXPECT_EQ(world_.Stock(reward_id_), 4);
  EXPECT_EQ(world_.Redeem(member_id_, reward_id_, "r-1")->SerializeAsString(),
            issued_.SerializeAsString());
}

TEST_F(Cancelling, TheSameIdWithOtherContentIsRefused) {
  ASSERT_THAT(world_.Cancel(id_, "c-1"), IsOk());
  auto request = world_.CancelRequest(id_, "c-1");
  request.set_reason("another");
  EXPECT_THAT(handlers::BeginCancellation(world_.deps(), World::AsStaff(), request),
              IsError(absl::StatusCode::kInvalidArgument, "REQUEST_ID_REUSED"));
}

TEST_F(Cancelling, UnknownRedemptionsAreNotFound) {
  EXPECT_THAT(world_.Cancel(base::EncodeId("rdm", world_.ids().Next(world_.clock().Now())), "c-1"),
              IsError(absl::StatusCode::kNotFound, "REDEMPTION_NOT_FOUND"));
}

TEST_F(Cancelling, IsPendingUntilTheRefundIsKnown) {
  world_.members().Fates({Fate::kAnswerLost, Fate::kRequestLost});
  EXPECT_THAT(world_.Cancel(id_, "c-1"), IsError(kUnavailable, "REDEMPTION_PENDING"));
  EXPECT_EQ(State(), v1::REDEMPTION_STATE_CANCELLING);
  EXPECT_EQ(world_.Get(id_)->coupon_code(), "");
  EXPECT_EQ(world_.Stock(reward_id_), 3);
  EXPECT_THAT(world_.Use(id_, "u-1"), IsError(kFailed, "REDEMPTION_STATE"));
  EXPECT_THAT(world_.Cancel(id_, "c-2"), IsError(kFailed, "REDEMPTION_STATE"));
  EXPECT_TRUE(world_.SettleAll());
  EXPECT_EQ(State(), v1::REDEMPTION_STATE_CANCELLED);
  EXPECT_THAT(world_.Cancel(id_, "c-1"), IsOk());
  EXPECT_EQ(world_.members().Balance(member_id_), 40);
  EXPECT_EQ(world_.Stock(reward_id_), 4);
}

TEST_F(Cancelling, RedeemingAnswersAsBeforeAndLeavesTheCancellationAlone) {
  world_.members().Fates({Fate::kRequestLost, Fate::kRequestLost});
  EXPECT_THAT(world_.Cancel(id_, "c-1"), IsError(kUnavailable, "REDEMPTION_PENDING"));
  world_.Advance(absl::Seconds(1));  // due again
  const int calls = world_.members().Calls();
  EXPECT_EQ(world_.Redeem(member_id_, reward_id_, "r-1")->SerializeAsString(),
            issued_.SerializeAsString());
  EXPECT_EQ(world_.members().Calls(), calls);
}

TEST_F(Cancelling, ADriverThatDiedIsReplaced) {
  const auto begun = handlers::BeginCancellation(world_.deps(), World::AsStaff(),
                                                 world_.CancelRequest(id_, "c-1"));
  ASSERT_THAT(begun, IsOk());
  const auto scope = client::Background(absl::Seconds(30));
  EXPECT_EQ(world_.sagas().Ask(scope, *begun->claim).kind, Answer::Kind::kDone);
  EXPECT_EQ(world_.DriveDue(), 0);
  world_.Advance(kLease);
  EXPECT_EQ(world_.DriveDue(), 1);
  EXPECT_EQ(State(), v1::REDEMPTION_STATE_CANCELLED);
  EXPECT_EQ(world_.members().Balance(member_id_), 40);
}

TEST_F(Cancelling, ARefundThatIsRefusedLeavesTheRewardIssued) {
  world_.members().Block(member_id_, true);
  EXPECT_THAT(world_.Cancel(id_, "c-1"), IsError(kFailed, "MEMBER_BLOCKED"));
  EXPECT_EQ(State(), v1::REDEMPTION_STATE_ISSUED);
  EXPECT_EQ(world_.Get(id_)->coupon_code(), issued_.coupon_code());
  EXPECT_EQ(world_.Get(id_)->reason(), "");
  EXPECT_EQ(world_.Stock(reward_id_), 3);
  EXPECT_EQ(world_.Events().size(), 1U);
  world_.members().Block(member_id_, false);
  EXPECT_THAT(world_.Cancel(id_, "c-1"), IsOk());  // the id was free again
  EXPECT_EQ(world_.members().Balance(member_id_), 40);
}

TEST_F(Cancelling, PointsThatAPersonHasGivenBackAreGivenBackOnce) {
  world_.members().RefundByHand(world_.members().Spends().begin()->first);
  EXPECT_EQ(world_.members().Balance(member_id_), 40);
  EXPECT_THAT(world_.Cancel(id_, "c-1"), IsOk());
  EXPECT_EQ(world_.members().Balance(member_id_), 40);
  EXPECT_EQ(world_.Stock(reward_id_), 4);
}

}  // namespace
}  // namespace laurel::rewards
