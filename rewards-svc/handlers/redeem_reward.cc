#include "lib/status/error.h"
#include "rewards-svc/domain/errors.h"
#include "rewards-svc/handlers/begin.h"
#include "rewards-svc/handlers/convert.h"
#include "rewards-svc/handlers/handlers.h"
#include "rewards-svc/jobs/saga_driver.h"

namespace laurel::rewards::handlers {

absl::Status RedeemReward(const Deps& deps, const server::Call& call,
                          const v1::RedeemRewardRequest& request,
                          v1::RedeemRewardResponse* response) {
  LAUREL_ASSIGN_OR_RETURN(const Begun begun, BeginRedemption(deps, call, request));
  if (begun.redemption.issue_time) {
    *response->mutable_redemption() = ToProto(AsIssued(begun.redemption));
    return absl::OkStatus();
  }
  const absl::StatusOr<Outcome> outcome =
      deps.sagas.Settle(ScopeForSaga(call), begun.redemption, begun.claim);
  // What the database did not take now, the worker does; the caller learns that it goes on.
  if (!outcome.ok()) return LeftToWorker(call, outcome.status());
  if (!outcome->refusal.ok()) return outcome->refusal;
  if (!outcome->redemption.issue_time) return RedemptionPending();
  *response->mutable_redemption() = ToProto(AsIssued(outcome->redemption));
  return absl::OkStatus();
}

}  // namespace laurel::rewards::handlers
