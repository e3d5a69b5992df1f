// The batcher: gathers while it runs, shares fairly, refuses what it cannot take, forgets nothing.
#include "lib/batch/batcher.h"

#include <gtest/gtest.h>

#include <future>
#include <set>

namespace laurel::batch {
namespace {

struct Item {
  uint64_t key = 0;
  int number = 0;
  absl::Time wait_until = absl::InfiniteFuture();
  std::function<void(absl::Status)> answer;
  uint64_t share_key() const { return key; }
  absl::Time deadline() const { return wait_until; }
  void Refuse(const absl::Status& status) { answer(status); }
};

// Runs batches one at a time when it is let, and remembers them.
class Gate {
 public:
  Batcher<Item>::Run Run() {
    return [this](size_t, std::vector<Item> batch) -> std::function<void()> {
      std::unique_lock lock(mutex_);
      batches_.emplace_back();
      for (const Item& item : batch) batches_.back().push_back(item.number);
      started_.notify_all();
      open_.wait(lock, [this] { return passes_ > 0; });
      if (passes_ < 1000000) --passes_;
      auto owned = std::make_shared<std::vector<Item>>(std::move(batch));
      return [owned] {
        for (Item& item : *owned) item.answer(absl::OkStatus());
      };
    };
  }
  void Let(int batches) {
    const std::scoped_lock lock(mutex_);
    passes_ += batches;
    open_.notify_all();
  }
  void AwaitBatch(size_t count) {
    std::unique_lock lock(mutex_);
    started_.wait(lock, [&] { return batches_.size() >= count; });
  }
  std::vector<std::vector<int>> batches() {
    const std::scoped_lock lock(mutex_);
    return batches_;
  }

