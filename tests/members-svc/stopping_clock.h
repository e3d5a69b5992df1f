// A clock at which a process is told to stop: while it works, just after it has asked what time it
// is.
#pragma once

#include <atomic>

#include "lib/base/clock.h"

namespace laurel::members::testing {

class StoppingClock final : public base::Clock {
 public:
  StoppingClock(absl::Time now, std::atomic<bool>& stopping) : now_(now), stopping_(stopping) {}
  absl::Time Now() const override {
    stopping_ = true;
    return now_;
  }

 private:
  const absl::Time now_;
  std::atomic<bool>& stopping_;
};

}  // namespace laurel::members::testing
