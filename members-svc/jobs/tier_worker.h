// Keeps the rows of members' tiers and segments up with what happens: evaluates members soon after
// what they do (ledger/tier_queue.h), tiers first, and all members of a programme after a new
// version of a tier set or of segments, slice by slice; how far that is stands in a row, so that it
// goes on wherever a process died. What time alone changes, and what a crash lost, is the daily
// work's.
#pragma once

#include <atomic>

#include "absl/status/statusor.h"
#include "lib/base/clock.h"
#include "lib/base/uuid.h"
#include "lib/db/pool.h"
#include "lib/outbox/relay.h"
#include "members-svc/ledger/tier_queue.h"
#include "members-svc/store/birthdays.h"
#include "members-svc/store/campaign_cache.h"

namespace laurel::members {

struct TierWorkerOptions {
  size_t members = 256;                     // of the queue, in one round
  int slices = 16;                          // after a change of rules, in one round
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
    // What campaigns run for tiers; null: none do.
    CampaignCache* campaigns = nullptr;
    // For segments that ask for birthdays; null: nobody's is known.
    const BirthdayKeys* birthdays = nullptr;
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
