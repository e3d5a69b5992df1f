#include "members-svc/ledger/load_households.h"

#include <map>
#include <set>

#include "lib/base/bucket.h"
#include "lib/status/error.h"
#include "members-svc/ledger/request_key.h"
#include "members-svc/store/ledger_rows.h"

namespace laurel::members {
namespace {

const ProgramRules* RulesWithPools(const Command& command, const BatchState& state) {
  const auto found = state.rules.find(command.program_id);
  return found != state.rules.end() && HasPools(*found->second) ? found->second.get() : nullptr;
}

absl::Status Lock(db::Tx& tx, const std::map<int64_t, bool>& alone_by_key) {
  if (alone_by_key.empty()) return absl::OkStatus();
  return tx
      .Query("lock_memberships",
             db::ColumnOf<int64_t>(alone_by_key, [](const auto& lock) { return lock.first; }),
             db::ColumnOf<int32_t>(alone_by_key, [](const auto& lock) { return lock.second; }))
      .status();
}

}  // namespace

int64_t MembershipLock(const base::Uuid& id) {
  return static_cast<int64_t>(base::HashedUuid("household" + base::ToBytes(id)).low);
}

absl::Status TakeMemberships(const db::Rows& rows, BatchState& state) {
  for (size_t i = 0; i < rows.size(); ++i) {
    const db::Row row = rows[i];
    Membership membership{.household_id = row.Uuid(1),
                          .join_us = row.Int(2),
                          .end_us = row.IsNull(3) ? 0 : row.Int(3),
                          .end_key = row.OptionalUuid(4).value_or(base::Uuid{}),
                          .terms = {}};
    if (!membership.terms.ParseFromString(row.Bytes(5))) {
      return absl::InternalError("the limits of a membership do not parse");
    }
    state.memberships[row.Uuid(0)].push_back(std::move(membership));
  }
  return absl::OkStatus();
}

absl::Status LoadHouseholds(db::Tx& tx, const std::vector<Command>& commands, BatchState& state) {
  state.memberships.clear();
  std::map<int64_t, bool> locks;
  std::set<base::Uuid> members;
  std::set<base::Uuid> leaving;
  for (size_t i = 0; i < commands.size(); ++i) {
    if (RulesWithPools(commands[i], state) == nullptr || state.member_ids[i].IsZero()) continue;
    members.insert(state.member_ids[i]);
    if (std::holds_alternative<LeaveHousehold>(commands[i].what)) {
      leaving.insert(state.member_ids[i]);
    }
    if (const auto* transfer = std::get_if<TransferPoints>(&commands[i].what)) {
      members.insert(transfer->to_member_id);
    }
  }
  if (members.empty()) return absl::OkStatus();
  for (const base::Uuid& member : members) {
    bool& alone = locks[MembershipLock(member)];
    alone = alone || leaving.contains(member);
  }
  LAUREL_RETURN_IF_ERROR(Lock(tx, locks));
  LAUREL_ASSIGN_OR_RETURN(
      const db::Rows rows,
      tx.Query("read_memberships",
               db::ColumnOf<int32_t>(members, [](const auto& id) { return base::BucketOf(id); }),
               db::ColumnOf<base::Uuid>(members, [](const auto& id) { return id; })));
  LAUREL_RETURN_IF_ERROR(TakeMemberships(rows, state));
  // Who leaves must know who is left: households after members, alone, in order.
  locks.clear();
  for (const base::Uuid& member : leaving) {
    const Membership* membership = state.HouseholdOf(member);
    if (membership != nullptr) locks[MembershipLock(membership->household_id)] = true;
  }
  return Lock(tx, locks);
}

absl::Status LoadLeaving(db::Tx& tx, const std::vector<Command>& commands, BatchState& state) {
  db::ArrayBuilder households;
  bool any = false;
  for (size_t i = 0; i < commands.size(); ++i) {
    if (!std::holds_alternative<LeaveHousehold>(commands[i].what)) continue;
    const ProgramRules* rules = RulesWithPools(commands[i], state);
    const Membership* membership = state.HouseholdOf(state.member_ids[i]);
    if (rules == nullptr || membership == nullptr) continue;
    any = true;
    households.Add(membership->household_id);
    const int day = DayOf(absl::FromUnixMicros(membership->join_us));
    for (const WalletTypeRules& type : rules->wallet_types) {
      if (type.policy.pool().on_leave() != v1::LEAVE_POLICY_TAKE_OWN) continue;
      LAUREL_ASSIGN_OR_RETURN(
          const db::Rows rows,
          tx.Query("read_pool_entries", base::BucketOf(membership->household_id),
                   membership->household_id, type.wallet_no, membership->join_us, day));
      for (size_t row = 0; row < rows.size(); ++row) {
        LAUREL_ASSIGN_OR_RETURN(WrittenEntry entry, EntryOf(rows[row]));
        const EntryKey key{entry.wallet.owner_id, entry.wallet.wallet_no, entry.entry.seq};
        state.pool_entries[key] = std::move(entry);
      }
    }
  }
  if (!any) return absl::OkStatus();
  LAUREL_ASSIGN_OR_RETURN(const db::Rows rows,
                          tx.Query("count_household_members", households.Take()));
  for (size_t i = 0; i < rows.size(); ++i) {
    state.household_sizes[rows[i].Uuid(0)] = rows[i].Int(1);
  }
  return absl::OkStatus();
}

}  // namespace laurel::members
