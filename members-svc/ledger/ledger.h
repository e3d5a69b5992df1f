// The write path of points and orders: many requests, one commit. Any process may write any wallet:
// a guarded update of the head makes a batch fail as a whole when a wallet has moved since it was
// read, and one pessimistic pass, heads locked in key order, follows.
//
// A process has a few lanes, each with a thread and a connection: while the database works for
// one, the other decides. Commands that name a member alike are never in two lanes at once; when
// lanes meet nevertheless, they are to each other as two processes are.
#pragma once

#include <atomic>
#include <memory>
#include <vector>

#include "lib/base/clock.h"
#include "lib/batch/batcher.h"
#include "lib/db/pool.h"
#include "lib/outbox/relay.h"
#include "members-svc/ledger/attempt.h"
#include "members-svc/ledger/command.h"
#include "members-svc/ledger/tier_queue.h"

namespace laurel::members {

// Read by the metrics.
struct LedgerCounters {
  std::atomic<int64_t> conflicts{0};
  std::atomic<int64_t> points_issued{0};
  std::atomic<int64_t> points_redeemed{0};
  std::atomic<int64_t> points_expired{0};
  std::atomic<int64_t> orders{0};
};

// Whether a command that was answered so may be submitted again: it was not carried out, or it is
// not known whether it was.
bool MayBeRunAgain(const absl::Status& status);
// UNAVAILABLE, DATABASE_UNAVAILABLE: it is not known whether the command was carried out.
absl::Status DatabaseUnavailable();

class Ledger {
 public:
  struct Deps {
    const base::Clock& clock;
    base::IdSource& ids;
    db::Pool& pool;
    outbox::Relay& relay;
    const crypto::BlindIndex& index;
    CampaignCache& campaigns;
    // Told of what was committed, where there are tiers; null: nobody is.
    TierQueue* tiers = nullptr;
  };
  struct Options {
    batch::Options batch = {.lanes = 2};
  };
  explicit Ledger(Deps deps) : Ledger(deps, Options()) {}
  Ledger(Deps deps, Options options);
  ~Ledger();

  // Answers through command.answer, from another thread. UNAVAILABLE, DATABASE_UNAVAILABLE when it
  // is not known whether the command was carried out: the same request id finds out.
  void Submit(Command command);
  // Submits and waits; for jobs and tests.
  absl::StatusOr<Outcome> Run(Command command);
  std::vector<absl::StatusOr<Outcome>> RunAll(std::vector<Command> commands);
  // Runs what is queued and refuses what comes later.
  void Stop();

  const LedgerCounters& counters() const { return counters_; }
  const batch::Counters& batches() const { return batches_; }
  size_t queued() const { return batcher_->queued(); }

 private:
  using Outcomes = std::vector<absl::StatusOr<Outcome>>;
  struct Lane {
    int ensured_day = 0;  // partitions are there up to this day
    absl::flat_hash_set<int> days;
    // What the events of the largest batch so far have needed (AttemptOptions).
    int64_t room_us = 0;
  };

  std::function<void()> RunBatch(Lane& lane, std::vector<Command> commands);
  // Those that need it are admitted first (ledger/admission.h).
  Outcomes AdmitAndExecute(Lane& lane, std::vector<Command>& commands);
  Outcomes Execute(Lane& lane, const std::vector<Command>& commands);
  absl::Status Attempt(Lane& lane, const std::vector<Command>& commands, bool pessimistic,
                       BatchState& state);
  absl::Status EnsureDays(Lane& lane, absl::Time now);
  // A time for a batch, above that of every batch before by more than `room_us`; RaiseTime: it
  // became this one.
  int64_t TimeOf(absl::Time now, int64_t room_us);
  void RaiseTime(int64_t us);
  void Count(const BatchState& state);

  const Deps deps_;
  const AttemptDeps attempt_deps_;
  LedgerCounters counters_;
  batch::Counters batches_;
  std::atomic<int64_t> last_us_{0};  // time of the newest batch: no two have the same
  std::vector<Lane> lanes_;          // each touched by its own thread
  std::unique_ptr<batch::Batcher<Command>> batcher_;
};

}  // namespace laurel::members
