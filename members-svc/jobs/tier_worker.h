// Keeps the rows of members' tiers up with what happens: evaluates members soon after their orders
// and entries (ledger/tier_queue.h), and all members of a programme after a new version of a tier
// set, slice by slice; how far that is stands in the tier set's row, so that it goes on wherever a
// process died. What time alone changes, and what a crash lost, is the daily work's.
#pragma once

#include <atomic>

#include "absl/status/statusor.h"
#include "lib/base/clock.h"
#include "lib/base/uuid.h"
#include "lib/db/pool.h"
#include "lib/outbox/relay.h"
#include "members-svc/ledger/tier_queue.h"

namespace laurel::members {

struct TierWorkerOptions {
  size_t members = 256;                     // of the queue, in one round
  int slices = 16;                          // after a new version, in one round
  int64_t at_once = 64;                     // members in one read of history
  absl::Duration round = absl::Seconds(2);  // no further slice after so long
};

class TierWorker {
 public:
  struct Deps {
    db::Pool& pool;
    const base::Clock& clock;
    base::IdSource& ids;
    outbox::Relay& relay;
    TierQueue& queue;
  };
  explicit TierWorker(Deps deps, TierWorkerOptions options = {}) : deps_(deps), options_(options) {}

  // One piece of what is to be done; false: nothing is left. Errors are the database's; the members
  // that it had taken are in the queue again.
  absl::StatusOr<bool> Round(const std::atomic<bool>& stopping);

 private:
  absl::Status LookForPrograms();
  absl::Status EvaluateAll(const std::vector<TierQueue::Member>& members);
  absl::StatusOr<bool> Sweep(const std::atomic<bool>& stopping);

  const Deps deps_;
  const TierWorkerOptions options_;
};

}  // namespace laurel::members
