// `./laurel bench ledger`: posts and orders beside pgbench and beside a server with one transaction
// per rpc, and what two processes on one schema cost each other.
#pragma once

#include "absl/status/status.h"
#include "tests/bench/world.h"

namespace laurel::bench {

// pgbench, and the server with one transaction per rpc on the same tables.
absl::Status CompareWithOthers(Run& run);
// Posts, orders, write-ahead log, memory.
absl::Status MeasureLedger(Run& run);
// Orders alone, in a programme with ten campaigns.
absl::Status MeasureOrders(Run& run);
// Two processes on one schema, wallets at random and half of the posts on 200 of them: the rate,
// the conflicts, and the proof that nothing was lost or doubled.
absl::Status MeasureConflicts(Run& run);

}  // namespace laurel::bench
