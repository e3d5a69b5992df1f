#include "lib/status/error.h"
#include "members-svc/handlers/handlers.h"
#include "members-svc/store/order_returns.h"
#include "members-svc/store/unmatched_store.h"

namespace laurel::members::handlers {

absl::Status GetOrder(const Deps& deps, const server::Call& call,
                      const v1::GetOrderRequest& request, v1::GetOrderResponse* response) {
  constexpr char kNone[] = "No such order.";
  const absl::Status none = status::NotFound("ORDER_NOT_FOUND", kNone);
  const base::Uuid program_id = *base::DecodeId("prg", request.program_id());
  const base::Uuid order_id = *base::DecodeId("ord", request.order_id());
  return deps.pool.Read(call.deadline, [&](db::Tx& tx) -> absl::Status {
    response->Clear();
    LAUREL_ASSIGN_OR_RETURN(auto order, FindOrder(tx, program_id, order_id));
    if (!order) {
      LAUREL_ASSIGN_OR_RETURN(const auto unmatched, FindUnmatchedOf(tx, program_id, order_id));
      if (!unmatched) return none;
      if (unmatched->attached_order_id.IsZero()) {
        LAUREL_RETURN_IF_ERROR(auth::CheckOwner(call.caller, "", "ORDER_NOT_FOUND", kNone));
        LAUREL_ASSIGN_OR_RETURN(*response->mutable_order(), UnmatchedOrderOf(*unmatched));
        return AddCancellation(*unmatched, response->mutable_order());
      }
      // It has become this order, which lies where its member does.
      LAUREL_ASSIGN_OR_RETURN(order, FindOrder(tx, program_id, unmatched->attached_order_id));
      if (!order) return absl::InternalError("an attached order is not there");
    }
    LAUREL_RETURN_IF_ERROR(auth::CheckOwner(call.caller, base::EncodeId("mem", order->member_id),
                                            "ORDER_NOT_FOUND", kNone));
    if (!response->mutable_order()->ParseFromString(order->content)) {
      return absl::InternalError("a stored order does not parse");
    }
    return AddReturns(tx, {response->mutable_order()});
  });
}

}  // namespace laurel::members::handlers
