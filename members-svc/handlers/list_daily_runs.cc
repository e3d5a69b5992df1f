#include <limits>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "lib/base/timestamps.h"
#include "lib/page/page.h"
#include "lib/status/error.h"
#include "members-svc/domain/daily.h"
#include "members-svc/handlers/common.h"
#include "members-svc/handlers/job_handlers.h"
#include "members-svc/jobs/settle_due.h"

namespace laurel::members::handlers {
namespace {

v1::DailyRun RunOf(const db::Row& row) {
  v1::DailyRun run;
  const absl::CivilDay day = CivilDayOf(static_cast<int>(row.Int(0)));
  run.mutable_day()->set_year(static_cast<int32_t>(day.year()));
  run.mutable_day()->set_month(day.month());
  run.mutable_day()->set_day(day.day());
  run.set_phase(static_cast<v1::DailyPhase>(row.Int(1)));
  const bool done = run.phase() == v1::DAILY_PHASE_DONE;
  run.set_progress_thousandths(done ? 1000 : static_cast<int32_t>(row.Int(2) * 1000 / kSlices));
  run.set_settled_count(row.Int(3));
  run.set_notified_count(row.Int(4));
  base::SetTimestamp(row.Time(5), run.mutable_begin_time());
  if (!row.IsNull(6)) base::SetTimestamp(row.Time(6), run.mutable_end_time());
  return run;
}

}  // namespace

absl::Status ListDailyRuns(const Deps& deps, const server::Call& call,
                           const v1::ListDailyRunsRequest& request,
                           v1::ListDailyRunsResponse* response) {
  LAUREL_ASSIGN_OR_RETURN(const base::Uuid program, ProgramIdOf(request.program_id()));
  const std::string filter = absl::StrCat("ListDailyRuns ", request.program_id());
  LAUREL_ASSIGN_OR_RETURN(const std::string position, page::Position(request.page_token(), filter));
  int before = std::numeric_limits<int>::max();
  if (!absl::SimpleAtoi(position, &before)) before = std::numeric_limits<int>::max();
  const int64_t size = page::Size(request.page_size());
  db::Rows rows;
  LAUREL_RETURN_IF_ERROR(deps.pool.Read(call.deadline, [&](db::Tx& tx) -> absl::Status {
    // One more than asked for says whether there is another page.
    LAUREL_ASSIGN_OR_RETURN(rows, tx.Query("list_daily_runs", program, before, size + 1));
    return absl::OkStatus();
  }));
  const bool more = rows.size() > static_cast<size_t>(size);
  const size_t count = rows.size() - (more ? 1 : 0);
  for (size_t i = 0; i < count; ++i) *response->add_runs() = RunOf(rows[i]);
  if (more) {
    response->set_next_page_token(page::Token(std::to_string(rows[count - 1].Int(0)), filter));
  }
  return absl::OkStatus();
}

}  // namespace laurel::members::handlers
