// The one place where the benchmark waits for time to pass: it is no test.
#pragma once

#include "absl/time/clock.h"
#include "absl/time/time.h"

namespace laurel::bench {

inline void Pause(absl::Duration duration) { absl::SleepFor(duration); }

}  // namespace laurel::bench
