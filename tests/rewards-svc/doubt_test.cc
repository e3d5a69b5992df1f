// RedeemReward where it is open whether members-svc has spent the points.
#include <gtest/gtest.h>

#include <thread>

#include "lib/client/channel.h"
#include "rewards-svc/handlers/begin.h"
#include "rewards-svc/handlers/handlers.h"
#include "rewards-svc/store/sagas.h"
#include "tests/rewards-svc/matchers.h"
#include "tests/rewards-svc/world.h"

namespace laurel::rewards {
namespace {

constexpr absl::StatusCode kUnavailable = absl::StatusCode::kUnavailable;

class Doubt : public ::testing::Test {
 protected:
  Doubt() {
    reward_id_ = world_.MakeReward(100, 1).reward_id();
    member_id_ = world_.NewMember(100);
  }
  std::string OnlyId() {
    const auto ids = world_.database().Admin("SELECT redemption_id FROM redemptions");
    return ids.size() == 1 ? base::EncodeId("rdm", *base::ParseUuid(ids[0])) : "";
  }
  v1::RedemptionState State() { return world_.Get(OnlyId())->state(); }
  // A handler that dies after its first step.
  Claim BeginAndDie() {
    const auto begun =
        handlers::BeginRedemption(world_.deps(), World::AsMember(member_id_),
                                  world_.RedeemRequest(member_id_, reward_id_, "r-1"));
    EXPECT_THAT(begun, IsOk());
    return *begun->claim;
  }
  Claim ClaimNext() {
    std::optional<Claim> claim;
    EXPECT_THAT(world_.deps().pool.Transact(scope_.deadline,
                                            [&](db::Tx& tx) -> absl::Status {
                                              LAUREL_ASSIGN_OR_RETURN(
                                                  claim, ClaimDueSaga(tx, world_.machine().Now()));
                                              return absl::OkStatus();
                                            }),
                IsOk());
    EXPECT_TRUE(claim.has_value());
    return *claim;
  }

