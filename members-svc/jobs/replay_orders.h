// Carries out replays (proto/…/replay.proto) beside the money: orders are read a page at a time in
// transactions that cannot write, partition by partition, then evaluated in slices by
// domain/replay.h, on one thread that gives way to all others.
//
// One process drives a replay at a time; each slice says how far it is and renews the lease. A
// replay that was cancelled ends at the next slice. One that was killed, or that a stopping program
// has left, begins again from its start, at the latest when its lease has run out: what it had is
// in memory only, and its result says the same however often it is made. One that has been begun
// most_claims times and never came to its end fails (REPLAY_GIVEN_UP): another time would end
// alike.
#pragma once

#include <atomic>
#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "lib/base/clock.h"
#include "lib/base/uuid.h"
#include "lib/db/pool.h"
#include "members-svc/domain/replay.h"
#include "members-svc/store/campaign_cache.h"
#include "members-svc/store/replay_store.h"

namespace laurel::members {

struct ReplayOptions {
  // Longer than any step between two words: another process would begin what is under way. Where a
  // process died, the replay waits so long.
  absl::Duration lease = absl::Minutes(2);
  int64_t most_claims = 5;
  absl::Duration word = absl::Milliseconds(250);  // says how far it is at most so often
  int64_t days = 16;                              // read in one round trip, some orders of each
  int64_t first_orders = 512;                     // of a day at first
  int64_t next_orders = 4096;                     // of a day that has more
  size_t slice = 2000;                            // orders evaluated before it may say so
  // Of orders in memory, and of what is counted from them; beyond: REPLAY_TOO_LARGE.
  size_t most_bytes = size_t{160} << 20;
};

class ReplayOrders {
 public:
  struct Deps {
    db::Pool& pool;
    const base::Clock& clock;
    base::IdSource& ids;
    CampaignCache& campaigns;
  };
  explicit ReplayOrders(Deps deps, ReplayOptions options = {});

  // Carries out one replay; false: none waits, or others drive them all. Errors are the database's;
  // the replay then begins again.
  absl::StatusOr<bool> Round(const std::atomic<bool>& stopping);

 private:
  // Where an order lies in what was read.
  struct Kept {
    int64_t occur_us;
    base::Uuid order_id;
    base::Uuid member_id;
    size_t begin;
    uint32_t size;
  };
  struct Work {
    ReplayRecord record;
    TrialRules rules;
    ReplayedOrders which;
    std::vector<Kept> orders;
    std::string contents;
    absl::Time next_word;  // when it says again how far it is
  };
  absl::StatusOr<bool> Claim(Work* work);
  absl::Status CarryOut(Work& work, const std::atomic<bool>& stopping);
  absl::Status Read(Work& work, const std::atomic<bool>& stopping);
  absl::Status Keep(Work& work, const OrderRow& row) const;
  // Whether the orders, and so much beside them, fit into memory.
  absl::Status CheckFits(const Work& work, size_t more) const;
  // Says how far it is, if it is time to. kCancelled: nobody wants it from us any more.
  absl::Status Tell(Work& work, size_t done);
  absl::Status Finish(const Work& work, const members::v1::ReplayResult& result);
  absl::Status Fail(const Work& work, const absl::Status& why);
  // Lets another process begin at once.
  void Leave(const Work& work);

  const Deps deps_;
  const ReplayOptions options_;
  const base::Uuid holder_;
};

}  // namespace laurel::members
