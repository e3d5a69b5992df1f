#include "absl/strings/str_cat.h"
#include "lib/page/page.h"
#include "lib/status/error.h"
#include "members-svc/handlers/common.h"
#include "members-svc/handlers/job_handlers.h"
#include "members-svc/store/job_store.h"

namespace laurel::members::handlers {

absl::Status ListJobs(const Deps& deps, const server::Call& call,
                      const v1::ListJobsRequest& request, v1::ListJobsResponse* response) {
  LAUREL_ASSIGN_OR_RETURN(const base::Uuid program, ProgramIdOf(request.program_id()));
  const int state = static_cast<int>(request.state());
  const std::string filter = absl::StrCat("ListJobs ", request.program_id(), " ", state);
  LAUREL_ASSIGN_OR_RETURN(const std::string position, page::Position(request.page_token(), filter));
  const base::Uuid after = base::DecodeId("job", position).value_or(base::Uuid{});
  const int64_t size = page::Size(request.page_size());
  db::Rows rows;
  LAUREL_RETURN_IF_ERROR(deps.pool.Read(call.deadline, [&](db::Tx& tx) -> absl::Status {
    // One more than asked for says whether there is another page.
    LAUREL_ASSIGN_OR_RETURN(rows, tx.Query("list_jobs", program, after, state, size + 1));
    return absl::OkStatus();
  }));
  const bool more = rows.size() > static_cast<size_t>(size);
  for (size_t i = 0; i < rows.size() - (more ? 1 : 0); ++i) {
    *response->add_jobs() = JobOf(rows[i]).job;
  }
  if (more) {
    const std::string& last = response->jobs(response->jobs_size() - 1).job_id();
    response->set_next_page_token(page::Token(last, filter));
  }
  return absl::OkStatus();
}

}  // namespace laurel::members::handlers