 private:
  std::mutex mutex_;
  std::condition_variable open_;
  std::condition_variable started_;
  int passes_ = 0;
  std::vector<std::vector<int>> batches_;
};

struct Answers {
  std::atomic<int> ok{0};
  std::atomic<int> refused{0};
  std::string last_reason;
  std::function<void(absl::Status)> Note() {
    return [this](const absl::Status& status) {
      if (status.ok()) {
        ++ok;
      } else {
        last_reason = status::ReasonOf(status);
        ++refused;
      }
    };
  }
};

// A pace that no test waits for: what begins before it is over begins for another reason.
constexpr absl::Duration kPace = absl::Hours(1);

TEST(Batcher, AfterABatchOfSeveralTheNextOneWaitsForEnough) {
  Gate gate;
  Answers answers;
  {
    batch::Counters counters;
    Batcher<Item> batcher({.join_from = 4, .pace = kPace}, counters, gate.Run());
    const auto submit = [&](int number) {
      batcher.Submit(
          {.key = static_cast<uint64_t>(number), .number = number, .answer = answers.Note()});
    };
    submit(0);
    gate.AwaitBatch(1);
    submit(1);
    submit(2);
    gate.Let(1000000);
    gate.AwaitBatch(2);
    for (int i = 3; i <= 6; ++i) submit(i);
    gate.AwaitBatch(3);
    submit(7);  // and nobody behind it: the end runs it
  }
  EXPECT_EQ(gate.batches(), (std::vector<std::vector<int>>{{0}, {1, 2}, {3, 4, 5, 6}, {7}}));
  EXPECT_EQ(answers.ok, 8);
}

TEST(Batcher, ALoneCallerIsNotKeptWaiting) {
  Gate gate;
  gate.Let(1000000);
  Answers answers;
  batch::Counters counters;
  Batcher<Item> batcher({.join_from = 4, .pace = kPace}, counters, gate.Run());
  for (int i = 0; i < 3; ++i) {
    std::promise<void> answered;
    batcher.Submit(
        {.key = 1, .number = i, .answer = [&](const absl::Status&) { answered.set_value(); }});
    answered.get_future().wait();
  }
  EXPECT_EQ(gate.batches(), (std::vector<std::vector<int>>{{0}, {1}, {2}}));
}

TEST(Batcher, WhatArrivesWhileABatchRunsIsTheNextBatch) {
  Gate gate;
  Answers answers;
  {
    batch::Counters counters;
    Batcher<Item> batcher({}, counters, gate.Run());
    batcher.Submit({.key = 0, .number = 0, .answer = answers.Note()});
    gate.AwaitBatch(1);
    for (int i = 1; i <= 5; ++i) {
      batcher.Submit({.key = static_cast<uint64_t>(i), .number = i, .answer = answers.Note()});
    }
    gate.Let(1000000);
  }
  EXPECT_EQ(gate.batches(), (std::vector<std::vector<int>>{{0}, {1, 2, 3, 4, 5}}));
  EXPECT_EQ(answers.ok, 6);
}

TEST(Batcher, OneKeyGetsAtMostAQuarterAndKeepsItsOrder) {
  Gate gate;
  Answers answers;
  {
    batch::Counters counters;
    Batcher<Item> batcher({.max_batch = 8}, counters, gate.Run());
    batcher.Submit({.key = 99, .number = -1, .answer = answers.Note()});
    gate.AwaitBatch(1);
    for (int i = 0; i < 5; ++i) {
      batcher.Submit({.key = 1, .number = i, .answer = answers.Note()});
    }
    batcher.Submit({.key = 2, .number = 100, .answer = answers.Note()});
    gate.Let(1000000);
  }
  EXPECT_EQ(gate.batches(), (std::vector<std::vector<int>>{{-1}, {0, 1, 100}, {2, 3}, {4}}));
}

TEST(Batcher, ASecondLaneJoinsWhenThereIsEnoughAndTakesNoKeyThatIsUnderWay) {
  Gate gate;
  Answers answers;
  {
    batch::Counters counters;
    Batcher<Item> batcher({.max_batch = 8, .lanes = 2, .join_from = 3}, counters, gate.Run());
    batcher.Submit({.key = 1, .number = 0, .answer = answers.Note()});
    gate.AwaitBatch(1);
    batcher.Submit({.key = 1, .number = 1, .answer = answers.Note()});
    batcher.Submit({.key = 2, .number = 2, .answer = answers.Note()});
    EXPECT_EQ(gate.batches().size(), 1U);
    batcher.Submit({.key = 3, .number = 3, .answer = answers.Note()});
    gate.AwaitBatch(2);
    EXPECT_EQ(batcher.queued(), 1U);
    gate.Let(1000000);
  }
  EXPECT_EQ(gate.batches(), (std::vector<std::vector<int>>{{0}, {2, 3}, {1}}));
}

TEST(Batcher, ALaneThatFindsNothingButKeysUnderWayWaitsForThem) {
  Gate gate;
  Answers answers;
  {
    batch::Counters counters;
    Batcher<Item> batcher({.max_batch = 4, .lanes = 2, .join_from = 2}, counters, gate.Run());
    for (int i = 0; i < 6; ++i) {
      batcher.Submit({.key = 1, .number = i, .answer = answers.Note()});
      if (i == 0) gate.AwaitBatch(1);
    }
    gate.Let(1000000);
  }
  EXPECT_EQ(gate.batches(), (std::vector<std::vector<int>>{{0}, {1}, {2}, {3}, {4}, {5}}));
  EXPECT_EQ(answers.ok, 6);
}

TEST(Batcher, AFullQueueRefusesAtOnce) {
  Gate gate;
  Answers answers;
  batch::Counters counters;
  Batcher<Item> batcher({.max_batch = 1, .max_queue = 2}, counters, gate.Run());
  batcher.Submit({.number = 0, .answer = answers.Note()});
  gate.AwaitBatch(1);
  for (int i = 1; i <= 3; ++i) batcher.Submit({.number = i, .answer = answers.Note()});
  EXPECT_EQ(answers.refused, 1);
  EXPECT_EQ(answers.last_reason, "OVERLOADED");
  gate.Let(1000000);
  batcher.Stop();
  EXPECT_EQ(answers.ok, 3);
}

TEST(Batcher, WhatIsTooLateIsNeverRun) {
  Gate gate;
  Answers answers;
  {
    batch::Counters counters;
    Batcher<Item> batcher({}, counters, gate.Run());
    batcher.Submit({.number = 1, .wait_until = absl::InfinitePast(), .answer = answers.Note()});
    gate.Let(1000000);
  }
  EXPECT_EQ(answers.last_reason, "DEADLINE_PASSED");
  EXPECT_TRUE(gate.batches().empty());
}

TEST(Batcher, StoppingAnswersWhatIsQueuedAndRefusesTheRest) {
  Gate gate;
  Answers answers;
  gate.Let(1000000);
  batch::Counters counters;
  Batcher<Item> batcher({}, counters, gate.Run());
  for (int i = 0; i < 100; ++i) {
    batcher.Submit({.key = static_cast<uint64_t>(i), .number = i, .answer = answers.Note()});
  }
  batcher.Stop();
  EXPECT_EQ(answers.ok, 100);
  batcher.Submit({.number = 0, .answer = answers.Note()});
  EXPECT_EQ(answers.last_reason, "SHUTTING_DOWN");
}

}  // namespace
}  // namespace laurel::batch
