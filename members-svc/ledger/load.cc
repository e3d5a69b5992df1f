#include <algorithm>
#include <map>
#include <set>

#include "lib/base/bucket.h"
#include "lib/base/timestamps.h"
#include "lib/status/error.h"
#include "members-svc/domain/lot_policy.h"
#include "members-svc/ledger/answers.h"
#include "members-svc/ledger/attempt.h"
#include "members-svc/ledger/load_counters.h"
#include "members-svc/ledger/request_key.h"
#include "members-svc/store/ledger_rows.h"
#include "members-svc/store/member_store.h"

namespace laurel::members {
namespace {

// The reads of one attempt, in their order.
class Loader {
 public:
  Loader(db::Tx& tx, const AttemptDeps& deps, const AttemptOptions& options,
         const std::vector<Command>& commands, BatchState& state)
      : tx_(tx), deps_(deps), options_(options), commands_(commands), state_(state) {}

  absl::Status Run() {
    state_.now_us = options_.now_us;
    LAUREL_RETURN_IF_ERROR(LoadRules());
    LAUREL_RETURN_IF_ERROR(FindMembersByExternalId());
    LAUREL_RETURN_IF_ERROR(LockCountersOfAll(tx_, commands_, state_));
    LAUREL_RETURN_IF_ERROR(LoadReservations());
    LAUREL_RETURN_IF_ERROR(LoadHeads());
    LAUREL_RETURN_IF_ERROR(LoadKeys());
    LAUREL_RETURN_IF_ERROR(LoadOrderDirectory());
    LAUREL_RETURN_IF_ERROR(LoadCounters(tx_, commands_, state_));
    LAUREL_RETURN_IF_ERROR(LoadAdjustmentLimits());
    LAUREL_RETURN_IF_ERROR(LoadReferred());
    LAUREL_RETURN_IF_ERROR(LoadExtensions());
    return LoadMarks();
  }

 private:
  const ProgramRules* RulesOf(const Command& command) const {
    const auto found = state_.rules.find(command.program_id);
    return found == state_.rules.end() ? nullptr : found->second.get();
  }

  absl::Status LoadRules() {
    absl::flat_hash_set<base::Uuid> programs;
    for (const Command& command : commands_) programs.insert(command.program_id);
    LAUREL_ASSIGN_OR_RETURN(
        const db::Rows rows,
        tx_.Query("read_program_versions",
                  db::ArrayOf(programs, [](const base::Uuid& id) { return id; })));
    for (size_t i = 0; i < rows.size(); ++i) {
      LAUREL_ASSIGN_OR_RETURN(state_.rules[rows[i].Uuid(0)],
                              deps_.campaigns.At(tx_, rows[i].Uuid(0), rows[i].Int(1)));
    }
    return absl::OkStatus();
  }

  // Commands that name their member by external id.
  absl::Status FindMembersByExternalId() {
    absl::flat_hash_map<base::Uuid, std::vector<Identifier>> wanted;
    for (const Command& command : commands_) {
      if (command.member_id.IsZero()) {
        wanted[command.program_id].push_back(IdentifierOf(command));
      }
    }
    absl::flat_hash_map<base::Uuid, Owners> owners;
    for (const auto& [program_id, identifiers] : wanted) {
      LAUREL_ASSIGN_OR_RETURN(owners[program_id], FindOwners(tx_, program_id, identifiers));
    }
    for (size_t i = 0; i < commands_.size(); ++i) {
      base::Uuid member_id = commands_[i].member_id;
      if (member_id.IsZero()) {
        const Owners& found = owners[commands_[i].program_id];
        const auto owner = found.find(IdentifierOf(commands_[i]).hash);
        if (owner != found.end()) member_id = owner->second;
      }
      state_.member_ids.push_back(member_id);
    }
    return absl::OkStatus();
  }

  Identifier IdentifierOf(const Command& command) const {
    return {IdentifierKind::kExternalId,
            IdentifierHash(deps_.index, base::EncodeId("prg", command.program_id),
                           IdentifierKind::kExternalId, command.member_external_id)};
  }

