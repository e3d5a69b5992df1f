#include "members-svc/ledger/load_returns.h"

#include <utility>

#include "lib/base/bucket.h"
#include "lib/base/timestamps.h"
#include "lib/status/error.h"
#include "members-svc/domain/return_counters.h"
#include "members-svc/ledger/answers.h"
#include "members-svc/ledger/order_decision.h"
#include "members-svc/ledger/request_key.h"
#include "members-svc/store/ledger_rows.h"

namespace laurel::members {
namespace {

using Ids = google::protobuf::RepeatedPtrField<std::string>;

class Loader {
 public:
  Loader(db::Tx& tx, const std::vector<Command>& commands, BatchState& state)
      : tx_(tx), commands_(commands), state_(state) {}

  absl::Status Entries(WalletKeys& wallets) {
    for (size_t i = 0; i < commands_.size(); ++i) {
      const base::Uuid& member_id = state_.member_ids[i];
      if (member_id.IsZero()) continue;
      const auto* record = std::get_if<RecordOrder>(&commands_[i].what);
      if (record != nullptr && record->request != nullptr) {
        Want(member_id, record->request->spend_entry_ids());
      }
      if (const auto* back = std::get_if<ReturnOrder>(&commands_[i].what)) {
        Want(member_id, back->order->spend_entry_ids());
        Want(member_id, back->order->entry_ids());
      }
    }
    LAUREL_RETURN_IF_ERROR(ReadWanted());
    for (size_t i = 0; i < commands_.size(); ++i) {
      const auto* back = std::get_if<ReturnOrder>(&commands_[i].what);
      if (back == nullptr || state_.member_ids[i].IsZero()) continue;
      OrderToReturn& order = state_.orders_to_return[back->order_id];
      order.redemptions = KeysOf(state_.member_ids[i], back->order->spend_entry_ids());
      order.accruals = KeysOf(state_.member_ids[i], back->order->entry_ids());
      // Earlier releases kept orders without the ids of what they earned.
      if (back->order->entry_ids().empty() && !back->order->points_earned().empty()) {
        LAUREL_RETURN_IF_ERROR(FindAccruals(*back, state_.member_ids[i], order));
      }
      for (const auto* keys : {&order.redemptions, &order.accruals}) {
        for (const auto& [owner, wallet_no, seq] : *keys) {
          wallets.emplace(base::BucketOf(owner), owner, wallet_no);
        }
      }
    }
    return absl::OkStatus();
  }

  absl::Status Returns() {
    db::ColumnBuilder<int32_t> buckets, key_buckets;
    db::ColumnBuilder<base::Uuid> orders, keys;
    for (size_t i = 0; i < commands_.size(); ++i) {
      const auto* back = std::get_if<ReturnOrder>(&commands_[i].what);
      if (back == nullptr || state_.member_ids[i].IsZero()) continue;
      key_buckets.Add(BucketOfOrder(back->order_id));
      keys.Add(commands_[i].request_key);
      state_.orders_to_return[back->order_id].returns.clear();
    }
    if (keys.size() == 0) return absl::OkStatus();
    for (const auto& [order_id, order] : state_.orders_to_return) {
      buckets.Add(BucketOfOrder(order_id));
      orders.Add(order_id);
    }
    LAUREL_ASSIGN_OR_RETURN(const db::Rows rows,
                            tx_.Query("read_order_returns", buckets.Take(), orders.Take()));
    for (size_t i = 0; i < rows.size(); ++i) {
      const StoredReturn row = ReturnOf(rows[i]);
      auto& returned = state_.orders_to_return.at(row.order_id).returns.emplace_back();
      if (!returned.ParseFromString(row.content)) {
        return absl::InternalError("a stored return does not parse");
      }
    }
    LAUREL_ASSIGN_OR_RETURN(const db::Rows known, tx_.Query("find_order_returns_by_key",
                                                            key_buckets.Take(), keys.Take()));
    for (size_t i = 0; i < known.size(); ++i) {
      StoredReturn row = ReturnOf(known[i]);
      const base::Uuid key = row.request_key;
      state_.returns_by_key[key] = std::move(row);
    }
    return absl::OkStatus();
  }

