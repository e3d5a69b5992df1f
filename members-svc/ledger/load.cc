#include <algorithm>
#include <map>
#include <set>

#include "lib/base/bucket.h"
#include "lib/base/timestamps.h"
#include "lib/status/error.h"
#include "members-svc/domain/lot_policy.h"
#include "members-svc/ledger/answers.h"
#include "members-svc/ledger/attempt.h"
#include "members-svc/ledger/load_corrections.h"
#include "members-svc/ledger/load_counters.h"
#include "members-svc/ledger/load_households.h"
#include "members-svc/ledger/load_member_facts.h"
#include "members-svc/ledger/load_occurrences.h"
#include "members-svc/ledger/load_order_directory.h"
#include "members-svc/ledger/load_returns.h"
#include "members-svc/ledger/order_decision.h"
#include "members-svc/ledger/request_key.h"
#include "members-svc/store/ledger_rows.h"
#include "members-svc/store/member_store.h"

namespace laurel::members {
namespace {

constexpr int kAsksAgain = 3;

// The reads of one attempt, in their order.
class Loader {
 public:
  Loader(db::Pipeline& tx, const AttemptDeps& deps, const AttemptOptions& options,
         const std::vector<Command>& commands, BatchState& state)
      : tx_(tx), deps_(deps), options_(options), commands_(commands), state_(state) {}

  absl::Status Run() {
    state_.now_us = options_.now_us;
    // An order is attached after it was kept, though the clock of the process that kept it be
    // ahead.
    for (const Command& command : commands_) {
      const auto* record = std::get_if<RecordOrder>(&command.what);
      if (record != nullptr) state_.now_us = std::max(state_.now_us, record->kept_us);
    }
    LAUREL_RETURN_IF_ERROR(FindMembersByExternalId());
    TakeKnownRules();
    LAUREL_RETURN_IF_ERROR(Ask());
    // Seldom: what was asked for followed from rules or a time that the answers prove out of date.
    for (int i = 0; i < kAsksAgain && !UpToDate(); ++i) {
      LAUREL_RETURN_IF_ERROR(LoadRules());
      LAUREL_RETURN_IF_ERROR(Ask());
    }
    if (!UpToDate()) return db::Conflict("the rules kept changing");
    LAUREL_RETURN_IF_ERROR(LoadOrdersOfOldKeys(tx_, commands_, state_));
    LAUREL_RETURN_IF_ERROR(LoadLeaving(tx_, commands_, state_));
    LAUREL_RETURN_IF_ERROR(LoadCorrections(tx_, commands_, state_));
    if (!state_.referred.empty()) {
      AskKeys();
      LAUREL_RETURN_IF_ERROR(TakeAnswers());
    }
    LAUREL_RETURN_IF_ERROR(CheckReservations(state_));
    return LoadReturns(tx_, commands_, state_);
  }

 private:
  const ProgramRules* RulesOf(const Command& command) const {
    const auto found = state_.rules.find(command.program_id);
    return found == state_.rules.end() ? nullptr : found->second.get();
  }

  void TakeKnownRules() {
    for (const Command& command : commands_) {
      if (!versions_.emplace(command.program_id, 0).second) continue;
      if (options_.trial != nullptr) {
        state_.rules[command.program_id] = options_.trial;
        continue;
      }
      if (auto known = deps_.campaigns.Known(command.program_id)) {
        state_.rules[command.program_id] = std::move(known);
      }
    }
  }

  absl::Status LoadRules() {
    if (options_.trial != nullptr) return absl::OkStatus();
    state_.rules.clear();
    for (const auto& [program_id, version] : versions_) {
      if (version == 0) continue;  // no such programme
      LAUREL_ASSIGN_OR_RETURN(state_.rules[program_id],
                              deps_.campaigns.At(tx_, program_id, version));
    }
    return absl::OkStatus();
  }

