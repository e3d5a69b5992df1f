#include "members-svc/ledger/load_order_directory.h"

#include <utility>

#include "lib/base/bucket.h"
#include "lib/status/error.h"
#include "members-svc/ledger/order_decision.h"
#include "members-svc/ledger/request_key.h"
#include "members-svc/store/order_returns.h"

namespace laurel::members {
namespace {

// Whether an order may be known by its request's key alone, and have been written on a day on which
// that is looked for no more.
bool IsOfOldKey(const Command& command, const RecordOrder& record, const BatchState& state) {
  const bool by_request_alone = !record.request->has_customer() &&
                                record.request->external_id().empty() &&
                                record.unmatched_id.IsZero();
  return by_request_alone &&
         !WrittenSinceMade(command.request_key, absl::FromUnixMicros(state.now_us));
}

}  // namespace

bool SendOrderDirectory(db::Pipeline& tx, const std::vector<Command>& commands,
                        const BatchState& state) {
  db::ColumnBuilder<int32_t> buckets;
  db::ColumnBuilder<base::Uuid> keys;
  const auto ask = [&](const base::Uuid& key) {
    if (key.IsZero()) return;
    buckets.Add(base::BucketOf(key));
    keys.Add(key);
  };
  for (const Command& command : commands) {
    const auto* record = std::get_if<RecordOrder>(&command.what);
    if (record == nullptr) continue;
    for (const std::string& spend : record->request->spend_entry_ids()) {
      ask(SpendDirectoryKey(command.program_id,
                            base::DecodeId("ent", spend).value_or(base::Uuid{})));
    }
    ask(DirectoryKeyOf(command.program_id, *record));
    if (record->request->has_customer() || IsOfOldKey(command, *record, state)) {
      ask(command.request_key);
    }
  }
  if (keys.size() == 0) return false;
  tx.Send("read_order_directory", buckets.Take(), keys.Take());
  return true;
}

void TakeOrderDirectory(const db::Rows& rows, BatchState& state) {
  for (size_t i = 0; i < rows.size(); ++i) {
    state.order_directory[rows[i].Uuid(0)] = rows[i].Uuid(1);
  }
}

absl::Status LoadOrdersOfOldKeys(db::Tx& tx, const std::vector<Command>& commands,
                                 BatchState& state) {
  if (state.order_directory.empty()) return absl::OkStatus();
  for (const Command& command : commands) {
    const auto* record = std::get_if<RecordOrder>(&command.what);
    if (record == nullptr || !IsOfOldKey(command, *record, state)) continue;
    const auto known = state.order_directory.find(command.request_key);
    if (known == state.order_directory.end()) continue;
    if (state.orders_by_key.contains(command.request_key)) continue;
    LAUREL_ASSIGN_OR_RETURN(auto stored, FindOrder(tx, command.program_id, known->second));
    if (!stored) return absl::InternalError("the directory leads to no order");
    state.orders_by_key[command.request_key] = *std::move(stored);
  }
  return absl::OkStatus();
}

}  // namespace laurel::members
