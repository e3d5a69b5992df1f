#include "members-svc/ledger/load_occurrences.h"

#include <set>
#include <utility>

#include "lib/base/bucket.h"
#include "members-svc/domain/calendar.h"

namespace laurel::members {

const ProgramRules* TriggeredBy(const RecordOccurrence& what, const ProgramRules& rules) {
  const auto found = rules.triggered.find(what.trigger_key);
  return found == rules.triggered.end() ? nullptr : found->second.get();
}

std::vector<int> WalletsOfOccurrence(const RecordOccurrence& what, const ProgramRules& rules) {
  std::set<int> wallets = {1};
  if (const ProgramRules* triggered = TriggeredBy(what, rules)) {
    for (const CampaignRules& campaign : triggered->campaigns) wallets.insert(campaign.wallet_no);
  }
  return {wallets.begin(), wallets.end()};
}

CounterKey CounterOfLimit(const OccurrenceLimit& limit, const base::Uuid& member_id,
                          absl::Time occur, absl::TimeZone zone) {
  return {member_id, LimitKey{limit.counter_id, PeriodStart(limit.period, occur, zone)}};
}

std::vector<CounterKey> CountersOfOccurrence(const RecordOccurrence& what, const CapCountersOf& of,
                                             const ProgramRules& rules, int64_t now_us,
                                             bool of_all) {
  std::vector<CounterKey> keys;
  const absl::Time occur = what.occur_time.value_or(absl::FromUnixMicros(now_us));
  if (what.limit && !of_all) {
    keys.push_back(CounterOfLimit(*what.limit, of.member_id, occur, rules.time_zone));
  }
  const ProgramRules* triggered = TriggeredBy(what, rules);
  if (triggered == nullptr) return keys;
  for (const LimitKey& key : LimitKeysFor(*triggered, occur)) {
    if (key.of_all == of_all) keys.push_back(CounterOf(key, of));
  }
  std::set<int> wallets;
  for (const CampaignRules& campaign : triggered->campaigns) wallets.insert(campaign.wallet_no);
  for (const WalletTypeRules& type : rules.wallet_types) {
    if (!wallets.contains(type.wallet_no)) continue;
    for (CounterKey& key : CapCountersFor(type, of, occur, rules.time_zone)) {
      if ((key.first == of.program_id) == of_all) keys.push_back(std::move(key));
    }
  }
  return keys;
}

bool SendOccurrences(db::Pipeline& tx, const std::vector<Command>& commands,
                     const BatchState& state) {
  db::ColumnBuilder<int32_t> buckets;
  db::ColumnBuilder<base::Uuid> keys, requests;
  for (size_t i = 0; i < commands.size(); ++i) {
    const auto* what = std::get_if<RecordOccurrence>(&commands[i].what);
    const base::Uuid& member_id = state.member_ids[i];
    if (what == nullptr || member_id.IsZero()) continue;
    buckets.Add(base::BucketOf(member_id));
    keys.Add(OccurrenceKeyOf(commands[i].program_id, member_id, what->trigger_key, what->ref));
    requests.Add(commands[i].request_key);
  }
  if (keys.size() == 0) return false;
  tx.Send("find_occurrences", buckets.Take(), keys.Take(), requests.Take());
  return true;
}

bool SendConsents(db::Pipeline& tx, const std::vector<Command>& commands, const BatchState& state) {
  db::ColumnBuilder<int32_t> buckets;
  db::ColumnBuilder<base::Uuid> members;
  db::ColumnBuilder<db::Bytes> types;
  for (size_t i = 0; i < commands.size(); ++i) {
    const auto* what = std::get_if<RecordOccurrence>(&commands[i].what);
    const base::Uuid& member_id = state.member_ids[i];
    if (what == nullptr || !what->needs_consent || member_id.IsZero()) continue;
    buckets.Add(base::BucketOf(member_id));
    members.Add(member_id);
    types.Add(db::Bytes{what->activity.activity_type()});
  }
  if (members.size() == 0) return false;
  tx.Send("hold_consents", buckets.Take(), members.Take(), types.Take());
  return true;
}

void TakeConsents(const db::Rows& rows, BatchState& state) {
  for (size_t i = 0; i < rows.size(); ++i) {
    state.consents.emplace(rows[i].Uuid(0), std::string(rows[i].Text(1)));
  }
}

void TakeOccurrences(const db::Rows& rows, BatchState& state) {
  for (size_t i = 0; i < rows.size(); ++i) {
    const db::Row row = rows[i];
    StoredOccurrence found{.occurrence_key = row.Uuid(0),
                           .occurrence_id = row.Uuid(1),
                           .program_id = row.Uuid(2),
                           .member_id = row.Uuid(3),
                           .request_key = row.Uuid(4),
                           .content_hash = row.Bytes(5),
                           .content = row.Bytes(6)};
    state.occurrence_of_request[found.request_key] = found.occurrence_key;
    const base::Uuid key = found.occurrence_key;
    state.occurrences[key] = std::move(found);
  }
}

}  // namespace laurel::members
