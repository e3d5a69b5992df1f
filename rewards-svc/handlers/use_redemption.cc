#include "lib/idempotency/once.h"
#include "lib/status/error.h"
#include "rewards-svc/domain/errors.h"
#include "rewards-svc/handlers/convert.h"
#include "rewards-svc/handlers/handlers.h"
#include "rewards-svc/store/redemptions.h"

namespace laurel::rewards::handlers {
namespace {

absl::Status Use(db::Tx& tx, const Redemption& redemption, absl::Time now,
                 v1::UseRedemptionResponse* response) {
  LAUREL_RETURN_IF_ERROR(CheckIssued(redemption));
  LAUREL_ASSIGN_OR_RETURN(const auto used, UseRedemption(tx, redemption, now));
  if (!used) return absl::InternalError("a locked redemption has changed its state");
  *response->mutable_redemption() = ToProto(*used);
  return absl::OkStatus();
}

}  // namespace

absl::Status UseRedemption(const Deps& deps, const server::Call& call,
                           const v1::UseRedemptionRequest& request,
                           v1::UseRedemptionResponse* response) {
  bool before = false;
  const absl::Time now = deps.clock.Now();
  LAUREL_RETURN_IF_ERROR(deps.pool.Transact(call.deadline, [&](db::Tx& tx) -> absl::Status {
    LAUREL_ASSIGN_OR_RETURN(const auto redemption,
                            LoadRedemptionForUpdate(tx, {IdIn("prg", request.program_id()),
                                                         IdIn("rdm", request.redemption_id())}));
    if (!redemption) return RedemptionNotFound();
    before = redemption->state != State::kIssued;
    const idempotency::Scope scope{.program_id = request.program_id(),
                                   .principal = call.caller.Principal(),
                                   .method = "laurel.rewards.v1.RedemptionService.UseRedemption",
                                   .owner_id = base::EncodeId("mem", redemption->member_id),
                                   .request_id = request.request_id()};
    return idempotency::Once(tx, scope, request, now, response,
                             [&] { return Use(tx, *redemption, now, response); });
  }));
  if (!before) deps.metrics.used.Increment();
  return absl::OkStatus();
}

}  // namespace laurel::rewards::handlers
