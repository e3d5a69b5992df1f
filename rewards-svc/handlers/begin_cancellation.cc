#include "lib/idempotency/once.h"
#include "lib/status/error.h"
#include "rewards-svc/domain/errors.h"
#include "rewards-svc/handlers/begin.h"
#include "rewards-svc/handlers/convert.h"
#include "rewards-svc/store/redemptions.h"
#include "rewards-svc/store/sagas.h"

namespace laurel::rewards::handlers {
namespace {

absl::StatusOr<Begun> Begin(const Deps& deps, const server::Call& call, db::Tx& tx,
                            const v1::CancelRedemptionRequest& request) {
  LAUREL_ASSIGN_OR_RETURN(const auto redemption,
                          LoadRedemptionForUpdate(tx, {IdIn("prg", request.program_id()),
                                                       IdIn("rdm", request.redemption_id())}));
  if (!redemption) return RedemptionNotFound();
  const idempotency::Key key =
      idempotency::KeyOf({.program_id = request.program_id(),
                          .principal = call.caller.Principal(),
                          .method = "laurel.rewards.v1.RedemptionService.CancelRedemption",
                          .owner_id = base::EncodeId("mem", redemption->member_id),
                          .request_id = request.request_id()});
  const std::string content_hash = idempotency::ContentHash(request);
  LAUREL_ASSIGN_OR_RETURN(const auto known, FindSagaKey(tx, key, content_hash));
  if (known) return Begun{*redemption, std::nullopt};

  LAUREL_RETURN_IF_ERROR(CheckIssued(*redemption));
  const absl::Time now = deps.clock.Now();
  LAUREL_ASSIGN_OR_RETURN(const auto begun,
                          BeginCancel(tx, *redemption,
                                      {.reason = request.reason(),
                                       .refund_request_id = deps.ids.Next(now),
                                       .command_key = key.id,
                                       .now = now,
                                       .lease_until = deps.machine.Now() + kLease}));
  if (!begun) return absl::InternalError("a locked redemption has changed its state");
  LAUREL_RETURN_IF_ERROR(InsertSagaKey(tx, {key, content_hash, redemption->redemption_id, now}));
  return Begun{*begun, Claim{*begun, absl::UnixEpoch()}};
}

}  // namespace

absl::StatusOr<Begun> BeginCancellation(const Deps& deps, const server::Call& call,
                                        const v1::CancelRedemptionRequest& request) {
  return db::TransactFor<Begun>(deps.pool, call.deadline,
                                [&](db::Tx& tx) { return Begin(deps, call, tx, request); });
}

}  // namespace laurel::rewards::handlers
