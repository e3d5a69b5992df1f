// The daily work on wallets that nobody touches: pending lots that are due become active, those
// whose event has not come are cancelled, lots that have run out expire; per wallet, the earlier
// first. What is due at a programme's midnight stands in the lots as an instant, so that one pass
// serves all time zones.
//
// Each wallet is one command of the ledger, which settles it like any other write: a pass can be
// killed anywhere and run again, by several processes at once, and touches a wallet once. Wallets
// that are written meanwhile are settled by that write.
#pragma once

#include <atomic>
#include <cstdint>

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

// One pass over all wallets; how many were settled. Ends early, with what it has done, when
// `stopping` becomes true. Errors are the database's.
absl::StatusOr<int64_t> SettleDueWallets(db::Pool& pool, const base::Clock& clock, Ledger& ledger,
                                         const SettleOptions& options,
                                         const std::atomic<bool>& stopping);

}  // namespace laurel::members
