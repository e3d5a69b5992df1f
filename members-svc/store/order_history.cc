#include "members-svc/store/order_history.h"

#include <algorithm>

#include "laurel/members/v1/order_return.pb.h"
#include "lib/status/error.h"

namespace laurel::members {
namespace {

// Takes what a return brought back off its order.
absl::Status TakeOff(const std::string& content, PastOrder& order) {
  v1::OrderReturn returned;
  if (!returned.ParseFromString(content)) {
    return absl::InternalError("a stored return does not parse");
  }
  order.bought.left_minor_units -= returned.amount().minor_units();
  order.bought.anything_left = returned.order_state() != v1::ORDER_STATE_RETURNED &&
                               returned.order_state() != v1::ORDER_STATE_CANCELLED;
  order.returned_lines.Swap(returned.mutable_returned_lines());
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<absl::flat_hash_map<base::Uuid, OrderHistory>> ReadOrderHistory(
    db::Tx& tx, const std::string& buckets, const std::string& ids, bool with_content) {
  LAUREL_ASSIGN_OR_RETURN(const db::Rows rows,
                          tx.Query("read_tier_orders", buckets, ids, with_content));
  absl::flat_hash_map<base::Uuid, OrderHistory> out;
  base::Uuid last;
  for (size_t i = 0; i < rows.size(); ++i) {
    OrderHistory& history = out[rows[i].Uuid(0)];
    history.seen_us = std::max(history.seen_us, rows[i].Int(2));
    if (rows[i].Uuid(1) != last) {
      last = rows[i].Uuid(1);
      PastOrder& order = history.orders.emplace_back();
      order.bought.occur_us = rows[i].Int(3);
      order.bought.left_minor_units = rows[i].Int(4);
      if (with_content) {
        if (!order.content.emplace().ParseFromString(rows[i].Bytes(5))) {
          return absl::InternalError("a stored order does not parse");
        }
        order.bought.store = order.content->store();
      }
    }
    if (rows[i].IsNull(6)) continue;
    history.seen_us = std::max(history.seen_us, rows[i].Int(6));
    LAUREL_RETURN_IF_ERROR(TakeOff(rows[i].Bytes(7), history.orders.back()));
  }
  return out;
}

}  // namespace laurel::members
