#include <algorithm>
#include <utility>

#include "lib/base/timestamps.h"
#include "lib/status/error.h"
#include "members-svc/domain/order_matching.h"
#include "members-svc/domain/trial_rules.h"
#include "members-svc/handlers/campaign_trials.h"
#include "members-svc/handlers/common.h"
#include "members-svc/handlers/ledger_command.h"
#include "members-svc/handlers/trial_campaigns.h"
#include "members-svc/handlers/trial_handlers.h"
#include "members-svc/ledger/trial.h"
#include "members-svc/store/campaign_cache.h"
#include "members-svc/store/member_store.h"

namespace laurel::members::handlers {
namespace {

// The order without what ties it to others: ids, and redemptions that would pay for it.
v1::RecordOrderRequest WithoutTies(const v1::SimulateOrderRequest& request) {
  v1::RecordOrderRequest order = request.order();
  order.set_program_id(request.program_id());
  order.clear_request_id();
  order.clear_external_id();
  order.clear_spend_entry_ids();
  return order;
}

// Whose it is by what its customer is known by, as recording finds it; zero: nobody's.
absl::StatusOr<base::Uuid> CustomerOf(const Deps& deps, db::Tx& tx, const ProgramRules& rules,
                                      const v1::RecordOrderRequest& order) {
  const auto given = GivenBy(deps.index, order.program_id(), rules.orders, order.customer());
  LAUREL_ASSIGN_OR_RETURN(const Owners owners,
                          FindOwners(tx, rules.program_id, InDirectory(given)));
  const auto match = FindMatch(given, owners);
  return match ? match->member_id : base::Uuid{};
}

void Fill(const TrialRules& rules, OrderTrial trial, v1::SimulateOrderResponse* response) {
  *response->mutable_points_earned() = std::move(*trial.order.mutable_points_earned());
  *response->mutable_points_over_caps() = std::move(*trial.order.mutable_points_over_caps());
  AddCampaignTrials(rules, std::move(trial.outcomes), trial.order.rule_results(),
                    response->mutable_campaigns());
}

}  // namespace

absl::Status SimulateOrder(const Deps& deps, const server::Call& call,
                           const v1::SimulateOrderRequest& request,
                           v1::SimulateOrderResponse* response) {
  LAUREL_ASSIGN_OR_RETURN(const base::Uuid program, ProgramIdOf(request.program_id()));
  const v1::RecordOrderRequest order = WithoutTies(request);
  if (order.historical() && !call.caller.HasRole(laurel::api::v1::ROLE_OPERATOR)) {
    return status::Error(absl::StatusCode::kPermissionDenied, "ROLE_REQUIRED",
                         "Only an operator may record history.");
  }
  const absl::Time now = deps.clock.Now();
  TrialRules rules;
  Command command = NewCommand(
      call, {request.program_id(), order.member_id(), order.member_external_id(), ""}, order);
  LAUREL_RETURN_IF_ERROR(deps.pool.Read(call.deadline, [&](db::Tx& tx) -> absl::Status {
    LAUREL_ASSIGN_OR_RETURN(const auto active, deps.campaigns.Current(tx, program));
    LAUREL_ASSIGN_OR_RETURN(rules, TrialRulesFor(tx, *active, request, now));
    if (!order.has_customer()) return absl::OkStatus();
    LAUREL_ASSIGN_OR_RETURN(command.member_id, CustomerOf(deps, tx, *active, order));
    return absl::OkStatus();
  }));
  absl::Time record_time = now;
  if (request.has_record_time()) {
    record_time = std::max(now, base::FromTimestamp(request.record_time()));
  }
  command.what = members::RecordOrder{.request = &order};
  LAUREL_ASSIGN_OR_RETURN(
      OrderTrial tried,
      TryOrder(deps.pool, {.ids = deps.ids, .index = deps.index, .campaigns = deps.campaigns},
               {.command = std::move(command),
                .rules = rules.rules,
                .record_us = absl::ToUnixMicros(record_time)}));
  Fill(rules, std::move(tried), response);
  return absl::OkStatus();
}

}  // namespace laurel::members::handlers
