#include "absl/strings/str_cat.h"
#include "lib/base/bucket.h"
#include "lib/page/page.h"
#include "lib/status/error.h"
#include "members-svc/handlers/handlers.h"
#include "members-svc/store/ledger_rows.h"
#include "members-svc/store/order_returns.h"
#include "members-svc/store/wallet_reads.h"

namespace laurel::members::handlers {

absl::Status ListOrders(const Deps& deps, const server::Call& call,
                        const v1::ListOrdersRequest& request, v1::ListOrdersResponse* response) {
  const base::Uuid program_id = *base::DecodeId("prg", request.program_id());
  const base::Uuid member_id = *base::DecodeId("mem", request.member_id());
  const std::string filter = absl::StrCat("ListOrders/", request.member_id());
  LAUREL_ASSIGN_OR_RETURN(const std::string position, page::Position(request.page_token(), filter));
  base::Uuid before{~0ULL, ~0ULL};
  if (!position.empty()) before = base::ParseUuid(position).value_or(before);
  const int64_t size = page::Size(request.page_size());
  return deps.pool.Read(call.deadline, [&](db::Tx& tx) -> absl::Status {
    response->Clear();
    LAUREL_RETURN_IF_ERROR(CheckMember(tx, program_id, member_id));
    LAUREL_ASSIGN_OR_RETURN(const db::Rows rows, tx.Query("list_orders", base::BucketOf(member_id),
                                                          member_id, before, size + 1));
    std::vector<v1::Order*> orders;
    for (size_t i = 0; i < rows.size() && i < static_cast<size_t>(size); ++i) {
      orders.push_back(response->add_orders());
      if (!orders.back()->ParseFromString(OrderOf(rows[i]).content)) {
        return absl::InternalError("a stored order does not parse");
      }
    }
    LAUREL_RETURN_IF_ERROR(AddReturns(tx, orders));
    if (rows.size() > static_cast<size_t>(size)) {
      const base::Uuid last = rows[static_cast<size_t>(size) - 1].Uuid(0);
      response->set_next_page_token(page::Token(base::ToString(last), filter));
    }
    return absl::OkStatus();
  });
}

}  // namespace laurel::members::handlers
