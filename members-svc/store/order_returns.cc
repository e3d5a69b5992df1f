#include "members-svc/store/order_returns.h"

#include "absl/container/flat_hash_map.h"
#include "lib/base/bucket.h"
#include "lib/status/error.h"
#include "members-svc/ledger/order_decision.h"
#include "members-svc/ledger/request_key.h"
#include "members-svc/store/ledger_rows.h"

namespace laurel::members {

absl::StatusOr<std::optional<StoredOrder>> FindOrder(db::Tx& tx, const base::Uuid& program_id,
                                                     const base::Uuid& order_id) {
  // The id leads to bucket and day; made just after midnight, it may name the day before.
  const int day = DayOf(order_id.TimeOfV7());
  LAUREL_ASSIGN_OR_RETURN(const db::Rows rows, tx.Query("get_order", BucketOfOrder(order_id),
                                                        order_id, day - 1, day + 1));
  if (rows.empty()) return std::nullopt;
  StoredOrder order = OrderOf(rows[0]);
  if (order.program_id != program_id) return std::nullopt;
  return order;
}

absl::Status AddReturns(db::Tx& tx, const std::vector<v1::Order*>& orders) {
  absl::flat_hash_map<base::Uuid, v1::Order*> by_id;
  db::ArrayBuilder buckets, ids;
  for (v1::Order* order : orders) {
    // Earlier releases did not write it into the order.
    order->set_state(v1::ORDER_STATE_RECORDED);
    const auto order_id = base::DecodeId("ord", order->order_id());
    if (!order_id) return absl::InternalError("a stored order has no id");
    by_id[*order_id] = order;
    buckets.Add(BucketOfOrder(*order_id));
    ids.Add(*order_id);
  }
  if (by_id.empty()) return absl::OkStatus();
  LAUREL_ASSIGN_OR_RETURN(const db::Rows rows,
                          tx.Query("read_order_returns", buckets.Take(), ids.Take()));
  for (size_t i = 0; i < rows.size(); ++i) {
    const StoredReturn row = ReturnOf(rows[i]);
    v1::OrderReturn returned;
    if (!returned.ParseFromString(row.content)) {
      return absl::InternalError("a stored return does not parse");
    }
    // The newest one says where the order stands.
    v1::Order& order = *by_id.at(row.order_id);
    order.set_state(returned.order_state());
    *order.mutable_returned_lines() = returned.returned_lines();
    order.add_return_ids(returned.return_id());
  }
  return absl::OkStatus();
}

}  // namespace laurel::members
