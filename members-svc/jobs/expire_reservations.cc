#include "members-svc/jobs/expire_reservations.h"

#include <algorithm>

#include "lib/status/error.h"
#include "members-svc/jobs/job_deadline.h"

namespace laurel::members {
namespace {

constexpr int64_t kAtOnce = 500;

}  // namespace

absl::StatusOr<int64_t> ExpireReservations(db::Pool& pool, const base::Clock& clock,
                                           Ledger& ledger) {
  int64_t ended = 0;
  // The last one that was read: what cannot be ended holds up no other.
  int64_t expire_us = 0;
  base::Uuid reservation_id;
  for (;;) {
    db::Rows due;
    LAUREL_RETURN_IF_ERROR(pool.Read(JobDeadline(), [&](db::Tx& tx) -> absl::Status {
      LAUREL_ASSIGN_OR_RETURN(
          due, tx.Query("read_due_reservations", clock.Now(), expire_us, reservation_id, kAtOnce));
      return absl::OkStatus();
    }));
    std::vector<Command> commands(due.size());
    for (size_t i = 0; i < due.size(); ++i) {
      commands[i].member_id = due[i].Uuid(1);
      commands[i].program_id = due[i].Uuid(2);
      commands[i].what =
          EndReservation{.reservation_id = due[i].Uuid(0), .how = EndReservation::How::kExpire};
    }
    const auto outcomes = ledger.RunAll(std::move(commands));
    ended += std::count_if(outcomes.begin(), outcomes.end(),
                           [](const auto& outcome) { return outcome.ok(); });
    if (due.size() < static_cast<size_t>(kAtOnce)) return ended;
    reservation_id = due[due.size() - 1].Uuid(0);
    expire_us = due[due.size() - 1].Int(3);
  }
}

}  // namespace laurel::members
