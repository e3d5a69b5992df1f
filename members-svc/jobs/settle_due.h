// What falls due in wallets that nobody touches: pending lots that are due become active, those
// whose event has not come are cancelled, lots that have run out expire; per wallet, the earlier
// first. What is due at a programme's midnight stands in the lots as an instant, so that one pass
// serves all time zones.
//
// Each wallet is one command of the ledger, which settles it like any other write: a pass can be
// killed anywhere and run again, by several processes at once, and touches a wallet once. Wallets
// that are written meanwhile are settled by that write. The daily work (jobs/daily_work.h) settles
// each programme after its midnight, before anything that depends on it; the pass of every ten
// minutes takes what falls due in between.
#pragma once

#include <atomic>
#include <cstdint>
#include <optional>

#include "absl/status/statusor.h"
#include "lib/base/clock.h"
#include "lib/db/pool.h"
#include "members-svc/ledger/ledger.h"

namespace laurel::members {

inline constexpr int kSlices = 1024;  // of base::SliceOf

struct SettleOptions {
  // The slice (base::SliceOf) to begin with: several processes begin at different ones.
  int first_slice = 0;
  // Commands in the ledger's queue at once: the pass takes turns with what callers send.
  int64_t at_once = 512;
};

// The wallets of a bucket; of one programme, or of all.
struct DueWallets {
  int bucket = 0;
  std::optional<base::Uuid> program_id;
};
struct Settled {
  int64_t wallets = 0;
  int64_t left = 0;  // that the ledger did not take, being overloaded or without its database
};
// Settles those of them that are due at `now`, `at_once` at a time. Ends early when `stopping`
// becomes true. Errors are the database's.
absl::StatusOr<Settled> SettleBucket(db::Pool& pool, Ledger& ledger, const DueWallets& which,
                                     absl::Time now, int64_t at_once,
                                     const std::atomic<bool>& stopping);

// One pass over all wallets; how many were settled. Ends early, with what it has done, when
// `stopping` becomes true. Errors are the database's.
absl::StatusOr<int64_t> SettleDueWallets(db::Pool& pool, const base::Clock& clock, Ledger& ledger,
                                         const SettleOptions& options,
                                         const std::atomic<bool>& stopping);

}  // namespace laurel::members