  // All that most batches need, in one round trip, and the keys last: a twin that commits in
  // between is found by its key, whatever it has used up. Where more is read behind them, they are
  // read again.
  absl::Status Ask() {
    asked_us_ = state_.now_us;
    state_.wallets.clear();
    state_.counters.clear();
    LAUREL_RETURN_IF_ERROR(LoadHouseholds(tx_, commands_, state_));
    LAUREL_RETURN_IF_ERROR(LoadReservations());
    counterparts_.clear();
    LAUREL_RETURN_IF_ERROR(LoadUndone(tx_, commands_, state_, counterparts_));
    LAUREL_RETURN_IF_ERROR(LoadOrderEntries(tx_, commands_, state_, counterparts_));
    LAUREL_RETURN_IF_ERROR(options_.trial == nullptr ? LockCountersOfAll(tx_, commands_, state_)
                                                     : ReadCountersOfAll(tx_, commands_, state_));
    AskVersions();
    AskHeads();
    if (SendOrderDirectory(tx_, commands_, state_)) {
      takers_.push_back([this](const db::Rows& rows) {
        TakeOrderDirectory(rows, state_);
        return absl::OkStatus();
      });
    }
    if (SendCounters(tx_, commands_, state_)) {
      takers_.push_back([this](const db::Rows& rows) {
        TakeCounters(rows, state_);
        return absl::OkStatus();
      });
    }
    if (SendMemberFacts(tx_, commands_, state_)) {
      takers_.push_back([this](const db::Rows& rows) { return TakeMemberFacts(rows, state_); });
    }
    AskKeys();
    return TakeAnswers();
  }

  absl::Status TakeAnswers() {
    LAUREL_ASSIGN_OR_RETURN(const std::vector<db::Rows> answers, tx_.Flush());
    const auto takers = std::exchange(takers_, {});
    for (size_t i = 0; i < takers.size(); ++i) LAUREL_RETURN_IF_ERROR(takers[i](answers[i]));
    return absl::OkStatus();
  }

  // Whether the answers are those to the questions that their own rules and time would have asked.
  // Days and the periods of counters begin at whole quarters of an hour, in every time zone.
  bool UpToDate() const {
    constexpr int64_t kQuarterUs = 15LL * 60 * 1000000;
    if (asked_us_ / kQuarterUs != state_.now_us / kQuarterUs) return false;
    if (options_.trial != nullptr) return true;
    return std::all_of(versions_.begin(), versions_.end(), [this](const auto& known) {
      const auto rules = state_.rules.find(known.first);
      return rules == state_.rules.end() ? known.second == 0
                                         : rules->second->version >= known.second;
    });
  }

  template <typename Taker, typename... Columns>
  void Send(Taker taker, std::string_view name, const Columns&... columns) {
    tx_.Send(name, columns...);
    takers_.push_back(std::move(taker));
  }

  void AskVersions() {
    const auto programs =
        db::ColumnOf<base::Uuid>(versions_, [](const auto& known) { return known.first; });
    Send(
        [this](const db::Rows& rows) {
          for (size_t i = 0; i < rows.size(); ++i) versions_[rows[i].Uuid(0)] = rows[i].Int(1);
          return absl::OkStatus();
        },
        "read_program_versions", programs);
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
      for (const base::Uuid& owner : state_.OwnersOf(state_.member_ids[i])) {
        buckets.Add(base::BucketOf(owner));
        ids.Add(end->reservation_id);
      }
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
    if (const auto* reverse = std::get_if<ReverseEntry>(&command.what)) {
      const int wallet_no = PlaceOf(reverse->entry_id).wallet_no;
      return {rules.WalletTypeByNumber(wallet_no) == nullptr ? 1 : wallet_no};
    }
    if (const auto* end = std::get_if<EndReservation>(&command.what)) {
      const auto found = state_.reservations.find(end->reservation_id);
      return {found == state_.reservations.end() ? 1 : found->second.wallet_no};
    }
    if (const auto* what = std::get_if<RecordOccurrence>(&command.what)) {
      return WalletsOfOccurrence(*what, rules);
    }
    std::set<int> wallets = {1};
    if (std::holds_alternative<ReturnOrder>(command.what)) return {1};  // the others are known
    if (std::holds_alternative<LeaveHousehold>(command.what)) {
      for (const WalletTypeRules& type : rules.wallet_types) {
        if (type.policy.has_pool()) wallets.insert(type.wallet_no);
      }
      return {wallets.begin(), wallets.end()};
    }
    for (const CampaignRules& campaign : rules.campaigns) wallets.insert(campaign.wallet_no);
    for (const WalletTypeRules& type : rules.wallet_types) {
      if (SlidesOn(type.policy, members::v1::ExpiryPolicy::ACTIVITY_ORDER)) {
        wallets.insert(type.wallet_no);
      }
    }
    return {wallets.begin(), wallets.end()};
  }