 private:
  // In whatever wallets of the member, and of households that it was in.
  void Want(const base::Uuid& member_id, const Ids& entry_ids) {
    for (const std::string& id : entry_ids) {
      const auto entry_id = base::DecodeId("ent", id);
      if (!entry_id) continue;
      const EntryPlace place = PlaceOf(*entry_id);
      for (const base::Uuid& owner : state_.OwnersOf(member_id)) {
        buckets_.Add(base::BucketOf(owner));
        owners_.Add(owner);
        numbers_.Add(static_cast<int16_t>(place.wallet_no));
        seqs_.Add(place.seq);
        days_.Add(place.day);
      }
    }
  }

  absl::Status ReadWanted() {
    if (owners_.size() == 0) return absl::OkStatus();
    LAUREL_ASSIGN_OR_RETURN(const db::Rows rows,
                            tx_.Query("read_entries_by_seq", buckets_.Take(), owners_.Take(),
                                      numbers_.Take(), seqs_.Take(), days_.Take()));
    return TakeEntries(rows, nullptr);
  }

  absl::Status TakeEntries(const db::Rows& rows, std::vector<EntryKey>* keys) {
    for (size_t i = 0; i < rows.size(); ++i) {
      LAUREL_ASSIGN_OR_RETURN(WrittenEntry entry, EntryOf(rows[i]));
      const EntryKey key{entry.wallet.owner_id, entry.wallet.wallet_no, entry.entry.seq};
      if (keys != nullptr) keys->push_back(key);
      state_.referred[key] = std::move(entry);
    }
    return absl::OkStatus();
  }

  // Of what was read, the entries that really bear these ids.
  std::vector<EntryKey> KeysOf(const base::Uuid& member_id, const Ids& entry_ids) const {
    std::vector<EntryKey> keys;
    for (const std::string& id : entry_ids) {
      const auto entry_id = base::DecodeId("ent", id);
      if (!entry_id) continue;
      const EntryPlace place = PlaceOf(*entry_id);
      for (const base::Uuid& owner : state_.OwnersOf(member_id)) {
        const auto found = state_.referred.find({owner, place.wallet_no, place.seq});
        if (found == state_.referred.end()) continue;
        const LedgerEntry& entry = found->second.entry;
        if (EntryIdOf(owner, place.wallet_no, entry.create_us, place.seq) != *entry_id) continue;
        keys.push_back(found->first);
        break;
      }
    }
    return keys;
  }

  absl::Status FindAccruals(const ReturnOrder& back, const base::Uuid& member_id,
                            OrderToReturn& order) {
    db::ColumnBuilder<int32_t> buckets, days;
    db::ColumnBuilder<base::Uuid> owners, orders;
    for (const base::Uuid& owner : state_.OwnersOf(member_id)) {
      buckets.Add(base::BucketOf(owner));
      owners.Add(owner);
      days.Add(DayOf(base::FromTimestamp(back.order->create_time())));
      orders.Add(back.order_id);
    }
    LAUREL_ASSIGN_OR_RETURN(const db::Rows rows,
                            tx_.Query("find_order_accruals", buckets.Take(), owners.Take(),
                                      days.Take(), orders.Take()));
    return TakeEntries(rows, &order.accruals);
  }

  db::Tx& tx_;
  const std::vector<Command>& commands_;
  BatchState& state_;
  db::ColumnBuilder<int32_t> buckets_, days_;
  db::ColumnBuilder<base::Uuid> owners_;
  db::ColumnBuilder<int16_t> numbers_;
  db::ColumnBuilder<int64_t> seqs_;
};

}  // namespace

absl::Status LoadOrderEntries(db::Tx& tx, const std::vector<Command>& commands, BatchState& state,
                              WalletKeys& wallets) {
  return Loader(tx, commands, state).Entries(wallets);
}

absl::Status LoadReturns(db::Tx& tx, const std::vector<Command>& commands, BatchState& state) {
  return Loader(tx, commands, state).Returns();
}

std::vector<CounterKey> CountersOfReturn(const ReturnOrder& back, const CapCountersOf& of,
                                         const ProgramRules& rules, bool of_all) {
  std::vector<CounterKey> keys;
  const auto add = [&](const CounterKey& key) {
    if ((key.first == of.program_id) == of_all) keys.push_back(key);
  };
  for (const CounterUse& use : CounterUsesOf(*back.order, of)) add(use.key);
  const absl::Time occur = base::FromTimestamp(back.order->occur_time());
  for (const WalletTypeRules& type : rules.wallet_types) {
    if (!back.order->points_earned().contains(type.policy.code())) continue;
    for (const CounterKey& key : CapCountersFor(type, of, occur, rules.time_zone)) add(key);
  }
  return keys;
}

}  // namespace laurel::members
