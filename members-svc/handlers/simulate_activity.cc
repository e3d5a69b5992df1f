#include <utility>

#include "lib/base/timestamps.h"
#include "lib/status/error.h"
#include "members-svc/handlers/activity_command.h"
#include "members-svc/handlers/activity_handlers.h"
#include "members-svc/handlers/campaign_trials.h"
#include "members-svc/handlers/common.h"
#include "members-svc/handlers/trial_campaigns.h"
#include "members-svc/ledger/trial.h"
#include "members-svc/store/campaign_cache.h"

namespace laurel::members::handlers {

absl::Status SimulateActivity(const Deps& deps, const server::Call& call,
                              const v1::SimulateActivityRequest& request,
                              v1::SimulateActivityResponse* response) {
  LAUREL_ASSIGN_OR_RETURN(const base::Uuid program, ProgramIdOf(request.program_id()));
  const absl::Time now = deps.clock.Now();
  // Without what ties it to others, and under a request id that nobody has had.
  v1::RecordActivityRequest activity = request.activity();
  activity.clear_key();
  activity.set_request_id(base::ToString(deps.ids.Next(now)));
  LAUREL_ASSIGN_OR_RETURN(auto commands,
                          ActivityCommands(deps, call, request.program_id(), {&activity}));
  LAUREL_ASSIGN_OR_RETURN(Command command, std::move(commands[0]));
  TrialRules rules;
  LAUREL_RETURN_IF_ERROR(deps.pool.Read(call.deadline, [&](db::Tx& tx) -> absl::Status {
    LAUREL_ASSIGN_OR_RETURN(const auto active, deps.campaigns.Current(tx, program));
    LAUREL_ASSIGN_OR_RETURN(rules, TrialRulesFor(tx, *active, request, now));
    return absl::OkStatus();
  }));
  LAUREL_ASSIGN_OR_RETURN(
      ActivityTrial tried,
      TryActivity(deps.pool, {.ids = deps.ids, .index = deps.index, .campaigns = deps.campaigns},
                  {.command = std::move(command),
                   .rules = rules.rules,
                   .record_us = absl::ToUnixMicros(now)}));
  response->mutable_points_earned()->swap(*tried.activity.mutable_points_earned());
  response->mutable_points_over_caps()->swap(*tried.activity.mutable_points_over_caps());
  AddCampaignTrials(rules, std::move(tried.outcomes), tried.activity.rule_results(),
                    response->mutable_campaigns());
  return absl::OkStatus();
}

}  // namespace laurel::members::handlers
