#include "members-svc/store/adjustment_store.h"

#include "lib/base/timestamps.h"
#include "lib/status/error.h"

namespace laurel::members {
namespace {

AdjustmentRow RowOf(const db::Row& row) {
  AdjustmentRow out;
  out.adjustment_id = row.Uuid(0);
  out.member_id = row.Uuid(1);
  out.command_id = row.OptionalUuid(10).value_or(base::Uuid{});
  v1::Adjustment& adjustment = out.adjustment;
  adjustment.set_adjustment_id(base::EncodeId("adj", out.adjustment_id));
  adjustment.set_member_id(base::EncodeId("mem", out.member_id));
  adjustment.set_wallet_type(std::string(row.Text(2)));
  adjustment.set_delta(row.Int(3));
  adjustment.set_reason(std::string(row.Text(4)));
  adjustment.set_state(static_cast<v1::AdjustmentState>(row.Int(5)));
  adjustment.set_proposer(std::string(row.Text(6)));
  base::SetTimestamp(row.Time(8), adjustment.mutable_create_time());
  if (!row.IsNull(7)) {
    adjustment.set_decider(std::string(row.Text(7)));
    base::SetTimestamp(row.Time(9), adjustment.mutable_decide_time());
  }
  if (const auto entry = row.OptionalUuid(11)) {
    adjustment.set_entry_id(base::EncodeId("ent", *entry));
  }
  return out;
}

}  // namespace

absl::StatusOr<AdjustmentRow> GetAdjustment(db::Tx& tx, const base::Uuid& program_id,
                                            const base::Uuid& adjustment_id) {
  LAUREL_ASSIGN_OR_RETURN(const db::Rows rows,
                          tx.Query("find_adjustment", program_id, adjustment_id));
  if (rows.empty()) {
    return status::NotFound("ADJUSTMENT_NOT_FOUND", "There is no such adjustment.");
  }
  return RowOf(rows[0]);
}

absl::StatusOr<std::vector<v1::Adjustment>> ListAdjustmentRows(db::Tx& tx,
                                                               const base::Uuid& program_id,
                                                               const base::Uuid& after, int state,
                                                               int64_t limit) {
  LAUREL_ASSIGN_OR_RETURN(const db::Rows rows,
                          tx.Query("list_adjustments", program_id, after, state, limit));
  std::vector<v1::Adjustment> out;
  for (size_t i = 0; i < rows.size(); ++i) out.push_back(RowOf(rows[i]).adjustment);
  return out;
}

}  // namespace laurel::members
