#include "lib/base/bucket.h"
#include "lib/idempotency/once.h"
#include "lib/log/log.h"
#include "lib/status/error.h"
#include "rewards-svc/domain/coupon_code.h"
#include "rewards-svc/domain/errors.h"
#include "rewards-svc/handlers/begin.h"
#include "rewards-svc/handlers/convert.h"
#include "rewards-svc/store/redemptions.h"
#include "rewards-svc/store/rewards.h"
#include "rewards-svc/store/sagas.h"

namespace laurel::rewards::handlers {
namespace {

struct Command {
  base::Uuid program_id;
  base::Uuid member_id;
  base::Uuid reward_id;
  idempotency::Key key;
  std::string content_hash;
};

Command ReadCommand(const server::Call& call, const v1::RedeemRewardRequest& request) {
  return {.program_id = IdIn("prg", request.program_id()),
          .member_id = IdIn("mem", request.member_id()),
          .reward_id = IdIn("rwd", request.reward_id()),
          .key = idempotency::KeyOf({.program_id = request.program_id(),
                                     .principal = call.caller.Principal(),
                                     .method = "laurel.rewards.v1.RedemptionService.RedeemReward",
                                     .owner_id = request.member_id(),
                                     .request_id = request.request_id()}),
          .content_hash = idempotency::ContentHash(request)};
}

// What the same request began before.
absl::StatusOr<std::optional<Begun>> FindBegun(db::Tx& tx, const Command& command) {
  LAUREL_ASSIGN_OR_RETURN(const auto known, FindSagaKey(tx, command.key, command.content_hash));
  if (!known) return std::optional<Begun>();
  LAUREL_ASSIGN_OR_RETURN(const auto redemption, FindRedemption(tx, {command.program_id, *known}));
  if (!redemption || redemption->state == State::kRefused) {
    return db::Conflict("the request was refused while it was looked up");
  }
  return std::optional<Begun>(Begun{*redemption, std::nullopt});
}

Redemption NewRedemption(const Deps& deps, const Command& command, const Reward& reward) {
  const absl::Time now = deps.clock.Now();
  Redemption redemption;
  redemption.redemption_id = InSliceOf(deps.ids.Next(now), command.member_id);
  redemption.bucket = base::BucketOf(command.member_id);
  redemption.program_id = command.program_id;
  redemption.member_id = command.member_id;
  redemption.reward_id = command.reward_id;
  redemption.points = reward.price_points;
  redemption.wallet_type = reward.wallet_type;
  redemption.coupon_code = MakeCouponCode(deps.ids.RandomBytes(kCouponRandomBytes));
  redemption.stock_held = reward.stock_limited;
  redemption.create_time = now;
  redemption.update_time = now;
  redemption.spend_request_id = deps.ids.Next(now);
  redemption.doubt_until = deps.machine.Now() + kLease;
  redemption.command_key = command.key.id;
  return redemption;
}

absl::StatusOr<Begun> Begin(const Deps& deps, db::Tx& tx, const Command& command) {
  LAUREL_ASSIGN_OR_RETURN(const auto begun, FindBegun(tx, command));
  if (begun) return *begun;
  LAUREL_ASSIGN_OR_RETURN(const auto reward, FindReward(tx, command.program_id, command.reward_id));
  if (!reward) return RewardNotFound();
  const Redemption redemption = NewRedemption(deps, command, *reward);
  LAUREL_RETURN_IF_ERROR(CheckRedeemable(*reward, redemption.create_time));
  LAUREL_RETURN_IF_ERROR(InsertRedemption(tx, redemption));
  LAUREL_RETURN_IF_ERROR(InsertSagaKey(
      tx, {command.key, command.content_hash, redemption.redemption_id, redemption.create_time}));
  // The stock row is everybody's: locked last, it is held for no longer than the commit.
  if (redemption.stock_held) {
    LAUREL_ASSIGN_OR_RETURN(const bool taken, TakeStock(tx, command.program_id, command.reward_id));
    if (!taken) return OutOfStock();
  }
  return Begun{redemption, Claim{redemption, absl::UnixEpoch()}};
}

}  // namespace

absl::StatusOr<Begun> BeginRedemption(const Deps& deps, const server::Call& call,
                                      const v1::RedeemRewardRequest& request) {
  const Command command = ReadCommand(call, request);
  return db::TransactFor<Begun>(deps.pool, call.deadline,
                                [&](db::Tx& tx) { return Begin(deps, tx, command); });
}

trace::Scope ScopeForSaga(const server::Call& call) {
  trace::Scope scope = call;
  scope.deadline -= absl::Milliseconds(100);
  return scope;
}

absl::Status LeftToWorker(const server::Call& call, const absl::Status& error) {
  log::Error("a saga is left to the worker",
             {{"error", error.ToString()}, {"trace_id", call.trace.TraceId()}});
  return RedemptionPending();
}

}  // namespace laurel::rewards::handlers
