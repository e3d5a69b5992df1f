// Between rows of entries and orders and their structs.
#pragma once

#include "absl/status/statusor.h"
#include "lib/db/values.h"
#include "members-svc/ledger/batch_state.h"

namespace laurel::members {

// A row of find_entries_by_key, read_entries_by_seq, … : the columns in the order of those files.
absl::StatusOr<WrittenEntry> EntryOf(const db::Row& row);
// A row of find_orders_by_key or get_order.
StoredOrder OrderOf(const db::Row& row);
// A row of read_order_returns or find_order_returns_by_key.
StoredReturn ReturnOf(const db::Row& row);

}  // namespace laurel::members
