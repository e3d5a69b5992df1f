#include "members-svc/ledger/trial.h"

#include <utility>

#include "lib/base/bucket.h"
#include "lib/base/check.h"
#include "lib/status/error.h"
#include "members-svc/ledger/batch_state.h"

namespace laurel::members {
namespace {

// A member that has nothing yet, and is written nowhere.
void AddNewcomer(const ProgramRules& rules, const base::Uuid& member_id, BatchState& state) {
  state.members[member_id] = {.program_id = rules.program_id};
  for (const WalletTypeRules& type : rules.wallet_types) {
    auto head = std::make_unique<WalletState>();
    head->id = {rules.program_id, member_id, type.wallet_no};
    head->bucket = base::BucketOf(member_id);
    state.wallets[{member_id, type.wallet_no}] = std::move(head);
  }
}

absl::StatusOr<Outcome> Try(db::Pool& pool, const AttemptDeps& of_process, TrialOf trial,
                            std::vector<CampaignOutcome>* outcomes) {
  // Ids never go back, and a trial may lie in the future: those of the process would follow it.
  base::IdSource ids(of_process.ids.Random64());
  const AttemptDeps deps{ids, of_process.index, of_process.campaigns};
  // No request has had this key: it stands on no day.
  static const absl::flat_hash_set<int> kNoDays;
  const absl::Time record_time = absl::FromUnixMicros(trial.record_us);
  const bool newcomer =
      trial.command.member_id.IsZero() && trial.command.member_external_id.empty();
  if (newcomer) trial.command.member_id = deps.ids.Next(record_time);
  trial.command.request_key = deps.ids.Next(record_time);
  std::vector<Command> commands;
  commands.push_back(std::move(trial.command));
  const AttemptOptions options{.now_us = trial.record_us, .days = kNoDays, .trial = trial.rules};
  absl::StatusOr<Outcome> outcome = absl::InternalError("not decided");
  LAUREL_RETURN_IF_ERROR(pool.TransactOnce([&](db::Pipeline& tx) -> absl::Status {
    tx.Send("forbid_writes");
    LAUREL_RETURN_IF_ERROR(tx.Flush().status());
    BatchState state;
    state.trial_outcomes = outcomes;
    LAUREL_RETURN_IF_ERROR(Load(tx, deps, options, commands, state));
    if (newcomer) AddNewcomer(*trial.rules, commands[0].member_id, state);
    DecideAll(deps, commands, state);
    outcome = std::move(state.outcomes[0]);
    return absl::OkStatus();
  }));
  return outcome;
}

// What was tried is of the type T.
template <typename T>
T Take(Outcome outcome) {
  T* tried = std::get_if<T>(&outcome);
  LAUREL_CHECK(tried != nullptr);
  return std::move(*tried);
}

}  // namespace

absl::StatusOr<OrderTrial> TryOrder(db::Pool& pool, const AttemptDeps& deps, TrialOf trial) {
  OrderTrial out;
  LAUREL_ASSIGN_OR_RETURN(Outcome outcome, Try(pool, deps, std::move(trial), &out.outcomes));
  out.order = Take<members::v1::Order>(std::move(outcome));
  return out;
}

absl::StatusOr<ActivityTrial> TryActivity(db::Pool& pool, const AttemptDeps& deps, TrialOf trial) {
  ActivityTrial out;
  LAUREL_ASSIGN_OR_RETURN(Outcome outcome, Try(pool, deps, std::move(trial), &out.outcomes));
  out.activity = Take<members::v1::Activity>(std::move(outcome));
  return out;
}

}  // namespace laurel::members
