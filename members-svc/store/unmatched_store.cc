#include "members-svc/store/unmatched_store.h"

#include <utility>

#include "lib/base/bucket.h"
#include "lib/base/timestamps.h"
#include "lib/status/error.h"
#include "members-svc/ledger/batch_state.h"
#include "members-svc/ledger/order_decision.h"

namespace laurel::members {
namespace {

UnmatchedRow RowOf(const db::Row& row) {
  const bool cancelled = !row.IsNull(12);
  return {.order_id = row.Uuid(0),
          .program_id = row.Uuid(1),
          .create_us = row.Int(2),
          .occur_us = row.Int(3),
          .attach_until_us = row.Int(4),
          .total_minor_units = row.Int(5),
          .given = static_cast<int>(row.Int(6)),
          .request_key = row.Uuid(7),
          .content_hash = row.Bytes(8),
          .content = row.Bytes(9),
          .attached_order_id = row.OptionalUuid(10).value_or(base::Uuid{}),
          .member_id = row.OptionalUuid(11).value_or(base::Uuid{}),
          .cancel_us = cancelled ? row.Int(12) : 0,
          .cancel_key = row.OptionalUuid(13).value_or(base::Uuid{}),
          .cancel_hash = cancelled ? row.Bytes(14) : "",
          .cancel_content = cancelled ? row.Bytes(15) : ""};
}

absl::Status InsertDirectory(db::Tx& tx, const std::vector<NewUnmatched>& orders) {
  db::ArrayBuilder buckets, keys, programs, ids;
  for (const NewUnmatched& order : orders) {
    for (const base::Uuid& key : order.directory_keys) {
      buckets.Add(base::BucketOf(key));
      keys.Add(key);
      programs.Add(order.row.program_id);
      ids.Add(order.row.order_id);
    }
  }
  return tx
      .Query("insert_order_directory", buckets.Take(), keys.Take(), programs.Take(), ids.Take())
      .status();
}

absl::Status InsertIdentifiersOf(db::Tx& tx, const std::vector<NewUnmatched>& orders) {
  db::ArrayBuilder buckets, programs, kinds, hashes, ids, create, until;
  bool any = false;
  for (const NewUnmatched& order : orders) {
    for (const Identifier& identifier : order.identifiers) {
      buckets.Add(base::BucketOfHash(identifier.hash));
      programs.Add(order.row.program_id);
      kinds.Add(static_cast<int>(identifier.kind));
      hashes.Add(db::Bytes{identifier.hash});
      ids.Add(order.row.order_id);
      create.Add(order.row.create_us);
      until.Add(order.row.attach_until_us);
      any = true;
    }
  }
  if (!any) return absl::OkStatus();
  return tx
      .Query("insert_unmatched_identifiers", buckets.Take(), programs.Take(), kinds.Take(),
             hashes.Take(), ids.Take(), create.Take(), until.Take())
      .status();
}

}  // namespace

std::string KeptRequestOf(v1::RecordOrderRequest request) {
  request.clear_program_id();
  request.clear_request_id();
  request.clear_member();
  return request.SerializeAsString();
}

absl::StatusOr<v1::Order> UnmatchedOrderOf(const UnmatchedRow& row) {
  v1::RecordOrderRequest request;
  if (!request.ParseFromString(row.content)) {
    return absl::InternalError("a stored unmatched order does not parse");
  }
  v1::Order order = OrderAsMade(request, {row.occur_us, row.total_minor_units}, row.create_us);
  order.set_order_id(base::EncodeId("ord", row.order_id));
  order.set_state(v1::ORDER_STATE_RECORDED);
  order.set_unmatched(true);
  return order;
}

absl::StatusOr<v1::OrderReturn> CancellationOf(const UnmatchedRow& row) {
  v1::OrderReturn cancelled;
  if (row.cancel_us == 0 || !cancelled.ParseFromString(row.cancel_content)) {
    return absl::InternalError("a stored cancellation does not parse");
  }
  return cancelled;
}

absl::Status AddCancellation(const UnmatchedRow& row, v1::Order* order) {
  if (row.cancel_us == 0) return absl::OkStatus();
  LAUREL_ASSIGN_OR_RETURN(const v1::OrderReturn cancelled, CancellationOf(row));
  order->set_state(cancelled.order_state());
  *order->mutable_returned_lines() = cancelled.returned_lines();
  order->add_return_ids(cancelled.return_id());
  return absl::OkStatus();
}

absl::StatusOr<absl::flat_hash_map<base::Uuid, UnmatchedRow>> FindUnmatched(
    db::Tx& tx, const std::vector<base::Uuid>& order_ids) {
  absl::flat_hash_map<base::Uuid, UnmatchedRow> out;
  if (order_ids.empty()) return out;
  LAUREL_ASSIGN_OR_RETURN(
      const db::Rows rows,
      tx.Query("find_unmatched_orders",
               db::ArrayOf(order_ids, [](const base::Uuid& id) { return BucketOfOrder(id); }),
               db::ArrayOf(order_ids, [](const base::Uuid& id) { return id; })));
  for (size_t i = 0; i < rows.size(); ++i) out[rows[i].Uuid(0)] = RowOf(rows[i]);
  return out;
}

absl::StatusOr<std::optional<UnmatchedRow>> FindUnmatchedOf(db::Tx& tx,
                                                            const base::Uuid& program_id,
                                                            const base::Uuid& order_id) {
  LAUREL_ASSIGN_OR_RETURN(auto rows, FindUnmatched(tx, {order_id}));
  if (rows.empty() || rows.begin()->second.program_id != program_id) return std::nullopt;
  return std::move(rows.begin()->second);
}

absl::StatusOr<std::vector<UnmatchedRow>> ListUnmatched(db::Tx& tx, const base::Uuid& program_id,
                                                        const base::Uuid& before, int64_t limit) {
  LAUREL_ASSIGN_OR_RETURN(const db::Rows rows,
                          tx.Query("list_unmatched_orders", program_id, before, limit));
  std::vector<UnmatchedRow> out;
  for (size_t i = 0; i < rows.size(); ++i) out.push_back(RowOf(rows[i]));
  return out;
}

absl::StatusOr<std::vector<UnmatchedRow>> UnmatchedAfter(db::Tx& tx, const base::Uuid& program_id,
                                                         int64_t bucket, const base::Uuid& order_id,
                                                         int64_t limit) {
  LAUREL_ASSIGN_OR_RETURN(const db::Rows rows,
                          tx.Query("verify_unmatched_orders", program_id, bucket, order_id, limit));
  std::vector<UnmatchedRow> out;
  for (size_t i = 0; i < rows.size(); ++i) out.push_back(RowOf(rows[i]));
  return out;
}

absl::Status InsertUnmatched(db::Tx& tx, const std::vector<NewUnmatched>& orders) {
  if (orders.empty()) return absl::OkStatus();
  LAUREL_RETURN_IF_ERROR(InsertDirectory(tx, orders));
  db::ArrayBuilder hashes, contents;
  for (const NewUnmatched& order : orders) {
    hashes.Add(db::Bytes{order.row.content_hash});
    contents.Add(db::Bytes{order.row.content});
  }
  const auto column = [&orders](auto value) {
    return db::ArrayOf(orders, [value](const NewUnmatched& o) { return value(o.row); });
  };
  using Row = UnmatchedRow;
  LAUREL_RETURN_IF_ERROR(tx.Query("insert_unmatched_orders",
                                  column([](const Row& r) { return BucketOfOrder(r.order_id); }),
                                  column([](const Row& r) { return r.order_id; }),
                                  column([](const Row& r) { return r.program_id; }),
                                  column([](const Row& r) { return r.create_us; }),
                                  column([](const Row& r) { return r.occur_us; }),
                                  column([](const Row& r) { return r.attach_until_us; }),
                                  column([](const Row& r) { return r.total_minor_units; }),
                                  column([](const Row& r) { return r.given; }),
                                  column([](const Row& r) { return r.request_key; }), hashes.Take(),
                                  contents.Take())
                             .status());
  return InsertIdentifiersOf(tx, orders);
}

absl::Status CancelUnmatched(db::Tx& tx, const UnmatchedRow& row) {
  // The key before the row, as who attaches it does.
  LAUREL_RETURN_IF_ERROR(InsertDirectory(
      tx, {{.row = row, .identifiers = {}, .directory_keys = {AttachedOrderKey(row.order_id)}}}));
  return tx
      .Query("cancel_unmatched_order", BucketOfOrder(row.order_id), row.order_id, row.cancel_us,
             row.cancel_key, db::Bytes{row.cancel_hash}, db::Bytes{row.cancel_content})
      .status();
}

}  // namespace laurel::members
