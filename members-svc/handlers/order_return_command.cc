#include "members-svc/handlers/order_return_command.h"

#include <optional>
#include <utility>

#include "lib/status/error.h"
#include "members-svc/ledger/ledger.h"
#include "members-svc/store/order_returns.h"
#include "members-svc/store/unmatched_store.h"

namespace laurel::members::handlers {
namespace {

// The order of a member, also by the id under which it was kept unmatched; none: it is nobody's and
// is to be cancelled, or was.
absl::StatusOr<std::optional<StoredOrder>> OrderToReturnOf(db::Tx& tx, const ReturnAsked& asked) {
  const base::Uuid program_id = *base::DecodeId("prg", asked.program_id);
  const base::Uuid order_id = *base::DecodeId("ord", asked.order_id);
  LAUREL_ASSIGN_OR_RETURN(auto order, FindOrder(tx, program_id, order_id));
  if (order) return order;
  LAUREL_ASSIGN_OR_RETURN(const auto unmatched, FindUnmatchedOf(tx, program_id, order_id));
  if (!unmatched) return status::NotFound("ORDER_NOT_FOUND", "No such order.");
  if (unmatched->attached_order_id.IsZero()) {
    if (asked.back.cancels) return std::nullopt;
    if (unmatched->cancel_us != 0) {
      return status::Refused("ORDER_RETURNED", "Nothing is left of the order.");
    }
    return status::Refused("ORDER_UNMATCHED",
                           "The order belongs to no member yet: attach it first, or cancel it.");
  }
  LAUREL_ASSIGN_OR_RETURN(order, FindOrder(tx, program_id, unmatched->attached_order_id));
  if (!order) return absl::InternalError("an attached order is not there");
  return order;
}

absl::StatusOr<std::optional<StoredOrder>> Find(const Deps& deps, const server::Call& call,
                                                const ReturnAsked& asked) {
  return db::ReadFor<std::optional<StoredOrder>>(
      deps.pool, call.deadline, [&](db::Tx& tx) { return OrderToReturnOf(tx, asked); });
}

}  // namespace

absl::Status Return(const Deps& deps, const server::Call& call, ReturnAsked asked,
                    v1::OrderReturn* out) {
  LAUREL_ASSIGN_OR_RETURN(auto found, Find(deps, call, asked));
  if (!found) {
    LAUREL_ASSIGN_OR_RETURN(const bool cancelled, CancelUnmatched(deps, call, asked, out));
    if (cancelled) return absl::OkStatus();
    LAUREL_ASSIGN_OR_RETURN(found, Find(deps, call, asked));
    if (!found) return absl::InternalError("an attached order is nobody's");
  }
  auto order = std::make_shared<v1::Order>();
  if (!order->ParseFromString(found->content)) {
    return absl::InternalError("a stored order does not parse");
  }
  Command command =
      NewCommand(call, {asked.program_id, order->member_id(), "", asked.request_id}, asked.request);
  members::ReturnOrder back = std::move(asked.back);
  back.order_id = found->order_id;
  back.order = std::move(order);
  back.actor = call.caller.Principal();
  command.what = std::move(back);
  LAUREL_ASSIGN_OR_RETURN(Outcome outcome, deps.ledger.Run(std::move(command)));
  *out = std::get<v1::OrderReturn>(std::move(outcome));
  return absl::OkStatus();
}

}  // namespace laurel::members::handlers
