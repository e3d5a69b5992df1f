// `./laurel bench campaigns`: how long the engine takes to evaluate an order, on one thread.
#pragma once

#include "absl/status/status.h"
#include "tests/bench/world.h"

namespace laurel::bench {

// Orders of three lines against 10 and 1,000 active campaigns, as a chain of a hundred shops would
// have them, and against 1,000 that are all for the order's shop.
absl::Status MeasureCampaigns(Run& run);

}  // namespace laurel::bench
