#include "members-svc/store/ledger_rows.h"

#include "lib/status/error.h"

namespace laurel::members {

absl::StatusOr<WrittenEntry> EntryOf(const db::Row& row) {
  WrittenEntry out;
  out.bucket = static_cast<int>(row.Int(0));
  out.wallet.owner_id = row.Uuid(1);
  out.wallet.wallet_no = static_cast<int>(row.Int(2));
  LedgerEntry& entry = out.entry;
  entry.seq = row.Int(3);
  entry.kind = static_cast<members::v1::EntryKind>(row.Int(4));
  entry.account = static_cast<Account>(row.Int(5));
  out.wallet.program_id = row.Uuid(6);
  entry.create_us = row.Int(7);
  entry.occur_us = row.Int(8);
  entry.active_delta = row.Int(9);
  entry.pending_delta = row.Int(10);
  entry.reserved_delta = row.Int(11);
  entry.active_after = row.Int(12);
  entry.pending_after = row.Int(13);
  entry.reserved_after = row.Int(14);
  entry.activate_us = row.IsNull(15) ? 0 : row.Int(15);
  entry.expire_us = row.IsNull(16) ? kNeverUs : row.Int(16);
  entry.order_id = row.OptionalUuid(17).value_or(base::Uuid{});
  entry.reservation_id = row.OptionalUuid(18).value_or(base::Uuid{});
  entry.refunded_seq = row.IsNull(19) ? 0 : row.Int(19);
  entry.request_key = row.OptionalUuid(20).value_or(base::Uuid{});
  entry.content_hash = row.IsNull(21) ? "" : row.Bytes(21);
  entry.detail = row.IsNull(22) ? "" : row.Bytes(22);
  LAUREL_ASSIGN_OR_RETURN(entry.lots, UnpackLots(row.IsNull(23) ? "" : row.Bytes(23)));
  entry.hash = row.Bytes(24);
  return out;
}

StoredOrder OrderOf(const db::Row& row) {
  return {.order_id = row.Uuid(0),
          .program_id = row.Uuid(1),
          .member_id = row.Uuid(2),
          .create_us = row.Int(3),
          .occur_us = row.Int(4),
          .total_minor_units = row.Int(5),
          .request_key = row.Uuid(6),
          .content_hash = row.Bytes(7),
          .content = row.Bytes(8)};
}

StoredReturn ReturnOf(const db::Row& row) {
  return {.order_id = row.Uuid(0),
          .return_no = static_cast<int>(row.Int(1)),
          .program_id = row.Uuid(2),
          .member_id = row.Uuid(3),
          .create_us = row.Int(4),
          .occur_us = row.Int(5),
          .request_key = row.Uuid(6),
          .content_hash = row.Bytes(7),
          .content = row.Bytes(8)};
}

}  // namespace laurel::members