  absl::Status LoadReservations() {
    db::ColumnBuilder<int32_t> buckets;
    db::ColumnBuilder<base::Uuid> ids;
    bool any = false;
    for (size_t i = 0; i < commands_.size(); ++i) {
      const auto* end = std::get_if<EndReservation>(&commands_[i].what);
      if (end == nullptr) continue;
      buckets.Add(base::BucketOf(state_.member_ids[i]));
      ids.Add(end->reservation_id);
      any = true;
    }
    if (!any) return absl::OkStatus();
    LAUREL_ASSIGN_OR_RETURN(const db::Rows rows,
                            tx_.Query("read_reservations", buckets.Take(), ids.Take()));
    for (size_t i = 0; i < rows.size(); ++i) {
      const db::Row row = rows[i];
      ReservationState r{.reservation_id = row.Uuid(0),
                         .program_id = row.Uuid(1),
                         .owner_id = row.Uuid(2),
                         .wallet_no = static_cast<int>(row.Int(3)),
                         .state = static_cast<int>(row.Int(4)),
                         .amount = row.Int(5),
                         .create_us = row.Int(7),
                         .expire_us = row.Int(8)};
      LAUREL_ASSIGN_OR_RETURN(r.lots, UnpackLots(row.Bytes(6)));
      state_.reservations[r.reservation_id] = std::move(r);
    }
    return absl::OkStatus();
  }

  // The wallets that a command may touch. An order's member is read even if nothing can be earned.
  std::vector<int> WalletsOf(const Command& command, const ProgramRules& rules) const {
    const auto named = [&](const std::string& code) {
      const WalletTypeRules* type = rules.FindWalletType(code);
      return std::vector<int>{type == nullptr ? 1 : type->wallet_no};
    };
    if (const auto* settle = std::get_if<SettleDue>(&command.what)) return {settle->wallet_no};
    const auto of_type = [&](const auto& what) -> std::vector<int> {
      if constexpr (requires { what.wallet_type; }) return named(what.wallet_type);
      return {};
    };
    if (auto wallets = std::visit(of_type, command.what); !wallets.empty()) return wallets;
    if (const auto* end = std::get_if<EndReservation>(&command.what)) {
      const auto found = state_.reservations.find(end->reservation_id);
      return {found == state_.reservations.end() ? 1 : found->second.wallet_no};
    }
    std::set<int> wallets = {1};
    for (const CampaignRules& campaign : rules.campaigns) wallets.insert(campaign.wallet_no);
    for (const WalletTypeRules& type : rules.wallet_types) {
      if (SlidesOn(type.policy, members::v1::ExpiryPolicy::ACTIVITY_ORDER)) {
        wallets.insert(type.wallet_no);
      }
    }
    return {wallets.begin(), wallets.end()};
  }

  absl::Status LoadHeads() {
    std::set<std::tuple<int, base::Uuid, int>> wanted;  // in key order, each once
    for (size_t i = 0; i < commands_.size(); ++i) {
      const ProgramRules* rules = RulesOf(commands_[i]);
      const base::Uuid& member = state_.member_ids[i];
      if (rules == nullptr || member.IsZero()) continue;
      for (const int wallet_no : WalletsOf(commands_[i], *rules)) {
        wanted.emplace(base::BucketOf(member), member, wallet_no);
        if (const auto* transfer = std::get_if<TransferPoints>(&commands_[i].what)) {
          const base::Uuid& to = transfer->to_member_id;
          wanted.emplace(base::BucketOf(to), to, wallet_no);
        }
      }
    }
    if (wanted.empty()) return absl::OkStatus();
    std::vector<std::tuple<int, base::Uuid, int>> keys(wanted.begin(), wanted.end());
    const auto buckets = db::ColumnOf<int32_t>(keys, [](const auto& k) { return std::get<0>(k); });
    const auto owners =
        db::ColumnOf<base::Uuid>(keys, [](const auto& k) { return std::get<1>(k); });
    const auto numbers = db::ColumnOf<int16_t>(
        keys, [](const auto& k) { return static_cast<int16_t>(std::get<2>(k)); });
    if (options_.pessimistic) {
      LAUREL_RETURN_IF_ERROR(tx_.Query("make_heads", buckets, owners, numbers).status());
      LAUREL_RETURN_IF_ERROR(tx_.Query("lock_heads", buckets, owners, numbers).status());
    }
    LAUREL_ASSIGN_OR_RETURN(const db::Rows rows, tx_.Query("read_heads", buckets, owners, numbers));
    for (size_t i = 0; i < rows.size(); ++i) {
      LAUREL_RETURN_IF_ERROR(TakeHead(rows[i], keys[static_cast<size_t>(rows[i].Int(0)) - 1]));
    }
    return absl::OkStatus();
  }

