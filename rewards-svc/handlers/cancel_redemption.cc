#include "lib/status/error.h"
#include "rewards-svc/domain/errors.h"
#include "rewards-svc/handlers/begin.h"
#include "rewards-svc/handlers/convert.h"
#include "rewards-svc/handlers/handlers.h"
#include "rewards-svc/jobs/saga_driver.h"

namespace laurel::rewards::handlers {

absl::Status CancelRedemption(const Deps& deps, const server::Call& call,
                              const v1::CancelRedemptionRequest& request,
                              v1::CancelRedemptionResponse* response) {
  LAUREL_ASSIGN_OR_RETURN(const Begun begun, BeginCancellation(deps, call, request));
  const absl::StatusOr<Outcome> outcome =
      deps.sagas.Settle(ScopeForSaga(call), begun.redemption, begun.claim);
  if (!outcome.ok()) return LeftToWorker(call, outcome.status());
  if (!outcome->refusal.ok()) return outcome->refusal;
  if (outcome->redemption.state != State::kCancelled) return RedemptionPending();
  *response->mutable_redemption() = ToProto(outcome->redemption);
  return absl::OkStatus();
}

}  // namespace laurel::rewards::handlers
