// Where a request id of a hot command is kept: as a column of what it wrote, in the partition of
// the day on which that was written.
//
// An id that is a UUIDv7 carries its day. Its key has the same milliseconds and a hash of the scope
// behind them, and it is found again for 30 days. Any other id is hashed as a whole and found again
// for 48 hours.
#pragma once

#include <string_view>
#include <vector>

#include "absl/time/time.h"
#include "lib/base/uuid.h"
#include "lib/idempotency/once.h"

namespace laurel::members {

base::Uuid RequestKeyOf(const idempotency::Scope& scope);

// The key under which an approved adjustment is carried out, whoever of those who may does it.
base::Uuid AdjustmentKeyOf(const base::Uuid& program_id, const base::Uuid& member_id,
                           const base::Uuid& command_id);

// The days (since 1970, UTC) whose partitions may hold the key, as of `now`: for a dated key those
// on which a request sent at most a day after its id was made has been written, and for every key
// today and the two days before, since ids may also be old or made by a clock that is wrong.
std::vector<int> DaysOf(const base::Uuid& key, absl::Time now);

// Whether those are all the days on which the key may have been used, as of `now`: the id was made
// within the last day.
bool WrittenSinceMade(const base::Uuid& key, absl::Time now);

// The day number of a time.
int DayOf(absl::Time time);

}  // namespace laurel::members
