#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "lib/page/page.h"
#include "lib/status/error.h"
#include "members-svc/handlers/common.h"
#include "members-svc/handlers/job_handlers.h"
#include "members-svc/store/job_store.h"

namespace laurel::members::handlers {

absl::Status ListJobRows(const Deps& deps, const server::Call& call,
                         const v1::ListJobRowsRequest& request, v1::ListJobRowsResponse* response) {
  LAUREL_ASSIGN_OR_RETURN(const base::Uuid program, ProgramIdOf(request.program_id()));
  const base::Uuid id = base::DecodeId("job", request.job_id()).value_or(base::Uuid{});
  const int state = static_cast<int>(request.state());
  const std::string filter =
      absl::StrCat("ListJobRows ", request.program_id(), " ", request.job_id(), " ", state);
  LAUREL_ASSIGN_OR_RETURN(const std::string position, page::Position(request.page_token(), filter));
  int after = -1;
  if (!absl::SimpleAtoi(position, &after)) after = -1;
  const int64_t size = page::Size(request.page_size());
  db::Rows rows;
  LAUREL_RETURN_IF_ERROR(deps.pool.Read(call.deadline, [&](db::Tx& tx) -> absl::Status {
    LAUREL_RETURN_IF_ERROR(GetJobRecord(tx, program, id).status());
    // One more than asked for says whether there is another page.
    LAUREL_ASSIGN_OR_RETURN(rows, tx.Query("list_job_rows", program, id, after, state, size + 1));
    return absl::OkStatus();
  }));
  const bool more = rows.size() > static_cast<size_t>(size);
  for (size_t i = 0; i < rows.size() - (more ? 1 : 0); ++i) {
    *response->add_rows() = JobRowOf(rows[i]).result;
  }
  if (more) {
    const int last = response->rows(response->rows_size() - 1).index();
    response->set_next_page_token(page::Token(std::to_string(last), filter));
  }
  return absl::OkStatus();
}

}  // namespace laurel::members::handlers
