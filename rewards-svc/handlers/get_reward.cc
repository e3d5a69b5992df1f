#include "lib/status/error.h"
#include "rewards-svc/domain/errors.h"
#include "rewards-svc/handlers/convert.h"
#include "rewards-svc/handlers/handlers.h"
#include "rewards-svc/store/rewards.h"

namespace laurel::rewards::handlers {

absl::Status GetReward(const Deps& deps, const server::Call& call,
                       const v1::GetRewardRequest& request, v1::GetRewardResponse* response) {
  LAUREL_ASSIGN_OR_RETURN(
      const auto reward,
      db::ReadFor<std::optional<Reward>>(deps.pool, call.deadline, [&](db::Tx& tx) {
        return FindReward(tx, IdIn("prg", request.program_id()), IdIn("rwd", request.reward_id()));
      }));
  if (!reward) return RewardNotFound();
  *response->mutable_reward() = ToProto(*reward);
  return absl::OkStatus();
}

}  // namespace laurel::rewards::handlers