  void AskHeads() {
    WalletKeys wanted = counterparts_;  // in key order, each once
    for (size_t i = 0; i < commands_.size(); ++i) {
      const ProgramRules* rules = RulesOf(commands_[i]);
      const base::Uuid& member = state_.member_ids[i];
      if (rules == nullptr || member.IsZero()) continue;
      for (const int wallet_no : WalletsOf(commands_[i], *rules)) {
        // All that it has used: an entry or a reservation may be of an earlier one.
        const auto want = [&](const base::Uuid& who) {
          for (const base::Uuid& owner : state_.OwnersOf(who)) {
            wanted.emplace(base::BucketOf(owner), owner, wallet_no);
          }
        };
        want(member);
        if (const auto* transfer = std::get_if<TransferPoints>(&commands_[i].what)) {
          want(transfer->to_member_id);
        }
      }
    }
    if (wanted.empty()) return;
    std::vector<std::tuple<int, base::Uuid, int>> keys(wanted.begin(), wanted.end());
    const auto buckets = db::ColumnOf<int32_t>(keys, [](const auto& k) { return std::get<0>(k); });
    const auto owners =
        db::ColumnOf<base::Uuid>(keys, [](const auto& k) { return std::get<1>(k); });
    const auto numbers = db::ColumnOf<int16_t>(
        keys, [](const auto& k) { return static_cast<int16_t>(std::get<2>(k)); });
    const auto nothing = [](const db::Rows&) { return absl::OkStatus(); };
    if (options_.pessimistic) {
      Send(nothing, "make_heads", buckets, owners, numbers);
      Send(nothing, "lock_heads", buckets, owners, numbers);
    }
    Send(
        [this, keys = std::move(keys)](const db::Rows& rows) -> absl::Status {
          for (size_t i = 0; i < rows.size(); ++i) {
            LAUREL_RETURN_IF_ERROR(
                TakeHead(rows[i], keys[static_cast<size_t>(rows[i].Int(0)) - 1]));
          }
          return absl::OkStatus();
        },
        "read_heads", buckets, owners, numbers);
  }

  absl::Status TakeHead(const db::Row& row, const std::tuple<int, base::Uuid, int>& key) {
    const auto& [bucket, owner, wallet_no] = key;
    state_.members[owner] = {row.Uuid(1), row.Int(2) == 2, row.Int(2) == kHouseholdState};
    auto head = std::make_unique<WalletState>();
    head->id = {row.Uuid(1), owner, wallet_no};
    head->bucket = bucket;
    if (!row.IsNull(3)) {
      head->exists = true;
      head->loaded_seq = row.Int(3);
      head->place = row.Place(15);
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
      state_.now_us = std::max(state_.now_us, wallet.last_us + 1 + options_.room_us);
    }
    state_.wallets[{owner, wallet_no}] = std::move(head);
    return absl::OkStatus();
  }

