// Finds who has an occasion by the calendar: birthdays, anniversaries of joining, and having done
// nothing for so many days. Part of the daily work (jobs/daily_work.h), a bucket at a time: each
// member's is queued once (store/occasion_store.h), however often a day is gone through, and days
// that were missed are made up for. Only what the programme's campaigns run for is looked for.
//
// Somebody's birthday stands in the sealed profile only. Beside it lies a keyed hash of month and
// day, made here when a programme has campaigns for birthdays, of members that have none yet.
//
// Doing nothing is counted in whole days of the programme's calendar, from the day on which the
// last order or activity of the member was recorded, or the member enrolled: of two days, when that
// was on Monday, it is told on Thursday.
#pragma once

#include <cstdint>
#include <optional>

#include "absl/status/statusor.h"
#include "lib/base/clock.h"
#include "lib/crypto/personal.h"
#include "lib/db/pool.h"
#include "members-svc/domain/occasion.h"

namespace laurel::members {

class DailyOccasions {
 public:
  struct Deps {
    db::Pool& pool;
    const base::Clock& clock;
    const crypto::KeyRing& keys;
    const crypto::BlindIndex& index;
  };
  explicit DailyOccasions(Deps deps) : deps_(deps) {}

  // Whether the rules have campaigns for what is found here.
  static bool AreWanted(const ProgramRules& rules);

  // Queues what lies on these days for the members of a bucket; how many occasions that are.
  // Errors are the database's.
  absl::StatusOr<int64_t> Queue(const ProgramRules& rules, OccasionDays days, int bucket);

 private:
  // Makes the hashes that are missing.
  absl::Status HashBirthdays(const ProgramRules& rules, int bucket);
  absl::StatusOr<int64_t> QueueBirthdays(db::Tx& tx, const ProgramRules& rules, OccasionDays days,
                                         int bucket) const;
  absl::StatusOr<int64_t> QueueAnniversaries(db::Tx& tx, const ProgramRules& rules,
                                             OccasionDays days, int bucket) const;
  // Who has done nothing for `idle` days on that day.
  absl::StatusOr<int64_t> QueueInactive(const ProgramRules& rules, int day, int idle,
                                        int bucket) const;

  const Deps deps_;
};

}  // namespace laurel::members
