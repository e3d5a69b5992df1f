#include "rewards-svc/jobs/saga_driver.h"

#include "lib/client/channel.h"
#include "lib/log/log.h"
#include "lib/status/error.h"
#include "rewards-svc/store/events.h"
#include "rewards-svc/store/redemptions.h"
#include "rewards-svc/store/rewards.h"
#include "rewards-svc/store/sagas.h"

namespace laurel::rewards {
namespace {

constexpr int kTriesForACaller = 2;
constexpr absl::Duration kStuckPause = absl::Hours(1);

// What follows from an answer is written even if the caller has left meanwhile.
absl::Time WriteDeadline() { return client::Background(absl::Seconds(5)).deadline; }

bool IsSpend(const Claim& claim) { return claim.redemption.state == State::kPending; }

RedemptionName NameOf(const Redemption& redemption) {
  return {redemption.program_id, redemption.redemption_id};
}

absl::StatusOr<Redemption> Reload(db::Tx& tx, const Redemption& redemption) {
  LAUREL_ASSIGN_OR_RETURN(const auto found, FindRedemption(tx, NameOf(redemption)));
  if (!found) return absl::InternalError("a redemption has vanished");
  return *found;
}

}  // namespace

absl::StatusOr<Outcome> SagaDriver::Settle(const trace::Scope& scope, const Redemption& redemption,
                                           std::optional<Claim> claim) {
  Outcome outcome{redemption, absl::OkStatus()};
  const auto open = [&] {
    return outcome.UnderWay() && outcome.redemption.state == redemption.state;
  };
  for (int tries = 0; tries < kTriesForACaller && open(); ++tries) {
    if (!claim) {
      LAUREL_RETURN_IF_ERROR(parts_.pool.Transact(WriteDeadline(), [&](db::Tx& tx) -> absl::Status {
        LAUREL_ASSIGN_OR_RETURN(claim, ClaimSaga(tx, outcome.redemption, parts_.machine.Now()));
        LAUREL_ASSIGN_OR_RETURN(outcome.redemption, Reload(tx, outcome.redemption));
        return absl::OkStatus();
      }));
    }
    if (!claim) return outcome;
    LAUREL_ASSIGN_OR_RETURN(outcome, Step(scope, *claim));
    claim.reset();
  }
  return outcome;
}

absl::StatusOr<bool> SagaDriver::DriveNextDue() {
  std::optional<Claim> claim;
  LAUREL_RETURN_IF_ERROR(parts_.pool.Transact(WriteDeadline(), [&](db::Tx& tx) -> absl::Status {
    LAUREL_ASSIGN_OR_RETURN(claim, ClaimDueSaga(tx, parts_.machine.Now()));
    return absl::OkStatus();
  }));
  if (!claim) return false;
  LAUREL_RETURN_IF_ERROR(Step(client::Background(kCallTimeout), *claim).status());
  return true;
}

absl::StatusOr<Outcome> SagaDriver::Step(const trace::Scope& scope, const Claim& claim) {
  if (TooOldToAsk(claim.redemption, parts_.clock.Now())) {
    log::Error("a spend is too old to be asked about again; a person must look at the ledger",
               {{"redemption_id", base::EncodeId("rdm", claim.redemption.redemption_id)},
                {"spend_request_id", base::ToString(claim.redemption.spend_request_id)}});
    LAUREL_RETURN_IF_ERROR(Postpone(claim, {.ask_again_at = parts_.machine.Now() + kStuckPause,
                                            .doubt_until = claim.earlier_doubt}));
    return Outcome{claim.redemption, absl::OkStatus()};
  }
  return Apply(scope, claim, Ask(scope, claim));
}

Answer SagaDriver::Ask(const trace::Scope& scope, const Claim& claim) const {
  const absl::Time asked_at = parts_.machine.Now();
  // What a campaign gave has cost nothing: there is nothing to be given back.
  if (!IsSpend(claim) && !claim.redemption.spend_entry_id) return {.kind = Answer::Kind::kDone};
  Answer answer = IsSpend(claim) ? ReadSpendAnswer(parts_.members.Spend(scope, claim.redemption))
                                 : ReadRefundAnswer(parts_.members.Refund(scope, claim.redemption));
  answer.asked_at = asked_at;
  return answer;
}

absl::StatusOr<Outcome> SagaDriver::Apply(const trace::Scope& scope, const Claim& claim,
                                          const Answer& answer) {
  const Decision decision = Decide(claim, answer, parts_.machine.Now());
  if (decision.step == Decision::Step::kAskAgain) {
    parts_.metrics.unknown_answers.Increment();
    log::Warn("members-svc left open whether points moved",
              {{"redemption_id", base::EncodeId("rdm", claim.redemption.redemption_id)},
               {"attempts", claim.redemption.attempts},
               {"answer", answer.status.ToString()},
               {"trace_id", scope.trace.TraceId()}});
    LAUREL_RETURN_IF_ERROR(Postpone(claim, decision));
    return Outcome{claim.redemption, absl::OkStatus()};
  }
  Outcome outcome;
  bool ours = false;
  LAUREL_RETURN_IF_ERROR(parts_.pool.Transact(WriteDeadline(), [&](db::Tx& tx) -> absl::Status {
    LAUREL_ASSIGN_OR_RETURN(const std::optional<Redemption> ended,
                            End(tx, scope, claim, answer, decision.step));
    ours = ended.has_value();
    if (ours) {
      outcome.redemption = *ended;
      return absl::OkStatus();
    }
    LAUREL_ASSIGN_OR_RETURN(outcome.redemption, Reload(tx, claim.redemption));
    return absl::OkStatus();
  }));
  if (!ours) return outcome;
  if (decision.step == Decision::Step::kRefuse) outcome.refusal = answer.status;
  Count(claim, decision.step);
  parts_.relay.Wake();
  return outcome;
}

absl::Status SagaDriver::Postpone(const Claim& claim, const Decision& decision) {
  return parts_.pool.Transact(WriteDeadline(),
                              [&](db::Tx& tx) { return PostponeSaga(tx, claim, decision); });
}

absl::StatusOr<std::optional<Redemption>> SagaDriver::End(db::Tx& tx, const trace::Scope& scope,
                                                          const Claim& claim, const Answer& answer,
                                                          Decision::Step step) {
  const Redemption& before = claim.redemption;
  const absl::Time now = parts_.clock.Now();
  const bool refused = step == Decision::Step::kRefuse;
  absl::StatusOr<std::optional<Ended>> ended;
  if (IsSpend(claim)) {
    ended = refused ? RefuseRedemption(tx, claim, status::ReasonOf(answer.status), now)
                    : IssueRedemption(tx, claim, *answer.entry_id, now);
  } else {
    ended = refused ? RefuseCancel(tx, claim, now) : CancelRedemption(tx, claim, now);
  }
  if (!ended.ok()) return ended.status();
  if (!*ended) return std::optional<Redemption>();
  if (refused) {
    LAUREL_RETURN_IF_ERROR(DeleteSagaKey(tx, before.bucket, before.command_key));
  } else {
    LAUREL_RETURN_IF_ERROR(
        WriteEvent(tx, **ended, parts_.ids.Next(now), scope.trace.Traceparent()));
  }
  if (before.stock_held && !(*ended)->redemption.stock_held) {
    LAUREL_RETURN_IF_ERROR(ReturnStock(tx, before.program_id, before.reward_id));
  }
  return std::optional<Redemption>((*ended)->redemption);
}

void SagaDriver::Count(const Claim& claim, Decision::Step step) {
  const auto points = static_cast<double>(claim.redemption.points);
  if (step == Decision::Step::kRefuse) {
    if (IsSpend(claim)) parts_.metrics.refused.Increment();
  } else if (IsSpend(claim)) {
    parts_.metrics.issued.Increment();
    parts_.metrics.points_redeemed.Increment(points);
  } else {
    parts_.metrics.cancelled.Increment();
    parts_.metrics.points_returned.Increment(points);
  }
}

}  // namespace laurel::rewards
