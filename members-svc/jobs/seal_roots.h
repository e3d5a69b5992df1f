// Seals the ledger hour by hour (domain/seal.h), some minutes after each hour is over, beside the
// money and never in its transactions.
#pragma once

#include "absl/status/statusor.h"
#include "lib/base/clock.h"
#include "lib/db/pool.h"

namespace laurel::members {

// How long after its end an hour is sealed. A batch commits within seconds of its time of
// recording: a statement lasts at most ten, and clocks of two processes differ by less than the
// rest.
inline constexpr absl::Duration kSealAfter = absl::Minutes(5);

// Seals the next hour that is due; false: there is none. Restartable anywhere, and safe in several
// processes: an hour's rows commit together, and the first to commit them wins.
absl::StatusOr<bool> SealNextHour(db::Pool& pool, const base::Clock& clock);

}  // namespace laurel::members
