// `./laurel bench replay`: a year of orders against other campaigns, by the job as members-svc runs
// it, on one thread of this program.
#pragma once

#include "absl/status/status.h"
#include "tests/bench/world.h"

namespace laurel::bench {

// Records a year (of --folder, or made up), then replays it under the campaigns that were active,
// whose result must be what recording gave, and under ten more.
absl::Status MeasureReplay(Run& run);

}  // namespace laurel::bench