  absl::Status TakeHead(const db::Row& row, const std::tuple<int, base::Uuid, int>& key) {
    const auto& [bucket, owner, wallet_no] = key;
    state_.members[owner] = {row.Uuid(1), row.Int(2) != 1};
    auto head = std::make_unique<WalletState>();
    head->id = {row.Uuid(1), owner, wallet_no};
    head->bucket = bucket;
    if (!row.IsNull(3)) {
      head->exists = true;
      head->loaded_seq = row.Int(3);
      Wallet& wallet = head->wallet;
      wallet.seq = row.Int(3);
      wallet.active = row.Int(4);
      wallet.pending = row.Int(5);
      wallet.reserved = row.Int(6);
      wallet.lifetime_earned = row.Int(7);
      wallet.lifetime_spent = row.Int(8);
      wallet.lifetime_expired = row.Int(9);
      wallet.last_us = row.Int(10);
      wallet.hash = row.Bytes(11);
      LAUREL_ASSIGN_OR_RETURN(wallet.lots, UnpackLots(row.Bytes(12)));
      wallet.lifetime_reversed = row.Int(13);
      wallet.lifetime_adjusted = row.Int(14);
      state_.now_us = std::max(state_.now_us, wallet.last_us + 1);
    }
    state_.wallets[{owner, wallet_no}] = std::move(head);
    return absl::OkStatus();
  }

  absl::Status LoadKeys() {
    struct Keys {
      db::ColumnBuilder<int32_t> buckets;
      db::ColumnBuilder<base::Uuid> keys;
    };
    std::map<int, Keys> entries, orders;  // by the day that may hold them
    const absl::Time now = absl::FromUnixMicros(state_.now_us);
    for (size_t i = 0; i < commands_.size(); ++i) {
      const Command& command = commands_[i];
      if (command.request_key.IsZero() || state_.member_ids[i].IsZero()) continue;
      auto& days = std::holds_alternative<RecordOrder>(command.what) ? orders : entries;
      for (const int day : DaysOf(command.request_key, now)) {
        if (!options_.days.contains(day)) continue;  // nothing has been written on it
        days[day].buckets.Add(base::BucketOf(state_.member_ids[i]));
        days[day].keys.Add(command.request_key);
      }
    }
    for (auto& [day, keys] : entries) {
      LAUREL_ASSIGN_OR_RETURN(
          const db::Rows rows,
          tx_.QueryDay("find_entries_by_key", day, keys.buckets.Take(), keys.keys.Take()));
      for (size_t i = 0; i < rows.size(); ++i) {
        LAUREL_ASSIGN_OR_RETURN(WrittenEntry entry, EntryOf(rows[i]));
        const base::Uuid key = entry.entry.request_key;
        state_.entries_by_key[key] = std::move(entry);
      }
    }
    for (auto& [day, keys] : orders) {
      LAUREL_ASSIGN_OR_RETURN(
          const db::Rows rows,
          tx_.QueryDay("find_orders_by_key", day, keys.buckets.Take(), keys.keys.Take()));
      for (size_t i = 0; i < rows.size(); ++i) {
        StoredOrder order = OrderOf(rows[i]);
        const base::Uuid key = order.request_key;
        state_.orders_by_key[key] = std::move(order);
      }
    }
    return absl::OkStatus();
  }

