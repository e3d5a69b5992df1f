#include "members-svc/ledger/load_counters.h"

#include <utility>

#include "absl/container/flat_hash_map.h"
#include "lib/base/bucket.h"
#include "lib/base/timestamps.h"
#include "lib/status/error.h"
#include "members-svc/domain/caps.h"
#include "members-svc/domain/order_counters.h"
#include "members-svc/ledger/load_occurrences.h"
#include "members-svc/ledger/load_returns.h"

namespace laurel::members {
namespace {

struct CounterColumns {
  db::Column buckets, owners, campaigns, periods;
};

CounterColumns ColumnsOf(const std::vector<CounterKey>& keys) {
  return {db::ColumnOf<int32_t>(keys, [](const auto& k) { return base::BucketOf(k.first); }),
          db::ColumnOf<base::Uuid>(keys, [](const auto& k) { return k.first; }),
          db::ColumnOf<base::Uuid>(keys, [](const auto& k) { return k.second.campaign_id; }),
          db::ColumnOf<int64_t>(
              keys, [](const auto& k) { return absl::ToUnixMicros(k.second.period_start); })};
}

absl::Time OccurTimeOf(const v1::RecordOrderRequest& request, const BatchState& state) {
  return request.has_occur_time() ? base::FromTimestamp(request.occur_time())
                                  : absl::FromUnixMicros(state.now_us);
}

// What a command may add to: counters of its member, or those of all members together.
std::vector<CounterKey> CountersOf(const Command& command, const base::Uuid& member_id,
                                   const ProgramRules& rules, const BatchState& state,
                                   bool of_all) {
  std::vector<CounterKey> keys;
  const auto add_caps = [&](const WalletTypeRules& type, absl::Time occur) {
    if (of_all ? !HasCapForAllMembers(type.policy) : type.policy.earning_caps().empty()) return;
    for (CounterKey& key :
         CapCountersFor(type, {rules.program_id, member_id}, occur, rules.time_zone)) {
      if ((key.first == rules.program_id) == of_all) keys.push_back(std::move(key));
    }
  };
  const auto add_pool_limit = [&](const std::string& code) {
    const WalletTypeRules* type = rules.FindWalletType(code);
    const Membership* household = state.HouseholdOf(member_id);
    if (of_all || type == nullptr || household == nullptr || !type->policy.has_pool()) return;
    const auto limit = PoolLimitOf(*type, {*household, member_id},
                                   absl::FromUnixMicros(state.now_us), rules.time_zone);
    if (limit) keys.push_back(limit->counter);
  };
  if (const auto* hold = std::get_if<ReservePoints>(&command.what)) {
    add_pool_limit(hold->wallet_type);
    return keys;
  }
  if (const auto* transfer = std::get_if<TransferPoints>(&command.what)) {
    add_pool_limit(transfer->wallet_type);
    return keys;
  }
  if (const auto* post = std::get_if<PostPoints>(&command.what)) {
    const WalletTypeRules* type = rules.FindWalletType(post->wallet_type);
    if (!post->earn) add_pool_limit(post->wallet_type);
    if (!post->earn || type == nullptr) return keys;
    add_caps(*type, post->occur_time.value_or(absl::FromUnixMicros(state.now_us)));
    return keys;
  }
  if (const auto* back = std::get_if<ReturnOrder>(&command.what)) {
    return CountersOfReturn(*back, {rules.program_id, member_id}, rules, of_all);
  }
  if (const auto* what = std::get_if<RecordOccurrence>(&command.what)) {
    return CountersOfOccurrence(*what, {rules.program_id, member_id}, rules, state.now_us, of_all);
  }
  const auto* order = std::get_if<RecordOrder>(&command.what);
  if (order == nullptr) return {};
  const absl::Time occur = OccurTimeOf(*order->request, state);
  for (const LimitKey& key : LimitKeysFor(rules, occur)) {
    if (key.of_all == of_all) keys.push_back(CounterOf(key, {rules.program_id, member_id}));
  }
  if (!of_all) {
    OrderCountersFor(rules, order->request->store(), occur).ForEach([&](const LimitKey& key) {
      keys.emplace_back(member_id, key);
    });
  }
  for (const WalletTypeRules& type : rules.wallet_types) add_caps(type, occur);
  return keys;
}

// The counters of a batch, each once, with its programme.
absl::flat_hash_map<CounterKey, base::Uuid> CountersOfAll(const std::vector<Command>& commands,
                                                          const BatchState& state, bool of_all) {
  absl::flat_hash_map<CounterKey, base::Uuid> wanted;
  for (size_t i = 0; i < commands.size(); ++i) {
    const auto rules = state.rules.find(commands[i].program_id);
    if (rules == state.rules.end() || state.member_ids[i].IsZero()) continue;
    for (CounterKey& key :
         CountersOf(commands[i], state.member_ids[i], *rules->second, state, of_all)) {
      wanted.emplace(std::move(key), commands[i].program_id);
    }
  }
  return wanted;
}

}  // namespace

absl::Status LockCountersOfAll(db::Tx& tx, const std::vector<Command>& commands,
                               BatchState& state) {
  const auto wanted = CountersOfAll(commands, state, true);
  if (wanted.empty()) return absl::OkStatus();
  std::vector<CounterKey> keys;
  db::ColumnBuilder<base::Uuid> programs;
  for (const auto& [key, program_id] : wanted) {
    keys.push_back(key);
    programs.Add(program_id);
  }
  const CounterColumns columns = ColumnsOf(keys);
  const db::Column program_column = programs.Take();
  for (const bool made : {false, true}) {
    LAUREL_ASSIGN_OR_RETURN(const db::Rows rows,
                            tx.Query("lock_campaign_counters", columns.buckets, columns.owners,
                                     columns.campaigns, columns.periods));
    TakeCounters(rows, state);
    if (made || rows.size() == keys.size()) break;
    LAUREL_RETURN_IF_ERROR(tx.Query("make_campaign_counters", columns.buckets, columns.owners,
                                    columns.campaigns, columns.periods, program_column)
                               .status());
  }
  return absl::OkStatus();
}

absl::Status ReadCountersOfAll(db::Tx& tx, const std::vector<Command>& commands,
                               BatchState& state) {
  const auto wanted = CountersOfAll(commands, state, true);
  if (wanted.empty()) return absl::OkStatus();
  std::vector<CounterKey> keys;
  for (const auto& [key, program_id] : wanted) keys.push_back(key);
  const CounterColumns columns = ColumnsOf(keys);
  LAUREL_ASSIGN_OR_RETURN(const db::Rows rows,
                          tx.Query("read_campaign_counters", columns.buckets, columns.owners,
                                   columns.campaigns, columns.periods));
  TakeCounters(rows, state);
  return absl::OkStatus();
}

bool SendCounters(db::Pipeline& tx, const std::vector<Command>& commands, const BatchState& state) {
  const auto wanted = CountersOfAll(commands, state, false);
  if (wanted.empty()) return false;
  std::vector<CounterKey> keys;
  keys.reserve(wanted.size());
  for (const auto& [key, program_id] : wanted) keys.push_back(key);
  const CounterColumns columns = ColumnsOf(keys);
  tx.Send("read_campaign_counters", columns.buckets, columns.owners, columns.campaigns,
          columns.periods);
  return true;
}

void TakeCounters(const db::Rows& rows, BatchState& state) {
  for (size_t i = 0; i < rows.size(); ++i) {
    const LimitUse use{
        .points = rows[i].Int(3), .orders = rows[i].Int(4), .amount = rows[i].Int(5)};
    const base::Uuid owner = rows[i].Uuid(0);
    // Those of all members together stand under their programme.
    const LimitKey key{rows[i].Uuid(1), rows[i].Time(2), state.rules.contains(owner)};
    state.counters[{owner, key}] = {use, use, true, rows[i].Place(6)};
  }
}

}  // namespace laurel::members