  void AskKeys() {
    struct Keys {
      db::ColumnBuilder<int32_t> buckets;
      db::ColumnBuilder<base::Uuid> keys;
    };
    std::map<int, Keys> entries, orders;  // by the day that may hold them
    const absl::Time now = absl::FromUnixMicros(state_.now_us);
    for (size_t i = 0; i < commands_.size(); ++i) {
      const Command& command = commands_[i];
      if (command.request_key.IsZero() || state_.member_ids[i].IsZero()) continue;
      // A column of what they write.
      if (std::holds_alternative<ReturnOrder>(command.what)) continue;
      if (std::holds_alternative<RecordOccurrence>(command.what)) continue;
      auto& days = std::holds_alternative<RecordOrder>(command.what) ? orders : entries;
      for (const int day : DaysOf(command.request_key, now)) {
        if (!options_.days.contains(day)) continue;  // nothing has been written on it
        for (const base::Uuid& owner : state_.OwnersOf(state_.member_ids[i])) {
          days[day].buckets.Add(base::BucketOf(owner));
          days[day].keys.Add(command.request_key);
        }
      }
    }
    for (auto& [day, keys] : entries) {
      tx_.SendDay("find_entries_by_key", day, keys.buckets.Take(), keys.keys.Take());
      takers_.push_back([this](const db::Rows& rows) { return TakeEntries(rows); });
    }
    for (auto& [day, keys] : orders) {
      tx_.SendDay("find_orders_by_key", day, keys.buckets.Take(), keys.keys.Take());
      takers_.push_back([this](const db::Rows& rows) { return TakeOrders(rows); });
    }
    if (SendOccurrences(tx_, commands_, state_)) {
      takers_.push_back([this](const db::Rows& rows) {
        TakeOccurrences(rows, state_);
        return absl::OkStatus();
      });
    }
    // What is tried is not written, and must lock nothing.
    if (options_.trial == nullptr && SendConsents(tx_, commands_, state_)) {
      takers_.push_back([this](const db::Rows& rows) {
        TakeConsents(rows, state_);
        return absl::OkStatus();
      });
    }
  }

  absl::Status TakeEntries(const db::Rows& rows) {
    for (size_t i = 0; i < rows.size(); ++i) {
      LAUREL_ASSIGN_OR_RETURN(WrittenEntry entry, EntryOf(rows[i]));
      const base::Uuid key = entry.entry.request_key;
      state_.entries_by_key[key] = std::move(entry);
    }
    return absl::OkStatus();
  }

  absl::Status TakeOrders(const db::Rows& rows) {
    for (size_t i = 0; i < rows.size(); ++i) {
      StoredOrder order = OrderOf(rows[i]);
      const base::Uuid key = order.request_key;
      state_.orders_by_key[key] = std::move(order);
    }
    return absl::OkStatus();
  }

  db::Pipeline& tx_;
  const AttemptDeps& deps_;
  const AttemptOptions& options_;
  const std::vector<Command>& commands_;
  BatchState& state_;
  absl::flat_hash_map<base::Uuid, int64_t> versions_;  // of the programmes' rules; 0: not found
  WalletKeys counterparts_;                            // of transfers that are to be undone
  int64_t asked_us_ = 0;                               // state_.now_us when it was asked
  // What takes the answers to what was sent, in the same order.
  std::vector<std::function<absl::Status(const db::Rows&)>> takers_;
};

}  // namespace

base::Uuid OrderDirectoryKey(const base::Uuid& program_id, std::string_view external_id) {
  return base::HashedUuid("order" + base::ToBytes(program_id) + std::string(external_id));
}

base::Uuid SpendDirectoryKey(const base::Uuid& program_id, const base::Uuid& spend_entry_id) {
  return base::HashedUuid("spend" + base::ToBytes(program_id) + base::ToBytes(spend_entry_id));
}

base::Uuid AttachedOrderKey(const base::Uuid& unmatched_id) {
  return base::HashedUuid("attached order" + base::ToBytes(unmatched_id));
}

absl::Status Load(db::Pipeline& tx, const AttemptDeps& deps, const AttemptOptions& options,
                  const std::vector<Command>& commands, BatchState& state) {
  return Loader(tx, deps, options, commands, state).Run();
}

}  // namespace laurel::members