  World world_;
  trace::Scope scope_ = client::Background(absl::Seconds(30));
  std::string reward_id_;
  std::string member_id_;
};

TEST_F(Doubt, ALostAnswerIsFoundByAskingAgainWithTheSameId) {
  world_.members().Fates({Fate::kAnswerLost});
  const auto redemption = world_.Redeem(member_id_, reward_id_, "r-1");
  ASSERT_THAT(redemption, IsOk());
  EXPECT_EQ(world_.members().Calls(), 2);
  EXPECT_EQ(world_.members().Spends().size(), 1U);
  EXPECT_EQ(world_.metrics().unknown_answers.Value(), 1);
}

TEST_F(Doubt, ALostRequestIsAskedAgain) {
  world_.members().Fates({Fate::kRequestLost});
  EXPECT_THAT(world_.Redeem(member_id_, reward_id_, "r-1"), IsOk());
}

TEST_F(Doubt, ItIsPendingUntilItIsKnownAndGoesOnByItself) {
  world_.members().Fates({Fate::kAnswerLost, Fate::kTimedOut});
  const auto pending = world_.Redeem(member_id_, reward_id_, "r-1");
  EXPECT_THAT(pending, IsError(kUnavailable, "REDEMPTION_PENDING"));
  EXPECT_EQ(status::RetryAfterSeconds(pending.status()), 1);
  EXPECT_EQ(State(), v1::REDEMPTION_STATE_PENDING);
  EXPECT_EQ(world_.Get(OnlyId())->coupon_code(), "");
  EXPECT_EQ(world_.Stock(reward_id_), 0);
  EXPECT_THAT(world_.Use(OnlyId(), "u-1"), IsError(kFailed, "REDEMPTION_STATE"));
  EXPECT_THAT(world_.Cancel(OnlyId(), "c-1"), IsError(kFailed, "REDEMPTION_STATE"));

  EXPECT_EQ(world_.DriveDue(), 0);  // not yet
  world_.Advance(absl::Milliseconds(250));
  EXPECT_EQ(world_.DriveDue(), 1);
  EXPECT_EQ(State(), v1::REDEMPTION_STATE_ISSUED);
  const auto answer = world_.Redeem(member_id_, reward_id_, "r-1");
  ASSERT_THAT(answer, IsOk());
  EXPECT_EQ(answer->redemption_id(), OnlyId());
  EXPECT_EQ(world_.members().Balance(member_id_), 0);
  EXPECT_EQ(world_.Events().size(), 1U);
}

TEST_F(Doubt, TheSameRequestFindsTheSagaAndDrivesItOn) {
  world_.members().Fates({Fate::kTimedOut, Fate::kTimedOut});
  EXPECT_THAT(world_.Redeem(member_id_, reward_id_, "r-1"),
              IsError(kUnavailable, "REDEMPTION_PENDING"));
  // Not due: nobody asks sooner because a caller is impatient.
  EXPECT_THAT(world_.Redeem(member_id_, reward_id_, "r-1"),
              IsError(kUnavailable, "REDEMPTION_PENDING"));
  EXPECT_EQ(world_.members().Calls(), 2);
  world_.Advance(absl::Milliseconds(250));
  EXPECT_THAT(world_.Redeem(member_id_, reward_id_, "r-1"), IsOk());
  EXPECT_EQ(world_.members().Calls(), 3);
}

TEST_F(Doubt, ARefusalAfterALostCallIsNotBelievedTooSoon) {
  // The call is stuck on its way, the next one is refused, then the first arrives after all.
  const std::string poor = world_.NewMember(0);
  world_.members().Fates({Fate::kLate});
  EXPECT_THAT(world_.Redeem(poor, reward_id_, "r-1"), IsError(kUnavailable, "REDEMPTION_PENDING"));
  EXPECT_EQ(world_.members().Calls(), 2);
  EXPECT_EQ(State(), v1::REDEMPTION_STATE_PENDING);
  world_.members().Give(poor, 100);
  EXPECT_TRUE(world_.members().TakeEffectLate());
  EXPECT_EQ(world_.members().Balance(poor), 0);
  EXPECT_TRUE(world_.SettleAll());
  EXPECT_EQ(State(), v1::REDEMPTION_STATE_ISSUED);
}

TEST_F(Doubt, OnceTheLostCallCanNoLongerArriveTheRefusalCounts) {
  const std::string poor = world_.NewMember(0);
  world_.members().Fates({Fate::kLate});
  EXPECT_THAT(world_.Redeem(poor, reward_id_, "r-1"), IsError(kUnavailable, "REDEMPTION_PENDING"));
  world_.Advance(kLease - absl::Microseconds(1));
  EXPECT_EQ(world_.DriveDue(), 0);
  world_.Advance(absl::Microseconds(1));
  EXPECT_EQ(world_.DriveDue(), 1);
  EXPECT_EQ(State(), v1::REDEMPTION_STATE_REFUSED);
  EXPECT_EQ(world_.Stock(reward_id_), 1);
}

TEST_F(Doubt, ARefusalCountsByWhenItWasAskedNotByWhenItIsWritten) {
  const std::string poor = world_.NewMember(0);
  world_.members().Fates({Fate::kLate, Fate::kRequestLost});
  EXPECT_THAT(world_.Redeem(poor, reward_id_, "r-1"), IsError(kUnavailable, "REDEMPTION_PENDING"));
  world_.Advance(absl::Seconds(1));
  const Claim claim = ClaimNext();
  const Answer refused = world_.sagas().Ask(scope_, claim);
  EXPECT_EQ(refused.kind, Answer::Kind::kRefused);
  world_.members().Give(poor, 100);
  EXPECT_TRUE(world_.members().TakeEffectLate());
  world_.Advance(kLease);  // the driver stood still
  EXPECT_THAT(world_.sagas().Apply(scope_, claim, refused), IsOk());
  EXPECT_TRUE(world_.SettleAll());
  EXPECT_EQ(State(), v1::REDEMPTION_STATE_ISSUED);
}

TEST_F(Doubt, AForbiddenCallRefusesNothing) {
  world_.members().Fates({Fate::kAnswerLost, Fate::kForbidden, Fate::kForbidden});
  EXPECT_THAT(world_.Redeem(member_id_, reward_id_, "r-1"),
              IsError(kUnavailable, "REDEMPTION_PENDING"));
  EXPECT_TRUE(world_.SettleAll());
  EXPECT_EQ(State(), v1::REDEMPTION_STATE_ISSUED);
}

TEST_F(Doubt, ADriverThatDiedBeforeAskingIsReplaced) {
  BeginAndDie();
  EXPECT_EQ(world_.members().Calls(), 0);
  EXPECT_EQ(world_.DriveDue(), 0);  // its lease holds
  world_.Advance(kLease);
  EXPECT_EQ(world_.DriveDue(), 1);
  EXPECT_EQ(State(), v1::REDEMPTION_STATE_ISSUED);
}

TEST_F(Doubt, ADriverThatDiedAfterAskingIsReplaced) {
  const Claim claim = BeginAndDie();
  EXPECT_EQ(world_.sagas().Ask(scope_, claim).kind, Answer::Kind::kDone);
  world_.Advance(kLease);
  EXPECT_EQ(world_.DriveDue(), 1);
  EXPECT_EQ(State(), v1::REDEMPTION_STATE_ISSUED);
  EXPECT_EQ(world_.members().Spends().size(), 1U);
}

TEST_F(Doubt, ADriverWhoseClaimHasPassedOnChangesNothing) {
  // The first driver is refused and then stands still; the second, after a top-up, is not.
  const std::string poor = member_id_;
  world_.members().Fates({});
  world_.members().RefuseNext(status::Error(kFailed, "INSUFFICIENT_POINTS", "No."));
  const Claim first = BeginAndDie();
  const Answer refused = world_.sagas().Ask(scope_, first);
  EXPECT_EQ(refused.kind, Answer::Kind::kRefused);
  world_.Advance(kLease);
  const Claim second = ClaimNext();
  const Answer done = world_.sagas().Ask(scope_, second);
  EXPECT_EQ(done.kind, Answer::Kind::kDone);
  const auto late = world_.sagas().Apply(scope_, first, refused);
  ASSERT_THAT(late, IsOk());
  EXPECT_EQ(late->redemption.state, State::kPending);
  EXPECT_EQ(State(), v1::REDEMPTION_STATE_PENDING);
  EXPECT_THAT(world_.sagas().Apply(scope_, second, done), IsOk());
  EXPECT_EQ(State(), v1::REDEMPTION_STATE_ISSUED);
  EXPECT_EQ(world_.Stock(reward_id_), 0);
  EXPECT_EQ(world_.members().Balance(poor), 0);
}

TEST_F(Doubt, TheSameStepTwiceTellsOnce) {
  const Claim claim = BeginAndDie();
  const Answer done = world_.sagas().Ask(scope_, claim);
  EXPECT_THAT(world_.sagas().Apply(scope_, claim, done), IsOk());
  const auto again = world_.sagas().Apply(scope_, claim, done);
  ASSERT_THAT(again, IsOk());
  EXPECT_EQ(again->redemption.state, State::kIssued);
  EXPECT_EQ(world_.Events().size(), 1U);
  EXPECT_EQ(world_.metrics().issued.Value(), 1);
}

TEST_F(Doubt, TheAnswerComesBeforeTheCallersDeadline) {
  absl::Notification release;
  world_.members().HoldNext(&release);
  server::Call call = World::AsMember(member_id_);
  call.deadline = client::Background(absl::Milliseconds(400)).deadline;
  v1::RedeemRewardResponse response;
  EXPECT_THAT(
      handlers::RedeemReward(world_.deps(), call,
                             world_.RedeemRequest(member_id_, reward_id_, "r-1"), &response),
      IsError(kUnavailable, "REDEMPTION_PENDING"));
  EXPECT_LT(client::Background(absl::ZeroDuration()).deadline,
            call.deadline + absl::Milliseconds(250));
  release.Notify();
  EXPECT_TRUE(world_.SettleAll());
  EXPECT_EQ(State(), v1::REDEMPTION_STATE_ISSUED);
  EXPECT_EQ(world_.members().Spends().size(), 1U);
}

TEST_F(Doubt, ASpendWhoseKeyMayBeForgottenIsNotAskedAgain) {
  world_.members().Fates({Fate::kAnswerLost, Fate::kTimedOut});
  EXPECT_THAT(world_.Redeem(member_id_, reward_id_, "r-1"),
              IsError(kUnavailable, "REDEMPTION_PENDING"));
  world_.Advance(kAskAtMost + absl::Seconds(1));
  EXPECT_EQ(world_.DriveDue(), 1);
  EXPECT_EQ(world_.members().Calls(), 2);
  EXPECT_EQ(State(), v1::REDEMPTION_STATE_PENDING);
}

}  // namespace
}  // namespace laurel::rewards