  absl::Status LoadOrderDirectory() {
    db::ColumnBuilder<int32_t> buckets;
    db::ColumnBuilder<base::Uuid> keys;
    bool any = false;
    for (const Command& command : commands_) {
      const auto* order = std::get_if<RecordOrder>(&command.what);
      if (order == nullptr || order->request->external_id().empty()) continue;
      const base::Uuid key = OrderDirectoryKey(command.program_id, order->request->external_id());
      buckets.Add(base::BucketOf(key));
      keys.Add(key);
      any = true;
    }
    if (!any) return absl::OkStatus();
    LAUREL_ASSIGN_OR_RETURN(const db::Rows rows,
                            tx_.Query("read_order_directory", buckets.Take(), keys.Take()));
    for (size_t i = 0; i < rows.size(); ++i) {
      state_.order_directory[rows[i].Uuid(0)] = rows[i].Uuid(1);
    }
    return absl::OkStatus();
  }

  absl::Status LoadAdjustmentLimits() {
    absl::flat_hash_set<base::Uuid> programs;
    for (const Command& command : commands_) {
      if (std::holds_alternative<AdjustPoints>(command.what)) programs.insert(command.program_id);
    }
    if (programs.empty()) return absl::OkStatus();
    LAUREL_ASSIGN_OR_RETURN(
        const db::Rows rows,
        tx_.Query("read_adjustment_limits",
                  db::ArrayOf(programs, [](const base::Uuid& id) { return id; })));
    for (size_t i = 0; i < rows.size(); ++i) {
      state_.adjustment_limits[{rows[i].Uuid(0), static_cast<int>(rows[i].Int(1))}] =
          rows[i].Int(2);
    }
    return absl::OkStatus();
  }

  // The entry that a command gives back, takes back or ends; zero: none.
  static base::Uuid ReferredBy(const Command& command) {
    if (const auto* refund = std::get_if<RefundSpend>(&command.what)) return refund->spend_entry_id;
    if (const auto* claw = std::get_if<ClawBackPoints>(&command.what)) {
      return claw->accrual_entry_id;
    }
    if (const auto* back = std::get_if<ReinstatePoints>(&command.what)) {
      return back->expiry_entry_id;
    }
    if (const auto* end = std::get_if<EndPending>(&command.what)) return end->accrual_entry_id;
    return {};
  }

  absl::Status LoadReferred() {
    db::ColumnBuilder<int32_t> buckets, days;
    db::ColumnBuilder<base::Uuid> owners;
    db::ColumnBuilder<int16_t> numbers;
    db::ColumnBuilder<int64_t> seqs;
    bool any = false;
    for (size_t i = 0; i < commands_.size(); ++i) {
      const base::Uuid referred = ReferredBy(commands_[i]);
      if (referred.IsZero() || state_.member_ids[i].IsZero()) continue;
      const EntryPlace place = PlaceOf(referred);
      buckets.Add(base::BucketOf(state_.member_ids[i]));
      owners.Add(state_.member_ids[i]);
      numbers.Add(static_cast<int16_t>(place.wallet_no));
      seqs.Add(place.seq);
      days.Add(place.day);
      any = true;
    }
    if (!any) return absl::OkStatus();
    const db::Column bucket_array = buckets.Take();
    const db::Column owner_array = owners.Take();
    const db::Column number_array = numbers.Take();
    const db::Column seq_array = seqs.Take();
    LAUREL_ASSIGN_OR_RETURN(const db::Rows rows,
                            tx_.Query("read_entries_by_seq", bucket_array, owner_array,
                                      number_array, seq_array, days.Take()));
    for (size_t i = 0; i < rows.size(); ++i) {
      LAUREL_ASSIGN_OR_RETURN(WrittenEntry entry, EntryOf(rows[i]));
      state_.referred[{entry.wallet.owner_id, entry.wallet.wallet_no, entry.entry.seq}] = entry;
    }
    LAUREL_ASSIGN_OR_RETURN(
        const db::Rows refunded,
        tx_.Query("read_refunds", bucket_array, owner_array, number_array, seq_array));
    for (size_t i = 0; i < refunded.size(); ++i) {
      state_.refunded[{refunded[i].Uuid(0), static_cast<int>(refunded[i].Int(1)),
                       refunded[i].Int(2)}] = 0;
    }
    return absl::OkStatus();
  }

