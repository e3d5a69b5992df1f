// The gRPC service RewardWayService: transport only, one line per rpc.
#pragma once

#include "laurel/rewards/v1/reward_way.grpc.pb.h"
#include "lib/server/rpc.h"
#include "rewards-svc/handlers/way_handlers.h"

namespace laurel::rewards {

class RewardWayService final : public v1::RewardWayService::CallbackService {
 public:
  RewardWayService(server::Runtime& runtime, const WayDeps& deps)
      : rpc_(runtime, v1::RewardWayService::service_full_name()), deps_(deps) {}

  grpc::ServerUnaryReactor* ListAffordableRewards(
      grpc::CallbackServerContext* context, const v1::ListAffordableRewardsRequest* request,
      v1::ListAffordableRewardsResponse* response) override;

 private:
  server::Rpc rpc_;
  const WayDeps& deps_;
};

}  // namespace laurel::rewards
