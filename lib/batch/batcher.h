// Lets many requests share one commit. Items queue up; one thread takes what has gathered (at most
// max_batch, with no artificial delay: an idle lane starts at once) and runs it; a second thread
// answers the callers of batch k while batch k + 1 runs. It knows nothing about points.
//
// An Item offers
//   uint64_t share_key() const    items of one key get at most a quarter of a batch, so that a hot
//                                 wallet does not starve the others
//   absl::Time deadline() const   past it when taken from the queue: refused, never run
//   void Refuse(absl::Status)     answers without running
//
// Bounded: a full queue refuses at once. Refusals: RESOURCE_EXHAUSTED OVERLOADED (with RetryInfo),
// UNAVAILABLE SHUTTING_DOWN, DEADLINE_EXCEEDED DEADLINE_PASSED.
#pragma once

#include <algorithm>
#include <array>
#include <atomic>
#include <bit>
#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/status/status.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "lib/status/error.h"

namespace laurel::batch {

struct Options {
  size_t max_batch = 256;
  size_t max_queue = 8192;
};

// What a batcher has done; read by the metrics.
struct Counters {
  std::atomic<int64_t> batches{0};
  std::atomic<int64_t> items{0};
  std::atomic<int64_t> refused{0};
  // Batches by size: [i] counts those of at most 2^i items and more than 2^(i-1); the last one, all
  // that are larger.
  std::array<std::atomic<int64_t>, 10> sizes{};
};

template <typename Item>
class Batcher {
 public:
  // Runs a batch, in the order of arrival; returns what answers its callers. Called by one thread.
  using Run = std::function<std::function<void()>(std::vector<Item>)>;

  // `counters` may be shared by several batchers and must outlive them.
  Batcher(Options options, Counters& counters, Run run)
      : options_(options),
        run_(std::move(run)),
        counters_(counters),
        runner_([this] { RunLoop(); }),
        answerer_([this] { AnswerLoop(); }) {}
  ~Batcher() { Stop(); }

  // Takes the item, or refuses it.
  void Submit(Item item) {
    absl::Status refusal;
    {
      const std::scoped_lock lock(mutex_);
      if (stopping_) {
        refusal = status::Error(absl::StatusCode::kUnavailable, "SHUTTING_DOWN",
                                "The server is shutting down.");
      } else if (queue_.size() >= options_.max_queue) {
        refusal =
            status::WithRetryAfter(status::Error(absl::StatusCode::kResourceExhausted, "OVERLOADED",
                                                 "Too many requests are waiting."),
                                   absl::Seconds(1));
      } else {
        queue_.push_back(std::move(item));
      }
    }
    if (refusal.ok()) {
      queued_.notify_one();
    } else {
      counters_.refused.fetch_add(1, std::memory_order_relaxed);
      item.Refuse(refusal);
    }
  }

  // Runs and answers what is queued, refuses what comes later, and ends. Idempotent.
  void Stop() {
    {
      const std::scoped_lock lock(mutex_);
      stopping_ = true;
    }
    queued_.notify_all();
    if (runner_.joinable()) runner_.join();
    {
      const std::scoped_lock lock(answer_mutex_);
      answers_end_ = true;
    }
    answerable_.notify_all();
    if (answerer_.joinable()) answerer_.join();
  }

  size_t queued() const {
    const std::scoped_lock lock(mutex_);
    return queue_.size();
  }

 private:
  // At most max_batch items, in order; what exceeds a key's quarter stays queued, in order.
  std::vector<Item> Gather() {
    std::vector<Item> batch;
    batch.reserve(std::min(queue_.size(), options_.max_batch));
    const size_t share = std::max<size_t>(1, options_.max_batch / 4);
    absl::flat_hash_map<uint64_t, size_t> taken;
    std::deque<Item> left;
    while (!queue_.empty() && batch.size() < options_.max_batch) {
      Item item = std::move(queue_.front());
      queue_.pop_front();
      if (++taken[item.share_key()] > share) {
        left.push_back(std::move(item));
      } else {
        batch.push_back(std::move(item));
      }
    }
    while (!left.empty()) {
      queue_.push_front(std::move(left.back()));
      left.pop_back();
    }
    return batch;
  }

  void DropLate(std::vector<Item>& batch) {
    const absl::Time now = absl::Now();
    std::erase_if(batch, [&](Item& item) {
      if (item.deadline() > now) return false;
      item.Refuse(status::Error(absl::StatusCode::kDeadlineExceeded, "DEADLINE_PASSED",
                                "The deadline passed before the request could be run."));
      return true;
    });
  }

  void RunLoop() {
    for (;;) {
      std::vector<Item> batch;
      {
        std::unique_lock lock(mutex_);
        queued_.wait(lock, [this] { return stopping_ || !queue_.empty(); });
        if (queue_.empty()) return;
        batch = Gather();
      }
      DropLate(batch);
      if (batch.empty()) continue;
      counters_.batches.fetch_add(1, std::memory_order_relaxed);
      counters_.items.fetch_add(static_cast<int64_t>(batch.size()), std::memory_order_relaxed);
      const auto size = static_cast<size_t>(std::bit_width(batch.size() - 1));
      counters_.sizes[std::min(size, counters_.sizes.size() - 1)].fetch_add(
          1, std::memory_order_relaxed);
      std::function<void()> answer = run_(std::move(batch));
      {
        const std::scoped_lock lock(answer_mutex_);
        answers_.push_back(std::move(answer));
      }
      answerable_.notify_one();
    }
  }

  void AnswerLoop() {
    for (;;) {
      std::function<void()> answer;
      {
        std::unique_lock lock(answer_mutex_);
        answerable_.wait(lock, [this] { return answers_end_ || !answers_.empty(); });
        if (answers_.empty()) return;
        answer = std::move(answers_.front());
        answers_.pop_front();
      }
      answer();
    }
  }

  const Options options_;
  const Run run_;
  Counters& counters_;
  mutable std::mutex mutex_;
  std::condition_variable queued_;
  std::deque<Item> queue_;
  bool stopping_ = false;
  std::mutex answer_mutex_;
  std::condition_variable answerable_;
  std::deque<std::function<void()>> answers_;
  bool answers_end_ = false;
  std::thread runner_;
  std::thread answerer_;
};

}  // namespace laurel::batch
