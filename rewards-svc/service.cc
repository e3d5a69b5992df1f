#include "rewards-svc/service.h"

#include "rewards-svc/handlers/handlers.h"

namespace laurel::rewards {

namespace pb = laurel::rewards::v1;
using Context = grpc::CallbackServerContext;
using Reactor = grpc::ServerUnaryReactor;

RewardService::RewardService(server::Runtime& runtime, const Deps& deps)
    : rpc_(runtime, pb::RewardService::service_full_name()), deps_(deps) {}
Reactor* RewardService::CreateReward(Context* context, const pb::CreateRewardRequest* request,
                                     pb::CreateRewardResponse* response) {
  return rpc_.Run("CreateReward", context, request, response, handlers::CreateReward, deps_);
}
Reactor* RewardService::AdjustStock(Context* context, const pb::AdjustStockRequest* request,
                                    pb::AdjustStockResponse* response) {
  return rpc_.Run("AdjustStock", context, request, response, handlers::AdjustStock, deps_);
}
Reactor* RewardService::GetReward(Context* context, const pb::GetRewardRequest* request,
                                  pb::GetRewardResponse* response) {
  return rpc_.Run("GetReward", context, request, response, handlers::GetReward, deps_);
}
Reactor* RewardService::ListRewards(Context* context, const pb::ListRewardsRequest* request,
                                    pb::ListRewardsResponse* response) {
  return rpc_.Run("ListRewards", context, request, response, handlers::ListRewards, deps_);
}

RedemptionService::RedemptionService(server::Runtime& runtime, const Deps& deps)
    : rpc_(runtime, pb::RedemptionService::service_full_name()), deps_(deps) {}
Reactor* RedemptionService::RedeemReward(Context* context, const pb::RedeemRewardRequest* request,
                                         pb::RedeemRewardResponse* response) {
  return rpc_.Run("RedeemReward", context, request, response, handlers::RedeemReward, deps_);
}
Reactor* RedemptionService::UseRedemption(Context* context, const pb::UseRedemptionRequest* request,
                                          pb::UseRedemptionResponse* response) {
  return rpc_.Run("UseRedemption", context, request, response, handlers::UseRedemption, deps_);
}
Reactor* RedemptionService::CancelRedemption(Context* context,
                                             const pb::CancelRedemptionRequest* request,
                                             pb::CancelRedemptionResponse* response) {
  return rpc_.Run("CancelRedemption", context, request, response, handlers::CancelRedemption,
                  deps_);
}
Reactor* RedemptionService::GetRedemption(Context* context, const pb::GetRedemptionRequest* request,
                                          pb::GetRedemptionResponse* response) {
  return rpc_.Run("GetRedemption", context, request, response, handlers::GetRedemption, deps_);
}
Reactor* RedemptionService::ListRedemptions(Context* context,
                                            const pb::ListRedemptionsRequest* request,
                                            pb::ListRedemptionsResponse* response) {
  return rpc_.Run("ListRedemptions", context, request, response, handlers::ListRedemptions, deps_);
}

EventSinkService::EventSinkService(server::Runtime& runtime, const Deps& deps)
    : rpc_(runtime, events::v1::EventSinkService::service_full_name()), deps_(deps) {}
Reactor* EventSinkService::Deliver(Context* context, const events::v1::DeliverRequest* request,
                                   events::v1::DeliverResponse* response) {
  return rpc_.Run("Deliver", context, request, response, handlers::Deliver, deps_);
}

}  // namespace laurel::rewards
