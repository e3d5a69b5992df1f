// Gives back reservations whose time is up: none outlives its expiry by more than a minute.
#pragma once

#include "absl/status/statusor.h"
#include "lib/base/clock.h"
#include "lib/db/pool.h"
#include "members-svc/ledger/ledger.h"

namespace laurel::members {

// Releases what is due, through the ledger; how many were. Safe to run in several processes: a
// reservation ends once.
absl::StatusOr<int64_t> ExpireReservations(db::Pool& pool, const base::Clock& clock,
                                           Ledger& ledger);

}  // namespace laurel::members
