#include "lib/server/worker_pool.h"

#include <gtest/gtest.h>

#include <atomic>
#include <memory>

#include "absl/synchronization/notification.h"

namespace laurel::server {
namespace {

TEST(WorkerPool, RunsEverythingThatItTookBeforeItEnds) {
  std::atomic<int> ran{0};
  {
    WorkerPool pool(3, 1000);
    for (int i = 0; i < 500; ++i) EXPECT_TRUE(pool.Submit([&] { ++ran; }));
  }
  EXPECT_EQ(ran, 500);
}

TEST(WorkerPool, AFullQueueLeavesTheTaskUntouched) {
  absl::Notification begun;
  absl::Notification release;
  WorkerPool pool(1, 1);
  ASSERT_TRUE(pool.Submit([&] {
    begun.Notify();
    release.WaitForNotification();
  }));
  begun.WaitForNotification();
  ASSERT_TRUE(pool.Submit([] {}));
  EXPECT_EQ(pool.queued(), 1U);
  auto owned = std::make_unique<int>(7);
  int* const inside = owned.get();
  absl::AnyInvocable<void()> task = [owned = std::move(owned), inside] { *inside = *owned + 1; };
  EXPECT_FALSE(pool.Submit(std::move(task)));
  task();
  EXPECT_EQ(*inside, 8);
  release.Notify();
}

}  // namespace
}  // namespace laurel::server
