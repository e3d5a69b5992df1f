// What large ledgers cost: `./laurel bench growth` and `./laurel bench expiry`.
#pragma once

#include "absl/status/status.h"
#include "tests/bench/world.h"

namespace laurel::bench {

// Posts on ledgers of each size in options.entries, in ten daily partitions whose last is
// today's: in the first minute after a checkpoint, and after three minutes of load. A sample of the
// wallets is verified.
absl::Status MeasureGrowth(Run& run);

// A million lots that fall due on one day, five in each of 200,000 wallets: how long they take to
// expire while posts to others go on, and at what rate those go on.
absl::Status MeasureExpiry(Run& run);

}  // namespace laurel::bench
