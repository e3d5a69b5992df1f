#include "members-svc/ledger/load_member_facts.h"

#include <string>
#include <utility>

#include "lib/base/bucket.h"
#include "members-svc/domain/tier_benefit.h"
#include "members-svc/ledger/load_occurrences.h"

namespace laurel::members {
namespace {

// As read_member_facts numbers them.
enum Kind : int32_t { kTier = 1, kSegment = 2, kAttribute = 4 };

// The rules that a command is evaluated under; null: under none.
const ProgramRules* RulesOf(const Command& command, const BatchState& state) {
  const auto rules = state.rules.find(command.program_id);
  if (rules == state.rules.end()) return nullptr;
  if (std::holds_alternative<RecordOrder>(command.what)) return rules->second.get();
  if (const auto* what = std::get_if<RecordOccurrence>(&command.what)) {
    return TriggeredBy(*what, *rules->second);
  }
  return nullptr;
}

}  // namespace

bool SendMemberFacts(db::Pipeline& tx, const std::vector<Command>& commands, BatchState& state) {
  state.facts.clear();
  db::ColumnBuilder<int32_t> buckets, asked;
  db::ColumnBuilder<base::Uuid> members;
  for (size_t i = 0; i < commands.size(); ++i) {
    const ProgramRules* rules = RulesOf(commands[i], state);
    const base::Uuid& member_id = state.member_ids[i];
    if (rules == nullptr || member_id.IsZero() || !rules->asks.OfMember()) continue;
    // Two commands of one member may ask for different things: what is read twice is the same.
    state.facts.try_emplace(member_id);
    buckets.Add(base::BucketOf(member_id));
    members.Add(member_id);
    asked.Add((rules->asks.tiers ? kTier : 0) + (rules->asks.segments ? kSegment : 0) +
              (rules->asks.attributes ? kAttribute : 0));
  }
  if (members.size() == 0) return false;
  tx.Send("read_member_facts", buckets.Take(), members.Take(), asked.Take());
  return true;
}

absl::Status TakeMemberFacts(const db::Rows& rows, BatchState& state) {
  for (size_t i = 0; i < rows.size(); ++i) {
    MemberFacts& facts = state.facts[rows[i].Uuid(1)];
    switch (rows[i].Int(0)) {
      case kTier: {
        const auto rules = state.rules.find(rows[i].Uuid(2));
        if (rules == state.rules.end()) break;
        for (const TierSetRules& set : rules->second->tier_sets) {
          if (set.set_no == rows[i].Int(3)) facts.tiers[set.code] = std::string(rows[i].Text(6));
        }
        break;
      }
      case kSegment:
        facts.segments.insert(rows[i].Uuid(4));
        break;
      case kAttribute:
        facts.attributes[std::string(rows[i].Text(5))] = std::string(rows[i].Text(6));
        break;
      default:
        return absl::InternalError("read_member_facts has answered with a kind of its own");
    }
  }
  return absl::OkStatus();
}

MemberFacts FactsOf(const ProgramRules& rules, const base::Uuid& member_id,
                    const BatchState& state) {
  if (!rules.asks.OfMember()) return {};
  const auto found = state.facts.find(member_id);
  MemberFacts facts = found == state.facts.end() ? MemberFacts{} : found->second;
  FillLowestTiers(rules, absl::FromUnixMicros(state.now_us), &facts);
  return facts;
}

}  // namespace laurel::members
