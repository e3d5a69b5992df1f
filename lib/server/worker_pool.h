// The bounded pool for handlers that block. A full queue refuses at once: a queue that is longer
// than a caller's patience helps nobody.
#pragma once

#include <cstddef>
#include <deque>
#include <thread>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/functional/any_invocable.h"
#include "absl/synchronization/mutex.h"

namespace laurel::server {

class WorkerPool {
 public:
  // At least one thread; at most `queue_capacity` tasks wait.
  WorkerPool(int threads, size_t queue_capacity);
  // Runs what is queued, then ends the threads.
  ~WorkerPool();
  WorkerPool(const WorkerPool&) = delete;
  WorkerPool& operator=(const WorkerPool&) = delete;

  // False, with the task untouched, when the queue is full. Tasks must not throw.
  bool Submit(absl::AnyInvocable<void()>&& task);
  size_t queued() const;

 private:
  void Work();

  const size_t capacity_;
  mutable absl::Mutex mutex_;
  bool ending_ ABSL_GUARDED_BY(mutex_) = false;
  std::deque<absl::AnyInvocable<void()>> queue_ ABSL_GUARDED_BY(mutex_);
  std::vector<std::thread> threads_;
};

}  // namespace laurel::server
