#include "rewards-svc/reward_way_service.h"

namespace laurel::rewards {

grpc::ServerUnaryReactor* RewardWayService::ListAffordableRewards(
    grpc::CallbackServerContext* context, const v1::ListAffordableRewardsRequest* request,
    v1::ListAffordableRewardsResponse* response) {
  return rpc_.Run("ListAffordableRewards", context, request, response,
                  handlers::ListAffordableRewards, deps_);
}

}  // namespace laurel::rewards
