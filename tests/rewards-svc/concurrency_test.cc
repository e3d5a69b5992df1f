// Many at once, over a real database.
#include <gtest/gtest.h>

#include <set>
#include <thread>

#include "tests/rewards-svc/matchers.h"
#include "tests/rewards-svc/world.h"

namespace laurel::rewards {
namespace {

constexpr int kAtOnce = 64;

// What `work(i)` answered, for i below kAtOnce, all started together.
template <typename Work>
std::vector<absl::StatusOr<v1::Redemption>> AtOnce(const Work& work) {
  std::vector<absl::StatusOr<v1::Redemption>> answers(kAtOnce, absl::UnknownError("not run"));
  absl::Notification start;
  std::vector<std::thread> threads;
  for (int i = 0; i < kAtOnce; ++i) {
    threads.emplace_back([&, i] {
      start.WaitForNotification();
      answers[static_cast<size_t>(i)] = work(i);
    });
  }
  start.Notify();
  for (std::thread& thread : threads) thread.join();
  return answers;
}

TEST(Concurrency, TheLastOneInStockGoesToOne) {
  World world;
  const std::string reward = world.MakeReward(10, 1).reward_id();
  std::vector<std::string> members;
  for (int i = 0; i < kAtOnce; ++i) members.push_back(world.NewMember(10));
  const auto answers =
      AtOnce([&](int i) { return world.Redeem(members[static_cast<size_t>(i)], reward, "r-1"); });
  int issued = 0;
  for (const auto& answer : answers) {
    if (answer.ok()) {
      ++issued;
    } else {
      EXPECT_THAT(answer, IsError(kFailed, "OUT_OF_STOCK"));
    }
  }
  EXPECT_EQ(issued, 1);
  EXPECT_EQ(world.Stock(reward), 0);
  EXPECT_EQ(world.members().Spends().size(), 1U);
}

TEST(Concurrency, C10OneBalanceBuysOnce) {
  World world;
  const std::string reward = world.MakeReward(100, kAtOnce).reward_id();
  const std::string member = world.NewMember(100);
  const auto answers =
      AtOnce([&](int i) { return world.Redeem(member, reward, "r-" + std::to_string(i)); });
  int issued = 0;
  for (const auto& answer : answers) {
    if (answer.ok()) {
      ++issued;
    } else {
      EXPECT_THAT(answer, IsError(kFailed, "INSUFFICIENT_POINTS"));
    }
  }
  EXPECT_EQ(issued, 1);
  EXPECT_EQ(world.members().Balance(member), 0);
  EXPECT_EQ(world.Stock(reward), kAtOnce - 1);
}

TEST(Concurrency, OneRequestSentManyTimesIsOneRedemption) {
  World world;
  const std::string reward = world.MakeReward(1, kAtOnce).reward_id();
  const std::string member = world.NewMember(kAtOnce);
  const auto answers = AtOnce([&](int) { return world.Redeem(member, reward, "r-1"); });
  std::set<std::string> ids;
  for (const auto& answer : answers) {
    if (answer.ok()) {
      ids.insert(answer->redemption_id());
    } else {
      // Another call is at it.
      EXPECT_THAT(answer, IsError(absl::StatusCode::kUnavailable, "REDEMPTION_PENDING"));
    }
  }
  EXPECT_EQ(ids.size(), 1U);
  EXPECT_EQ(world.members().Balance(member), kAtOnce - 1);
  EXPECT_EQ(world.Stock(reward), kAtOnce - 1);
  EXPECT_EQ(world.Events().size(), 1U);
}

TEST(Concurrency, UsedOrCancelledNeverBoth) {
  World world;
  const std::string reward = world.MakeReward(1, 1000).reward_id();
  const std::string member = world.NewMember(1000);
  for (int round = 0; round < 5; ++round) {
    const std::string id =
        world.Redeem(member, reward, "r-" + std::to_string(round))->redemption_id();
    const auto answers = AtOnce([&](int i) {
      const std::string request_id = std::to_string(round) + "-" + std::to_string(i);
      return i % 2 == 0 ? world.Use(id, "u-" + request_id) : world.Cancel(id, "c-" + request_id);
    });
    int done = 0;
    for (const auto& answer : answers) {
      if (answer.ok()) {
        ++done;
      } else {
        EXPECT_THAT(answer, IsError(kFailed, "REDEMPTION_STATE"));
      }
    }
    EXPECT_EQ(done, 1);
  }
  const int64_t gone = 1000 - world.members().Balance(member);
  EXPECT_EQ(world.database().Admin("SELECT 1 FROM redemptions WHERE state = 3").size(),
            static_cast<size_t>(gone));
  EXPECT_EQ(world.Stock(reward), 1000 - gone);
}

TEST(Concurrency, SeveralDriversShareWhatWasLeftBehind) {
  World world;
  const std::string reward = world.MakeReward(1, 100).reward_id();
  const std::string member = world.NewMember(100);
  for (int i = 0; i < 30; ++i) {
    world.members().Fates({Fate::kAnswerLost, Fate::kTimedOut});
    EXPECT_THAT(world.Redeem(member, reward, "r-" + std::to_string(i)),
                IsError(absl::StatusCode::kUnavailable, "REDEMPTION_PENDING"));
  }
  world.Advance(absl::Seconds(1));
  std::vector<std::thread> drivers;
  for (int i = 0; i < 8; ++i) drivers.emplace_back([&] { world.DriveDue(); });
  for (std::thread& driver : drivers) driver.join();
  EXPECT_EQ(world.database().Admin("SELECT 1 FROM redemptions WHERE state = 2").size(), 30U);
  EXPECT_EQ(world.members().Calls(), 90);  // each saga was asked about by one driver
  EXPECT_EQ(world.members().Balance(member), 70);
  EXPECT_EQ(world.Events().size(), 30U);
}

}  // namespace
}  // namespace laurel::rewards
