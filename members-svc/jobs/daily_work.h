// The daily work of each programme, begun after every midnight of its time zone, in a fixed order:
//
//   1. settle       what has fallen due becomes active, is cancelled or expires, per wallet the
//                   earlier first, as commands of the ledger (jobs/settle_due.h); what the ledger
//                   does not take, being overloaded, is tried again before the day goes on;
//   2. re-evaluate  the tiers, then the segments of members for whom time has changed something, or
//                   who did something that was not looked at (jobs/evaluate_tiers.h,
//                   jobs/evaluate_segments.h), and the quintiles that scores go by; then who has a
//                   birthday or another occasion by the calendar (jobs/daily_occasions.h);
//   3. notify       PointsExpiring for what will expire within the days that the wallet type says,
//                   out of wallets that are settled.
//
// A row per programme and day says which phase it is in and how many slices of members that is
// through. A day begins when the one before is done. Everything may be killed anywhere and run by
// several processes: settling finds only what is due, and notices are written in the transaction
// that moves the cursor, under the fence of the day's lease.
#pragma once

#include <atomic>
#include <optional>

#include "absl/status/statusor.h"
#include "lib/base/clock.h"
#include "lib/base/uuid.h"
#include "lib/db/pool.h"
#include "lib/outbox/relay.h"
#include "members-svc/jobs/daily_occasions.h"
#include "members-svc/jobs/each_member.h"
#include "members-svc/ledger/ledger.h"
#include "members-svc/store/birthdays.h"
#include "members-svc/store/campaign_cache.h"

namespace laurel::members {

struct DailyWorkOptions {
  int slices = 32;                          // in one round at most
  absl::Duration round = absl::Seconds(2);  // no further slice after so long
  absl::Duration lease = absl::Seconds(10);
  int64_t at_once = 512;  // wallets in the ledger's queue, or in one read
};

class DailyWork {
 public:
  struct Deps {
    db::Pool& pool;
    const base::Clock& clock;
    base::IdSource& ids;
    Ledger& ledger;
    CampaignCache& campaigns;
    outbox::Relay& relay;
    // Null: nobody's occasions are looked for.
    DailyOccasions* occasions = nullptr;
    // For segments that ask for birthdays; null: nobody's is known.
    const BirthdayKeys* birthdays = nullptr;
    // Told of each member who could not be evaluated.
    OnPassedOver on_passed_over = nullptr;
  };
  explicit DailyWork(Deps deps, DailyWorkOptions options = {});

  // Begins the days that have come, and does a piece of one; false: nothing is to be done, or
  // others do it. Errors are the database's.
  absl::StatusOr<bool> Round(const std::atomic<bool>& stopping);

 private:
  struct Run {
    base::Uuid program_id;
    int day = 0;
    std::optional<int> prev_day;
    int phase = 0;
    int slice = 0;
    int64_t fence = 0;
  };
  absl::Status BeginDays();
  absl::StatusOr<std::optional<Run>> Claim();
  absl::Status SettleSlices(const Run& run, const std::atomic<bool>& stopping);
  absl::Status ReevaluateSlices(const Run& run, const std::atomic<bool>& stopping);
  absl::Status NotifySlices(const Run& run, const std::atomic<bool>& stopping);
  // Writes the events of a slice into the outbox; how many lots they tell of.
  absl::StatusOr<int64_t> NotifySlice(db::Tx& tx, const Run& run, const ProgramRules& rules,
                                      int bucket);
  // The run is through `slice` slices of its phase; after the last one the next phase begins.
  absl::Status Advance(db::Tx& tx, const Run& run, int slice, int64_t settled, int64_t notified);

  const Deps deps_;
  const DailyWorkOptions options_;
  const base::Uuid holder_;
};

}  // namespace laurel::members
