#include "members-svc/store/seal_rows.h"

#include "lib/status/error.h"

namespace laurel::members {
namespace {

constexpr int64_t kRowsAtOnce = 10000;
constexpr int64_t kDayUs = 24 * kHourUs;

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

OrderSeal OrderSealOf(const db::Row& row, bool* day_fits) {
  OrderSeal order{.bucket = static_cast<int>(row.Int(0)),
                  .order_id = row.Uuid(1),
                  .program_id = row.Uuid(2),
                  .member_id = row.Uuid(3),
                  .create_us = row.Int(4),
                  .occur_us = row.Int(5),
                  .total_minor_units = row.Int(6),
                  .request_key = row.Uuid(7),
                  .content_hash = row.Bytes(8),
                  .content_digest = row.Bytes(9)};
  *day_fits = row.Int(10) == order.create_us / kDayUs;
  return order;
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
