#include "lib/base/bucket.h"
#include "lib/status/error.h"
#include "members-svc/handlers/handlers.h"
#include "members-svc/ledger/request_key.h"
#include "members-svc/store/ledger_rows.h"

namespace laurel::members::handlers {

absl::Status GetOrder(const Deps& deps, const server::Call& call,
                      const v1::GetOrderRequest& request, v1::GetOrderResponse* response) {
  constexpr char kNone[] = "No such order.";
  const absl::Status none = status::NotFound("ORDER_NOT_FOUND", kNone);
  const base::Uuid program_id = *base::DecodeId("prg", request.program_id());
  const base::Uuid order_id = *base::DecodeId("ord", request.order_id());
  // The id leads to bucket and day; made just after midnight, it may name the day before.
  const int bucket = base::LabelOfSlice(static_cast<int>(order_id.low & 0x3FF));
  const int day = DayOf(order_id.TimeOfV7());
  return deps.pool.Read(call.deadline, [&](db::Tx& tx) -> absl::Status {
    LAUREL_ASSIGN_OR_RETURN(const db::Rows rows,
                            tx.Query("get_order", bucket, order_id, day - 1, day + 1));
    if (rows.empty()) return none;
    const StoredOrder order = OrderOf(rows[0]);
    if (order.program_id != program_id) return none;
    LAUREL_RETURN_IF_ERROR(auth::CheckOwner(call.caller, base::EncodeId("mem", order.member_id),
                                            "ORDER_NOT_FOUND", kNone));
    if (!response->mutable_order()->ParseFromString(order.content)) {
      return absl::InternalError("a stored order does not parse");
    }
    return absl::OkStatus();
  });
}

}  // namespace laurel::members::handlers
