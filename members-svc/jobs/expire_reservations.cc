#include "members-svc/jobs/expire_reservations.h"

#include "absl/time/clock.h"
#include "lib/status/error.h"

namespace laurel::members {
namespace {

constexpr int64_t kAtOnce = 500;

}  // namespace

absl::StatusOr<int64_t> ExpireReservations(db::Pool& pool, const base::Clock& clock,
                                           Ledger& ledger) {
  int64_t ended = 0;
  for (;;) {
    db::Rows due;
    LAUREL_RETURN_IF_ERROR(
        pool.Read(absl::Now() + absl::Seconds(10), [&](db::Tx& tx) -> absl::Status {
          LAUREL_ASSIGN_OR_RETURN(due, tx.Query("read_due_reservations", clock.Now(), kAtOnce));
          return absl::OkStatus();
        }));
    int64_t round = 0;
    for (size_t i = 0; i < due.size(); ++i) {
      Command command;
      command.member_id = due[i].Uuid(1);
      command.program_id = due[i].Uuid(2);
      command.what =
          EndReservation{.reservation_id = due[i].Uuid(0), .how = EndReservation::How::kExpire};
      if (ledger.Run(std::move(command)).ok()) ++round;
    }
    ended += round;
    if (round == 0 || due.size() < static_cast<size_t>(kAtOnce)) return ended;
  }
}

}  // namespace laurel::members
