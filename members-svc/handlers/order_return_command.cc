#include "members-svc/handlers/order_return_command.h"

#include <utility>

#include "lib/status/error.h"
#include "members-svc/ledger/ledger.h"
#include "members-svc/store/order_returns.h"
#include "members-svc/store/unmatched_store.h"

namespace laurel::members::handlers {
namespace {

// The order of a member, also by the id under which it was kept unmatched.
absl::StatusOr<StoredOrder> OrderToReturnOf(db::Tx& tx, const base::Uuid& program_id,
                                            const base::Uuid& order_id) {
  LAUREL_ASSIGN_OR_RETURN(auto order, FindOrder(tx, program_id, order_id));
  if (order) return *std::move(order);
  LAUREL_ASSIGN_OR_RETURN(const auto unmatched, FindUnmatchedOf(tx, program_id, order_id));
  if (!unmatched) return status::NotFound("ORDER_NOT_FOUND", "No such order.");
  if (unmatched->attached_order_id.IsZero()) {
    return status::Refused("ORDER_UNMATCHED", "The order belongs to no member yet.");
  }
  LAUREL_ASSIGN_OR_RETURN(order, FindOrder(tx, program_id, unmatched->attached_order_id));
  if (!order) return absl::InternalError("an attached order is not there");
  return *std::move(order);
}

}  // namespace

absl::Status Return(const Deps& deps, const server::Call& call, ReturnAsked asked,
                    v1::OrderReturn* out) {
  const base::Uuid program_id = *base::DecodeId("prg", asked.program_id);
  const base::Uuid order_id = *base::DecodeId("ord", asked.order_id);
  StoredOrder found;
  LAUREL_RETURN_IF_ERROR(deps.pool.Read(call.deadline, [&](db::Tx& tx) -> absl::Status {
    LAUREL_ASSIGN_OR_RETURN(found, OrderToReturnOf(tx, program_id, order_id));
    return absl::OkStatus();
  }));
  auto order = std::make_shared<v1::Order>();
  if (!order->ParseFromString(found.content)) {
    return absl::InternalError("a stored order does not parse");
  }
  Command command =
      NewCommand(call, {asked.program_id, order->member_id(), "", asked.request_id}, asked.request);
  members::ReturnOrder back = std::move(asked.back);
  back.order_id = found.order_id;
  back.order = std::move(order);
  back.actor = call.caller.Principal();
  command.what = std::move(back);
  LAUREL_ASSIGN_OR_RETURN(Outcome outcome, deps.ledger.Run(std::move(command)));
  *out = std::get<v1::OrderReturn>(std::move(outcome));
  return absl::OkStatus();
}

}  // namespace laurel::members::handlers
