#include "absl/strings/str_cat.h"
#include "lib/base/timestamps.h"
#include "lib/page/page.h"
#include "lib/status/error.h"
#include "members-svc/domain/order_matching.h"
#include "members-svc/handlers/common.h"
#include "members-svc/handlers/handlers.h"
#include "members-svc/store/program_store.h"
#include "members-svc/store/unmatched_store.h"

namespace laurel::members::handlers {

absl::Status ListUnmatchedOrders(const Deps& deps, const server::Call& call,
                                 const v1::ListUnmatchedOrdersRequest& request,
                                 v1::ListUnmatchedOrdersResponse* response) {
  LAUREL_ASSIGN_OR_RETURN(const base::Uuid program, ProgramIdOf(request.program_id()));
  const std::string filter = absl::StrCat("ListUnmatchedOrders ", request.program_id());
  LAUREL_ASSIGN_OR_RETURN(const std::string position, page::Position(request.page_token(), filter));
  base::Uuid before{~0ULL, ~0ULL};
  if (!position.empty()) before = base::ParseUuid(position).value_or(before);
  const auto size = static_cast<size_t>(page::Size(request.page_size()));
  return deps.pool.Read(call.deadline, [&](db::Tx& tx) -> absl::Status {
    response->Clear();
    LAUREL_RETURN_IF_ERROR(GetProgramRow(tx, program).status());
    // One more than asked for says whether there is another page.
    LAUREL_ASSIGN_OR_RETURN(const auto rows,
                            ListUnmatched(tx, program, before, static_cast<int64_t>(size) + 1));
    for (size_t i = 0; i < rows.size() && i < size; ++i) {
      v1::UnmatchedOrder* out = response->add_orders();
      LAUREL_ASSIGN_OR_RETURN(*out->mutable_order(), UnmatchedOrderOf(rows[i]));
      for (const v1::MatchKind kind : KindsOfBits(rows[i].given)) out->add_given(kind);
      base::SetTimestamp(absl::FromUnixMicros(rows[i].attach_until_us),
                         out->mutable_attach_until_time());
    }
    if (rows.size() > size) {
      response->set_next_page_token(page::Token(base::ToString(rows[size - 1].order_id), filter));
    }
    return absl::OkStatus();
  });
}

}  // namespace laurel::members::handlers
