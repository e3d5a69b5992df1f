#include "members-svc/store/seal_rows.h"

#include "lib/status/error.h"

namespace laurel::members {
namespace {

constexpr int64_t kRowsAtOnce = 10000;
constexpr int64_t kDayUs = 24 * kHourUs;

BucketSeal BucketSealOf(const db::Row& row) {
  return {.bucket = static_cast<int>(row.Int(1)), .count = row.Int(2), .digest = row.Bytes(3)};
}

}  // namespace

SealedRoot SealedRootOf(const db::Row& row) {
  return {.program_id = row.Uuid(0),
          .start_us = row.Int(1),
          .fold = {.wallet_count = row.Int(2),
                   .order_count = row.Int(3),
                   .heads = row.Bytes(4),
                   .orders = row.Bytes(5)},
          .seal_us = row.Int(6),
          .root = row.Bytes(7)};
}

SealedOrderRow SealedOrderRowOf(const db::Row& row) {
  const int64_t create_us = row.Int(3);
  return {.bucket = static_cast<int>(row.Int(0)),
          .order = {.order_id = row.Uuid(1),
                    .member_id = row.Uuid(2),
                    .create_us = create_us,
                    .occur_us = row.Int(4),
                    .total_minor_units = row.Int(5),
                    .request_key = row.Uuid(6),
                    .content_hash = row.Bytes(7),
                    .content_digest = row.Bytes(8)},
          .day_fits = row.Int(9) == create_us / kDayUs};
}

ReturnSeal ReturnSealOf(const db::Row& row) {
  return {.order_id = row.Uuid(1),
          .member_id = row.Uuid(3),
          .return_no = static_cast<int>(row.Int(2)),
          .create_us = row.Int(4),
          .occur_us = row.Int(5),
          .request_key = row.Uuid(6),
          .content_hash = row.Bytes(7),
          .content_digest = row.Bytes(8)};
}

absl::StatusOr<std::map<base::Uuid, HourFold>> FoldHour(db::Tx& tx, int64_t start_us) {
  std::map<base::Uuid, HourFold> folds;
  const int64_t day = start_us / kDayUs;
  const int64_t end_us = start_us + kHourUs;
  LAUREL_ASSIGN_OR_RETURN(const db::Rows heads, tx.Query("seal_heads", day, start_us, end_us));
  for (size_t i = 0; i < heads.size(); ++i) {
    folds[heads[i].Uuid(0)].AddHeads(BucketSealOf(heads[i]));
  }
  LAUREL_ASSIGN_OR_RETURN(const db::Rows orders, tx.Query("seal_orders", day, start_us, end_us));
  for (size_t i = 0; i < orders.size(); ++i) {
    folds[orders[i].Uuid(0)].AddOrders(BucketSealOf(orders[i]));
  }
  LAUREL_ASSIGN_OR_RETURN(const db::Rows returns, tx.Query("seal_returns", start_us, end_us));
  for (size_t i = 0; i < returns.size(); ++i) {
    folds[returns[i].Uuid(0)].AddReturns(BucketSealOf(returns[i]));
  }
  return folds;
}

absl::StatusOr<std::vector<SealedRoot>> ReadSealedRoots(db::Tx& tx) {
  std::vector<SealedRoot> out;
  int64_t hour = -1;
  base::Uuid program;
  for (;;) {
    LAUREL_ASSIGN_OR_RETURN(const db::Rows rows,
                            tx.Query("verify_sealed_roots", hour, program, kRowsAtOnce));
    for (size_t i = 0; i < rows.size(); ++i) out.push_back(SealedRootOf(rows[i]));
    if (rows.size() < static_cast<size_t>(kRowsAtOnce)) return out;
    hour = out.back().start_us;
    program = out.back().program_id;
  }
}

absl::StatusOr<bool> InsertSealedRoot(db::Tx& tx, const SealedRoot& root) {
  LAUREL_ASSIGN_OR_RETURN(
      const db::Rows rows,
      tx.Query("insert_sealed_root", root.program_id, root.start_us, root.fold.wallet_count,
               root.fold.order_count, db::Bytes{root.fold.heads}, db::Bytes{root.fold.orders},
               root.seal_us, db::Bytes{root.root}));
  return !rows.empty();
}

}  // namespace laurel::members
