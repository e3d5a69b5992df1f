#include "lib/base/clock.h"

#include <chrono>

#include "absl/time/clock.h"

namespace laurel::base {

absl::Time SystemClock::Now() const {
  return absl::FromUnixMicros(absl::ToUnixMicros(absl::Now()));
}

ManualClock::ManualClock(absl::Time start) : micros_(absl::ToUnixMicros(start)) {}

absl::Time ManualClock::Now() const { return absl::FromUnixMicros(micros_.load()); }

bool ManualClock::Set(absl::Time now) {
  const int64_t wanted = absl::ToUnixMicros(now);
  int64_t current = micros_.load();
  while (wanted >= current) {
    if (micros_.compare_exchange_weak(current, wanted)) return true;
  }
  return false;
}

void ManualClock::Advance(absl::Duration by) { micros_.fetch_add(absl::ToInt64Microseconds(by)); }

int64_t MonotonicMicros() {
  return std::chrono::duration_cast<std::chrono::microseconds>(
             std::chrono::steady_clock::now().time_since_epoch())
      .count();
}

}  // namespace laurel::base
