// `./laurel bench soak`: what time does to a ledger that is written to without a pause.
#pragma once

#include "absl/status/status.h"
#include "tests/bench/world.h"

namespace laurel::bench {

// Posts in open loop, options.per_second of them for options.minutes, half of them on 200 wallets,
// so that autovacuum has heads to clean and the active partition grows under it: latency by the
// minute, dead rows, sizes, how often autovacuum came. Verified at the end.
absl::Status MeasureSoak(Run& run);

}  // namespace laurel::bench
