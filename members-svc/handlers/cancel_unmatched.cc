#include <algorithm>
#include <utility>

#include "lib/base/timestamps.h"
#include "lib/idempotency/once.h"
#include "lib/status/error.h"
#include "members-svc/domain/order_return.h"
#include "members-svc/handlers/order_return_command.h"
#include "members-svc/ledger/order_decision.h"
#include "members-svc/ledger/request_key.h"
#include "members-svc/store/campaign_cache.h"
#include "members-svc/store/unmatched_store.h"

namespace laurel::members::handlers {
namespace {

// All of the order comes back, and no points: it has earned none.
absl::StatusOr<v1::OrderReturn> ReturnOfAll(const ProgramRules& rules, const v1::Order& order,
                                            const members::ReturnOrder& back, int64_t now_us) {
  LAUREL_ASSIGN_OR_RETURN(const int64_t occur_us,
                          ReturnTime(rules, order, back.occur_time, now_us));
  const LinesReturned none(static_cast<size_t>(order.lines_size()));
  LAUREL_ASSIGN_OR_RETURN(const LinesReturned all, AddReturn(order, none, {}));
  v1::OrderReturn out;
  out.set_order_id(order.order_id());
  out.set_number(1);
  TellReturned(order, none, all, &out);
  out.set_mode(rules.return_mode);
  out.set_order_state(v1::ORDER_STATE_CANCELLED);
  base::SetTimestamp(absl::FromUnixMicros(occur_us), out.mutable_occur_time());
  base::SetTimestamp(absl::FromUnixMicros(now_us), out.mutable_create_time());
  out.set_reason(back.reason);
  return out;
}

// The request that cancelled it has its answer again; others come too late.
absl::StatusOr<v1::OrderReturn> AnswerAgain(const UnmatchedRow& row, const base::Uuid& request_key,
                                            const std::string& content_hash) {
  if (row.cancel_key != request_key) {
    return status::Refused("ORDER_RETURNED", "Nothing is left of the order.");
  }
  if (row.cancel_hash != content_hash) return idempotency::RequestIdReused();
  return CancellationOf(row);
}

}  // namespace

absl::StatusOr<bool> CancelUnmatched(const Deps& deps, const server::Call& call,
                                     const ReturnAsked& asked, v1::OrderReturn* out) {
  const base::Uuid program_id = *base::DecodeId("prg", asked.program_id);
  const base::Uuid order_id = *base::DecodeId("ord", asked.order_id);
  // Request ids are those of the order: it has no member.
  const base::Uuid request_key = RequestKeyOf({.program_id = asked.program_id,
                                               .principal = call.caller.Principal(),
                                               .method = call.method,
                                               .owner_id = asked.order_id,
                                               .request_id = asked.request_id});
  const std::string content_hash =
      idempotency::ContentHash(asked.request).substr(0, kContentHashBytes);
  return db::TransactFor<bool>(deps.pool, call.deadline, [&](db::Tx& tx) -> absl::StatusOr<bool> {
    LAUREL_ASSIGN_OR_RETURN(auto row, FindUnmatchedOf(tx, program_id, order_id));
    if (!row) return status::NotFound("ORDER_NOT_FOUND", "No such order.");
    if (!row->attached_order_id.IsZero()) return false;
    if (row->cancel_us != 0) {
      LAUREL_ASSIGN_OR_RETURN(*out, AnswerAgain(*row, request_key, content_hash));
      return true;
    }
    LAUREL_ASSIGN_OR_RETURN(const auto rules, deps.campaigns.Current(tx, program_id));
    LAUREL_ASSIGN_OR_RETURN(const v1::Order order, UnmatchedOrderOf(*row));
    row->cancel_us = std::max(absl::ToUnixMicros(deps.clock.Now()), row->create_us);
    LAUREL_ASSIGN_OR_RETURN(*out, ReturnOfAll(*rules, order, asked.back, row->cancel_us));
    const absl::Time now = absl::FromUnixMicros(row->cancel_us);
    out->set_return_id(base::EncodeId("ret", deps.ids.Next(now)));
    out->set_actor(call.caller.Principal());
    row->cancel_key = request_key;
    row->cancel_hash = content_hash;
    row->cancel_content = out->SerializeAsString();
    LAUREL_RETURN_IF_ERROR(members::CancelUnmatched(tx, *row));
    return true;
  });
}

}  // namespace laurel::members::handlers
