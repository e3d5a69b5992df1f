#include <algorithm>
#include <utility>

#include "lib/base/timestamps.h"
#include "lib/status/error.h"
#include "members-svc/domain/order_matching.h"
#include "members-svc/domain/trial_rules.h"
#include "members-svc/handlers/common.h"
#include "members-svc/handlers/ledger_command.h"
#include "members-svc/handlers/trial_campaigns.h"
#include "members-svc/handlers/trial_handlers.h"
#include "members-svc/ledger/trial.h"
#include "members-svc/store/campaign_cache.h"
#include "members-svc/store/member_store.h"

namespace laurel::members::handlers {
namespace {

v1::CampaignVerdict VerdictOf(CampaignOutcome::Kind kind) {
  using Kind = CampaignOutcome::Kind;
  switch (kind) {
    case Kind::kApplied:
      return v1::CAMPAIGN_VERDICT_APPLIED;
    case Kind::kNotYet:
      return v1::CAMPAIGN_VERDICT_NOT_YET;
    case Kind::kEnded:
      return v1::CAMPAIGN_VERDICT_ENDED;
    case Kind::kConditionFailed:
      return v1::CAMPAIGN_VERDICT_CONDITION_FAILED;
    case Kind::kNoLineCounts:
      return v1::CAMPAIGN_VERDICT_NO_LINE_COUNTS;
    case Kind::kNothingEarned:
      return v1::CAMPAIGN_VERDICT_NOTHING_EARNED;
    case Kind::kLimitReached:
      return v1::CAMPAIGN_VERDICT_LIMIT_REACHED;
    case Kind::kExclusive:
      return v1::CAMPAIGN_VERDICT_EXCLUSIVE;
    case Kind::kStopped:
      return v1::CAMPAIGN_VERDICT_STOPPED;
    case Kind::kLostInGroup:
      return v1::CAMPAIGN_VERDICT_LOST_IN_GROUP;
  }
  return v1::CAMPAIGN_VERDICT_UNSPECIFIED;
}

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
  for (CampaignOutcome& outcome : trial.outcomes) {
    const base::Uuid& id = outcome.campaign->campaign_id;
    const bool benefit = outcome.campaign->tier.has_value();
    if (benefit && outcome.award < 0) continue;  // of another tier than the member's
    v1::CampaignTrial& tried = *response->add_campaigns();
    if (!IsDraftId(id) && !benefit) tried.set_campaign_id(base::EncodeId("cmp", id));
    tried.set_draft(rules.DraftOf(id));
    tried.set_display_name(outcome.campaign->campaign.display_name());
    tried.set_verdict(VerdictOf(outcome.kind));
    tried.set_failed_path(std::move(outcome.failed_path));
    if (outcome.award < 0) continue;
    *tried.mutable_result() = trial.order.rule_results(outcome.award);
    tried.mutable_result()->set_campaign_id(tried.campaign_id());
  }
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
