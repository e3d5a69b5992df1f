// The only source of time. Programs pass a Clock down; nothing else calls absl::Now().
// Times are cut to whole microseconds, the resolution of the database, so that a time read back
// equals the time written.
#pragma once

#include <atomic>
#include <cstdint>

#include "absl/time/time.h"

namespace laurel::base {

class Clock {
 public:
  virtual ~Clock() = default;
  virtual absl::Time Now() const = 0;
};

// The machine's clock.
class SystemClock final : public Clock {
 public:
  absl::Time Now() const override;
};

// A clock that stands still until it is set. Thread-safe.
class ManualClock final : public Clock {
 public:
  explicit ManualClock(absl::Time start);
  absl::Time Now() const override;
  // Refuses to go back: returns false and keeps its time.
  bool Set(absl::Time now);
  void Advance(absl::Duration by);

 private:
  std::atomic<int64_t> micros_;
};

// Microseconds of a running stopwatch, for durations in logs and metrics; not a time of day and
// never stored.
int64_t MonotonicMicros();

}  // namespace laurel::base
