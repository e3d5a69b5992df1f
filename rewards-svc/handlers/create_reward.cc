#include "lib/idempotency/once.h"
#include "lib/status/error.h"
#include "rewards-svc/handlers/convert.h"
#include "rewards-svc/handlers/handlers.h"
#include "rewards-svc/store/rewards.h"

namespace laurel::rewards::handlers {

absl::Status CreateReward(const Deps& deps, const server::Call& call,
                          const v1::CreateRewardRequest& request,
                          v1::CreateRewardResponse* response) {
  const absl::Time now = deps.clock.Now();
  Reward reward = FromProto(request.reward());
  reward.program_id = IdIn("prg", request.program_id());
  reward.reward_id = deps.ids.Next(now);
  reward.create_time = now;
  LAUREL_RETURN_IF_ERROR(CheckNewReward(reward));
  const idempotency::Scope scope{.program_id = request.program_id(),
                                 .principal = call.caller.Principal(),
                                 .method = "laurel.rewards.v1.RewardService.CreateReward",
                                 .owner_id = "",
                                 .request_id = request.request_id()};
  return deps.pool.Transact(call.deadline, [&](db::Tx& tx) {
    return idempotency::Once(tx, scope, request, now, response, [&]() -> absl::Status {
      LAUREL_RETURN_IF_ERROR(InsertReward(tx, reward));
      *response->mutable_reward() = ToProto(reward);
      return absl::OkStatus();
    });
  });
}

}  // namespace laurel::rewards::handlers
