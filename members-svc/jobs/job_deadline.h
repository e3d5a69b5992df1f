// How long a job waits for the database, for one page of its work. By the machine's clock: what a
// test's clock stands at bounds no wait.
#pragma once

#include "absl/time/clock.h"
#include "absl/time/time.h"

namespace laurel::members {

inline absl::Time JobDeadline() { return absl::Now() + absl::Seconds(10); }

}  // namespace laurel::members
