// Work that a program does by itself, again and again, on a thread of its own: paying, purging,
// looking after gauges. One piece runs at a time; a failed one is logged and tried again at a
// growing distance, at most a minute. Intervals run by the machine's clock, never a manual one.
#pragma once

#include <functional>
#include <string>
#include <thread>

#include "absl/base/thread_annotations.h"
#include "absl/status/statusor.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"

namespace laurel::jobs {

class Periodic {
 public:
  // One bounded piece of work. True: there is more, go on at once.
  using Work = std::function<absl::StatusOr<bool>()>;

  // `name` stands in the log. The first piece runs at once after Start().
  Periodic(std::string name, absl::Duration interval, Work work);
  ~Periodic();  // Stop()
  Periodic(const Periodic&) = delete;
  Periodic& operator=(const Periodic&) = delete;

  void Start();
  // Does not wait for the interval to end. From any thread.
  void Wake();
  // Ends after the piece that is running.
  void Stop();

 private:
  void Loop();
  // Waits for `pause`, a wake since `seen` (unless `only_stop`) or the end; false: the end.
  bool Wait(absl::Duration pause, uint64_t seen, bool only_stop);

  const std::string name_;
  const absl::Duration interval_;
  const Work work_;
  absl::Mutex mutex_;
  uint64_t wakes_ ABSL_GUARDED_BY(mutex_) = 0;
  bool stopping_ ABSL_GUARDED_BY(mutex_) = false;
  std::thread thread_;
};

}  // namespace laurel::jobs
