#include "absl/strings/str_cat.h"
#include "lib/page/page.h"
#include "lib/status/error.h"
#include "members-svc/handlers/adjustment_handlers.h"
#include "members-svc/handlers/common.h"
#include "members-svc/store/adjustment_store.h"

namespace laurel::members::handlers {

absl::Status ListAdjustments(const Deps& deps, const server::Call& call,
                             const v1::ListAdjustmentsRequest& request,
                             v1::ListAdjustmentsResponse* response) {
  LAUREL_ASSIGN_OR_RETURN(const base::Uuid program, ProgramIdOf(request.program_id()));
  const int state = static_cast<int>(request.state());
  const std::string filter = absl::StrCat("ListAdjustments ", request.program_id(), " ", state);
  LAUREL_ASSIGN_OR_RETURN(const std::string position, page::Position(request.page_token(), filter));
  const base::Uuid after = base::DecodeId("adj", position).value_or(base::Uuid{});
  const int64_t size = page::Size(request.page_size());
  std::vector<v1::Adjustment> found;
  LAUREL_RETURN_IF_ERROR(deps.pool.Read(call.deadline, [&](db::Tx& tx) -> absl::Status {
    // One more than asked for says whether there is another page.
    LAUREL_ASSIGN_OR_RETURN(found, ListAdjustmentRows(tx, program, after, state, size + 1));
    return absl::OkStatus();
  }));
  const bool more = found.size() > static_cast<size_t>(size);
  if (more) found.pop_back();
  if (more) response->set_next_page_token(page::Token(found.back().adjustment_id(), filter));
  for (v1::Adjustment& adjustment : found) *response->add_adjustments() = std::move(adjustment);
  return absl::OkStatus();
}

}  // namespace laurel::members::handlers
