// Lets many requests share one commit. Items queue up; a lane's thread takes what has gathered (at
// most max_batch) and runs it; one more thread answers the callers of a batch while the next one
// runs. It knows nothing about points.
//
// Several lanes may have a batch under way at once, never with items of the same key: what one
// decides, the other need not know.
//
// Every batch costs something, however small it is. So a lane joins others that run only when there
// is enough for it, and batches keep a pace where there are several callers: what came a moment
// later goes along. A lone caller, and the first after a pause, is run at once.
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
#include <chrono>
#include <condition_variable>
#include <deque>
#include <functional>
#include <list>
#include <mutex>
#include <thread>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"
#include "absl/status/status.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "lib/status/error.h"

namespace laurel::batch {

struct Options {
  size_t max_batch = 256;
  size_t max_queue = 8192;
  size_t lanes = 1;
  // So many must wait for a batch to begin beside one that runs.
  size_t join_from = 64;
  // After a batch of several items the next one begins so much later, or when join_from wait.
  absl::Duration pace = absl::ZeroDuration();
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
  // Runs a batch, in the order of arrival; returns what answers its callers. Called by the lane's
  // own thread, lanes counting from 0.
  using Run = std::function<std::function<void()>(size_t lane, std::vector<Item>)>;

  // `counters` must outlive it.
  Batcher(Options options, Counters& counters, Run run)
      : options_(options),
        run_(std::move(run)),
        counters_(counters),
        answerer_([this] { AnswerLoop(); }) {
    for (size_t lane = 0; lane < options_.lanes; ++lane) {
      runners_.emplace_back([this, lane] { RunLoop(lane); });
    }
  }
  ~Batcher() { Stop(); }

  // Takes the item, or refuses it.
  void Submit(Item item) {
    absl::Status refusal;
    bool wake = false;
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
        wake = MayStart();
      }
    }
    if (refusal.ok()) {
      if (wake) queued_.notify_one();
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
    for (std::thread& runner : runners_) {
      if (runner.joinable()) runner.join();
    }
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
  using Clock = std::chrono::steady_clock;

  // Whether a lane that is idle has a batch to begin.
  bool MayStart() const {
    if (queue_.empty()) return false;
    return (running_ == 0 && !pacing_) || (!blocked_ && queue_.size() >= options_.join_from);
  }

  // Lets more gather before a batch that would follow too soon.
  void KeepPace(std::unique_lock<std::mutex>& lock) {
    const auto enough = [this] { return stopping_ || queue_.size() >= options_.join_from; };
    if (running_ > 0 || enough() || Clock::now() >= next_start_) return;
    pacing_ = true;
    queued_.wait_until(lock, next_start_, enough);
    pacing_ = false;
  }

  // At most max_batch items, in order; what exceeds a key's quarter and what has a key that is
  // under way stays queued, in order.
  std::vector<Item> Gather() {
    std::vector<Item> batch;
    batch.reserve(std::min(queue_.size(), options_.max_batch));
    const size_t share = std::max<size_t>(1, options_.max_batch / 4);
    absl::flat_hash_map<uint64_t, size_t> taken;
    for (auto at = queue_.begin(); at != queue_.end() && batch.size() < options_.max_batch;) {
      const uint64_t key = at->share_key();
      if (under_way_.contains(key) || ++taken[key] > share) {
        ++at;
        continue;
      }
      batch.push_back(std::move(*at));
      at = queue_.erase(at);
    }
    for (const Item& item : batch) under_way_.insert(item.share_key());
    blocked_ = batch.empty() && !queue_.empty();
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

  void RunLoop(size_t lane) {
    std::unique_lock lock(mutex_);
    for (;;) {
      queued_.wait(lock, [this] { return (stopping_ && queue_.empty()) || MayStart(); });
      if (queue_.empty()) return;
      KeepPace(lock);
      std::vector<Item> batch = Gather();
      if (batch.empty()) continue;  // all that waits has to wait for what runs, or is taken
      if (batch.size() > 1) next_start_ = Clock::now() + absl::ToChronoNanoseconds(options_.pace);
      std::vector<uint64_t> keys;
      keys.reserve(batch.size());
      for (const Item& item : batch) keys.push_back(item.share_key());
      ++running_;
      lock.unlock();
      RunOne(lane, std::move(batch));
      lock.lock();
      --running_;
      blocked_ = false;
      for (const uint64_t key : keys) under_way_.erase(key);
      queued_.notify_all();
    }
  }

  void RunOne(size_t lane, std::vector<Item> batch) {
    DropLate(batch);
    if (batch.empty()) return;
    counters_.batches.fetch_add(1, std::memory_order_relaxed);
    counters_.items.fetch_add(static_cast<int64_t>(batch.size()), std::memory_order_relaxed);
    const auto size = static_cast<size_t>(std::bit_width(batch.size() - 1));
    counters_.sizes[std::min(size, counters_.sizes.size() - 1)].fetch_add(
        1, std::memory_order_relaxed);
    std::function<void()> answer = run_(lane, std::move(batch));
    {
      const std::scoped_lock lock(answer_mutex_);
      answers_.push_back(std::move(answer));
    }
    answerable_.notify_one();
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
  std::list<Item> queue_;
  absl::flat_hash_set<uint64_t> under_way_;  // keys
  size_t running_ = 0;                       // batches
  bool blocked_ = false;                     // all that waits has keys that are under way
  bool pacing_ = false;                      // a lane lets more gather
  Clock::time_point next_start_ = {};
  bool stopping_ = false;
  std::mutex answer_mutex_;
  std::condition_variable answerable_;
  std::deque<std::function<void()>> answers_;
  bool answers_end_ = false;
  std::vector<std::thread> runners_;
  std::thread answerer_;
};

}  // namespace laurel::batch
