// The transport: one line per rpc.
#pragma once

#include "laurel/events/v1/event.grpc.pb.h"
#include "laurel/rewards/v1/reward.grpc.pb.h"
#include "lib/server/rpc.h"
#include "rewards-svc/deps.h"

namespace laurel::rewards {

class RewardService final : public v1::RewardService::CallbackService {
 public:
  RewardService(server::Runtime& runtime, const Deps& deps);
  grpc::ServerUnaryReactor* CreateReward(grpc::CallbackServerContext* context,
                                         const v1::CreateRewardRequest* request,
                                         v1::CreateRewardResponse* response) override;
  grpc::ServerUnaryReactor* AdjustStock(grpc::CallbackServerContext* context,
                                        const v1::AdjustStockRequest* request,
                                        v1::AdjustStockResponse* response) override;
  grpc::ServerUnaryReactor* GetReward(grpc::CallbackServerContext* context,
                                      const v1::GetRewardRequest* request,
                                      v1::GetRewardResponse* response) override;
  grpc::ServerUnaryReactor* ListRewards(grpc::CallbackServerContext* context,
                                        const v1::ListRewardsRequest* request,
                                        v1::ListRewardsResponse* response) override;

 private:
  server::Rpc rpc_;
  const Deps& deps_;
};

class RedemptionService final : public v1::RedemptionService::CallbackService {
 public:
  RedemptionService(server::Runtime& runtime, const Deps& deps);
  grpc::ServerUnaryReactor* RedeemReward(grpc::CallbackServerContext* context,
                                         const v1::RedeemRewardRequest* request,
                                         v1::RedeemRewardResponse* response) override;
  grpc::ServerUnaryReactor* UseRedemption(grpc::CallbackServerContext* context,
                                          const v1::UseRedemptionRequest* request,
                                          v1::UseRedemptionResponse* response) override;
  grpc::ServerUnaryReactor* CancelRedemption(grpc::CallbackServerContext* context,
                                             const v1::CancelRedemptionRequest* request,
                                             v1::CancelRedemptionResponse* response) override;
  grpc::ServerUnaryReactor* GetRedemption(grpc::CallbackServerContext* context,
                                          const v1::GetRedemptionRequest* request,
                                          v1::GetRedemptionResponse* response) override;
  grpc::ServerUnaryReactor* ListRedemptions(grpc::CallbackServerContext* context,
                                            const v1::ListRedemptionsRequest* request,
                                            v1::ListRedemptionsResponse* response) override;

 private:
  server::Rpc rpc_;
  const Deps& deps_;
};

class EventSinkService final : public events::v1::EventSinkService::CallbackService {
 public:
  EventSinkService(server::Runtime& runtime, const Deps& deps);
  grpc::ServerUnaryReactor* Deliver(grpc::CallbackServerContext* context,
                                    const events::v1::DeliverRequest* request,
                                    events::v1::DeliverResponse* response) override;

 private:
  server::Rpc rpc_;
  const Deps& deps_;
};

}  // namespace laurel::rewards