  // What has pushed the expiry of accruals out that are taken back.
  absl::Status LoadExtensions() {
    db::ColumnBuilder<int32_t> buckets;
    db::ColumnBuilder<base::Uuid> owners;
    db::ColumnBuilder<int16_t> numbers;
    db::ColumnBuilder<int64_t> seqs;
    for (size_t i = 0; i < commands_.size(); ++i) {
      const auto* claw = std::get_if<ClawBackPoints>(&commands_[i].what);
      const ProgramRules* rules = RulesOf(commands_[i]);
      if (claw == nullptr || rules == nullptr || state_.member_ids[i].IsZero()) continue;
      const WalletTypeRules* type = rules->FindWalletType(claw->wallet_type);
      if (type == nullptr || type->policy.expiry().sliding_on().empty()) continue;
      buckets.Add(base::BucketOf(state_.member_ids[i]));
      owners.Add(state_.member_ids[i]);
      numbers.Add(static_cast<int16_t>(type->wallet_no));
      seqs.Add(PlaceOf(claw->accrual_entry_id).seq);
    }
    if (buckets.size() == 0) return absl::OkStatus();
    LAUREL_ASSIGN_OR_RETURN(
        const db::Rows rows,
        tx_.Query("read_extensions", buckets.Take(), owners.Take(), numbers.Take(), seqs.Take()));
    for (size_t i = 0; i < rows.size(); ++i) {
      LAUREL_ASSIGN_OR_RETURN(WrittenEntry entry, EntryOf(rows[i]));
      const EntryKey key{entry.wallet.owner_id, entry.wallet.wallet_no, entry.entry.seq};
      state_.extensions[key] = std::move(entry);
    }
    return absl::OkStatus();
  }

  absl::Status LoadMarks() {
    db::ColumnBuilder<int32_t> buckets;
    db::ColumnBuilder<base::Uuid> owners;
    db::ColumnBuilder<int16_t> numbers;
    db::ColumnBuilder<int64_t> seqs;
    bool any = false;
    for (const auto& [key, written] : state_.referred) {
      if (written.entry.kind == members::v1::ENTRY_KIND_REDEMPTION) continue;  // refunds know
      const auto& [owner, wallet_no, seq] = key;
      buckets.Add(written.bucket);
      owners.Add(owner);
      numbers.Add(static_cast<int16_t>(wallet_no));
      seqs.Add(seq);
      any = true;
    }
    if (!any) return absl::OkStatus();
    LAUREL_ASSIGN_OR_RETURN(
        const db::Rows rows,
        tx_.Query("read_entry_marks", buckets.Take(), owners.Take(), numbers.Take(), seqs.Take()));
    for (size_t i = 0; i < rows.size(); ++i) {
      const db::Row row = rows[i];
      state_.marks[{row.Uuid(0), static_cast<int>(row.Int(1)), row.Int(2)}] = {
          .undone = row.Int(3),
          .pending_end = static_cast<EntryMark::PendingEnd>(row.Int(4)),
          .expire_us = row.IsNull(5) ? kNeverUs : row.Int(5)};
    }
    return absl::OkStatus();
  }

  db::Tx& tx_;
  const AttemptDeps& deps_;
  const AttemptOptions& options_;
  const std::vector<Command>& commands_;
  BatchState& state_;
};

}  // namespace

base::Uuid OrderDirectoryKey(const base::Uuid& program_id, std::string_view external_id) {
  return base::HashedUuid("order" + base::ToBytes(program_id) + std::string(external_id));
}

absl::Status Load(db::Tx& tx, const AttemptDeps& deps, const AttemptOptions& options,
                  const std::vector<Command>& commands, BatchState& state) {
  return Loader(tx, deps, options, commands, state).Run();
}

}  // namespace laurel::members
