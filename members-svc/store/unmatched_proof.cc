#include "members-svc/store/unmatched_proof.h"

#include <utility>

#include "lib/base/bucket.h"
#include "lib/base/timestamps.h"
#include "lib/status/error.h"
#include "members-svc/domain/order_return.h"
#include "members-svc/ledger/order_decision.h"
#include "members-svc/ledger/request_key.h"
#include "members-svc/store/order_returns.h"

namespace laurel::members {
namespace {

constexpr int64_t kRowsAtOnce = 2000;

// What was bought, where and when.
std::string BoughtBy(const v1::Order& order) {
  v1::Order bought;
  bought.set_external_id(order.external_id());
  bought.set_store(order.store());
  bought.set_channel(order.channel());
  *bought.mutable_lines() = order.lines();
  bought.set_tax_treatment(order.tax_treatment());
  *bought.mutable_delivery_charge() = order.delivery_charge();
  *bought.mutable_total() = order.total();
  *bought.mutable_occur_time() = order.occur_time();
  return bought.SerializeAsString();
}

// What is wrong with a member's order and the unmatched order that it was; empty: nothing.
std::string FaultOf(const base::Uuid& order_id, const v1::Order& order, const UnmatchedRow& row) {
  if (row.attached_order_id != order_id ||
      base::EncodeId("mem", row.member_id) != order.member_id()) {
    return "the unmatched order that it was is not attached to it";
  }
  const auto unmatched = UnmatchedOrderOf(row);
  if (!unmatched.ok()) return "the unmatched order that it was cannot be read";
  return BoughtBy(order) == BoughtBy(*unmatched)
             ? ""
             : "the unmatched order that it was says something else";
}

// What is wrong with the cancellation of an order; empty: nothing.
std::string FaultOfCancellation(const UnmatchedRow& row, const v1::Order& order) {
  const auto told = CancellationOf(row);
  const LinesReturned none(static_cast<size_t>(order.lines_size()));
  const auto all = AddReturn(order, none, {});
  if (!told.ok() || !all.ok()) return "its cancellation cannot be read";
  v1::OrderReturn expected = *told;
  expected.clear_lines();
  expected.clear_returned_lines();
  expected.clear_entries();
  expected.clear_points();
  expected.set_order_id(order.order_id());
  expected.set_number(1);
  TellReturned(order, none, *all, &expected);
  expected.set_order_state(v1::ORDER_STATE_CANCELLED);
  base::SetTimestamp(absl::FromUnixMicros(row.cancel_us), expected.mutable_create_time());
  return expected.SerializeAsString() == told->SerializeAsString()
             ? ""
             : "its cancellation says something else";
}

}  // namespace

absl::Status UnmatchedProof::CheckOrders(db::Tx& tx, const std::vector<MembersOrder>& orders,
                                         const Fault& fault) {
  std::vector<base::Uuid> ids;
  for (const MembersOrder& one : orders) {
    const auto id = base::DecodeId("ord", one.order.unmatched_order_id());
    if (id) ids.push_back(*id);
  }
  LAUREL_ASSIGN_OR_RETURN(const auto rows, FindUnmatched(tx, ids));
  for (const MembersOrder& one : orders) {
    const auto id = base::DecodeId("ord", one.order.unmatched_order_id());
    if (!id) continue;
    attached_[*id] = one.order_id;
    const auto row = rows.find(*id);
    std::string what = row == rows.end() || row->second.program_id != program_id_
                           ? "the unmatched order that it was is not there"
                           : FaultOf(one.order_id, one.order, row->second);
    if (!what.empty()) fault(one.member_id, one.order_id, std::move(what));
  }
  return absl::OkStatus();
}

absl::StatusOr<bool> UnmatchedProof::Next(db::Tx& tx, const Fault& fault) {
  LAUREL_ASSIGN_OR_RETURN(const auto rows,
                          UnmatchedAfter(tx, program_id_, last_bucket_, last_order_, kRowsAtOnce));
  if (rows.empty()) return false;
  last_bucket_ = BucketOfOrder(rows.back().order_id);
  last_order_ = rows.back().order_id;
  db::ArrayBuilder buckets, keys, ids;
  std::vector<const UnmatchedRow*> led_to;
  const auto lead_to = [&](const base::Uuid& key, const UnmatchedRow& row) {
    buckets.Add(base::BucketOf(key));
    keys.Add(key);
    ids.Add(row.order_id);
    led_to.push_back(&row);
  };
  for (const UnmatchedRow& row : rows) {
    lead_to(row.request_key, row);
    const auto order = UnmatchedOrderOf(row);
    if (!order.ok()) {
      fault(row.member_id, row.order_id, "it cannot be read");
    } else if (!order->external_id().empty()) {
      lead_to(OrderDirectoryKey(program_id_, order->external_id()), row);
    }
    if (row.cancel_us != 0 && order.ok()) {
      lead_to(AttachedOrderKey(row.order_id), row);
      std::string what = FaultOfCancellation(row, *order);
      if (!what.empty()) fault(row.member_id, row.order_id, std::move(what));
    }
    if (row.attached_order_id.IsZero()) continue;
    LAUREL_RETURN_IF_ERROR(CheckAttached(tx, row, fault));
  }
  LAUREL_ASSIGN_OR_RETURN(const db::Rows astray, tx.Query("verify_order_directory", program_id_,
                                                          buckets.Take(), keys.Take(), ids.Take()));
  for (size_t i = 0; i < astray.size(); ++i) {
    const UnmatchedRow& row = *led_to[static_cast<size_t>(astray[i].Int(0)) - 1];
    fault(row.member_id, row.order_id, "the directory of orders does not lead to it");
  }
  return true;
}

// CheckOrders has compared those of its orders; what was attached since is read.
absl::Status UnmatchedProof::CheckAttached(db::Tx& tx, const UnmatchedRow& row,
                                           const Fault& fault) {
  const auto known = attached_.find(row.order_id);
  if (known != attached_.end() && known->second == row.attached_order_id) return absl::OkStatus();
  LAUREL_ASSIGN_OR_RETURN(const auto stored, FindOrder(tx, program_id_, row.attached_order_id));
  v1::Order order;
  const bool there = stored && order.ParseFromString(stored->content) &&
                     order.unmatched_order_id() == base::EncodeId("ord", row.order_id);
  std::string what = there ? FaultOf(row.attached_order_id, order, row)
                           : "it is attached to an order that is not there";
  if (!what.empty()) fault(row.member_id, row.order_id, std::move(what));
  return absl::OkStatus();
}

}  // namespace laurel::members
