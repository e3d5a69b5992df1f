// Which receipts were split, counted from stored orders.
#pragma once

#include <cstdint>
#include <functional>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "lib/db/pool.h"
#include "members-svc/domain/program_rules.h"
#include "members-svc/domain/visits.h"

namespace laurel::members {

struct SplitReading {
  // Orders that were made from then on, and before then.
  absl::Time start;
  absl::Time end;
  // Asked before every page: what is not OK ends the reading, and is its answer.
  std::function<absl::Status()> still_awaited = [] { return absl::OkStatus(); };
  int64_t most = 500000;  // orders of a programme in between
  int64_t at_once = 5000;
};

// The split days of all orders of a programme in between, sorted. FAILED_PRECONDITION,
// REPORT_TOO_LARGE; what `still_awaited` says.
absl::StatusOr<std::vector<SplitDay>> ReadSplitDays(db::Tx& tx, const ProgramRules& rules,
                                                    const SplitReading& reading);

}  // namespace laurel::members
