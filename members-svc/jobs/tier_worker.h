// Keeps the rows of members' tiers and segments up with what happens: evaluates members soon after
// what they do (ledger/tier_queue.h), tiers first, and all members of a programme after a new
// version of a tier set or of segments, slice by slice; how far that is stands in a row, so that it
// goes on wherever a process died. What time alone changes, and what a crash lost, is the daily
// work's.
#pragma once

#include <atomic>
#include <vector>

#include "absl/status/statusor.h"
#include "lib/base/clock.h"
#include "lib/base/uuid.h"
#include "lib/db/pool.h"
#include "lib/outbox/relay.h"
#include "members-svc/jobs/each_member.h"
#include "members-svc/ledger/tier_queue.h"
#include "members-svc/store/birthdays.h"
#include "members-svc/store/campaign_cache.h"

namespace laurel::members {

struct TierWorkerOptions {
  size_t members = 256;  // of the queue, at once
  int slices = 16;       // after a change of rules, in one round
  int64_t at_once = 64;  // members in one read of history
  // No further slice after so long, and no further members of the queue before them.
  absl::Duration round = absl::Seconds(2);
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
    // Told of each member who could not be evaluated.
    OnPassedOver on_passed_over = nullptr;
  };
  explicit TierWorker(Deps deps, TierWorkerOptions options = {}) : deps_(deps), options_(options) {}

  // One piece of what is to be done, the queue before any slice; false: nothing is left. Errors are
  // the database's; the members that it had taken are in the queue again. A member who cannot be
  // evaluated by what is recorded about it is passed over: the daily work tries again.
  absl::StatusOr<bool> Round(const std::atomic<bool>& stopping);

 private:
  absl::Status LookForPrograms();
  // Whose rows the database did not take, and why not the last of them.
  struct Refused {
    std::vector<TierQueue::Member> members;
    absl::Status why;

    void Add(const base::Uuid& program, const EvaluatedMembers& evaluated);
  };
  // Whether the queue has more.
  absl::StatusOr<bool> ServeQueue(const std::atomic<bool>& stopping);
  absl::Status EvaluateAll(const std::vector<TierQueue::Member>& members, Refused& refused);
  absl::StatusOr<int64_t> EvaluateTiersOfAll(const base::Uuid& program,
                                             const std::vector<base::Uuid>& members,
                                             Refused& refused);
  absl::StatusOr<bool> Sweep(const std::atomic<bool>& stopping);

  const Deps deps_;
  const TierWorkerOptions options_;
};

}  // namespace laurel::members
