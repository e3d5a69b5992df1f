// The worker by itself: it finds what was left behind, measures it and forgets old keys.
#include <gtest/gtest.h>

#include "rewards-svc/jobs/saga_worker.h"
#include "tests/rewards-svc/matchers.h"
#include "tests/rewards-svc/world.h"

namespace laurel::rewards {
namespace {

class Worker : public ::testing::Test {
 protected:
  Worker() {
    reward_id_ = world_.MakeReward(10, 5).reward_id();
    member_id_ = world_.NewMember(50);
  }
  void LeaveOneBehind(const std::string& request_id) {
    world_.members().Fates({Fate::kAnswerLost, Fate::kTimedOut});
    EXPECT_THAT(world_.Redeem(member_id_, reward_id_, request_id),
                IsError(absl::StatusCode::kUnavailable, "REDEMPTION_PENDING"));
  }
  size_t Count(const std::string& what) {
    return world_.database().Admin("SELECT 1 FROM " + what).size();
  }

  World world_;
  SagaWorker worker_{{.clock = world_.clock(),
                      .pool = world_.database().pool(),
                      .metrics = world_.metrics(),
                      .sagas = world_.sagas()}};
  std::string reward_id_;
  std::string member_id_;
};

TEST_F(Worker, PicksUpWhatWasLeftBehind) {
  LeaveOneBehind("r-1");
  world_.Advance(absl::Seconds(1));
  absl::Notification asked;
  world_.members().HoldNext(&asked);
  worker_.Start();
  asked.Notify();
  while (Count("redemptions WHERE state = 2") == 0) std::this_thread::yield();
  worker_.Stop();
  EXPECT_EQ(world_.members().Balance(member_id_), 40);
}

TEST_F(Worker, MeasuresWhatWaits) {
  LeaveOneBehind("r-1");
  world_.Advance(absl::Seconds(7));
  LeaveOneBehind("r-2");
  EXPECT_THAT(worker_.Measure(), IsOk());
  EXPECT_EQ(world_.metrics().waiting_sagas.Value(), 2);
  EXPECT_EQ(world_.metrics().oldest_saga_seconds.Value(), 7);
  EXPECT_EQ(world_.metrics().stuck_sagas.Value(), 0);
  world_.Advance(kAskAtMost);
  EXPECT_THAT(worker_.Measure(), IsOk());
  EXPECT_EQ(world_.metrics().stuck_sagas.Value(), 1);
  EXPECT_TRUE(world_.database()
                  .Admin("UPDATE redemptions SET state = 4, reason = 'X', "
                         "stock_held = false, next_try_us = NULL")
                  .empty());
  EXPECT_THAT(worker_.Measure(), IsOk());
  EXPECT_EQ(world_.metrics().waiting_sagas.Value(), 0);
  EXPECT_EQ(world_.metrics().oldest_saga_seconds.Value(), 0);
}

TEST_F(Worker, ForgetsKeysAfterThirtyDays) {
  ASSERT_THAT(world_.Redeem(member_id_, reward_id_, "r-1"), IsOk());
  world_.Advance(absl::Hours(24 * 30));
  EXPECT_THAT(worker_.Forget(), IsOk());
  EXPECT_EQ(Count("saga_keys"), 1U);
  world_.Advance(absl::Microseconds(1));
  EXPECT_THAT(worker_.Forget(), IsOk());
  EXPECT_EQ(Count("saga_keys"), 0U);
  EXPECT_EQ(Count("redemptions"), 1U);
}

}  // namespace
}  // namespace laurel::rewards
