#include "lib/idempotency/once.h"
#include "lib/status/error.h"
#include "rewards-svc/domain/errors.h"
#include "rewards-svc/handlers/convert.h"
#include "rewards-svc/handlers/handlers.h"
#include "rewards-svc/store/rewards.h"

namespace laurel::rewards::handlers {
namespace {

absl::Status Adjust(db::Tx& tx, const v1::AdjustStockRequest& request,
                    v1::AdjustStockResponse* response) {
  LAUREL_ASSIGN_OR_RETURN(auto reward, FindReward(tx, IdIn("prg", request.program_id()),
                                                  IdIn("rwd", request.reward_id())));
  if (!reward) return RewardNotFound();
  LAUREL_RETURN_IF_ERROR(CheckStockCounted(*reward));
  LAUREL_ASSIGN_OR_RETURN(const auto stock, AdjustStock(tx, *reward, request.delta()));
  if (!stock) return StockOutOfRange(request.delta());
  reward->stock = *stock;
  *response->mutable_reward() = ToProto(*reward);
  return absl::OkStatus();
}

}  // namespace

absl::Status AdjustStock(const Deps& deps, const server::Call& call,
                         const v1::AdjustStockRequest& request, v1::AdjustStockResponse* response) {
  const idempotency::Scope scope{.program_id = request.program_id(),
                                 .principal = call.caller.Principal(),
                                 .method = "laurel.rewards.v1.RewardService.AdjustStock",
                                 .owner_id = "",
                                 .request_id = request.request_id()};
  return deps.pool.Transact(call.deadline, [&](db::Tx& tx) {
    return idempotency::Once(tx, scope, request, deps.clock.Now(), response,
                             [&] { return Adjust(tx, request, response); });
  });
}

}  // namespace laurel::rewards::handlers
