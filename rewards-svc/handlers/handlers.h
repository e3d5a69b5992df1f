// One handler per rpc, each in the file of its name. All may block.
#pragma once

#include "absl/status/status.h"
#include "laurel/events/v1/event.pb.h"
#include "laurel/rewards/v1/reward.pb.h"
#include "lib/server/call.h"
#include "rewards-svc/deps.h"

namespace laurel::rewards::handlers {

// RewardService
absl::Status CreateReward(const Deps& deps, const server::Call& call,
                          const v1::CreateRewardRequest& request,
                          v1::CreateRewardResponse* response);
absl::Status AdjustStock(const Deps& deps, const server::Call& call,
                         const v1::AdjustStockRequest& request, v1::AdjustStockResponse* response);
absl::Status GetReward(const Deps& deps, const server::Call& call,
                       const v1::GetRewardRequest& request, v1::GetRewardResponse* response);
absl::Status ListRewards(const Deps& deps, const server::Call& call,
                         const v1::ListRewardsRequest& request, v1::ListRewardsResponse* response);

// RedemptionService
absl::Status RedeemReward(const Deps& deps, const server::Call& call,
                          const v1::RedeemRewardRequest& request,
                          v1::RedeemRewardResponse* response);
absl::Status UseRedemption(const Deps& deps, const server::Call& call,
                           const v1::UseRedemptionRequest& request,
                           v1::UseRedemptionResponse* response);
absl::Status CancelRedemption(const Deps& deps, const server::Call& call,
                              const v1::CancelRedemptionRequest& request,
                              v1::CancelRedemptionResponse* response);
absl::Status GetRedemption(const Deps& deps, const server::Call& call,
                           const v1::GetRedemptionRequest& request,
                           v1::GetRedemptionResponse* response);
absl::Status ListRedemptions(const Deps& deps, const server::Call& call,
                             const v1::ListRedemptionsRequest& request,
                             v1::ListRedemptionsResponse* response);

// EventSinkService
absl::Status Deliver(const Deps& deps, const server::Call& call,
                     const events::v1::DeliverRequest& request,
                     events::v1::DeliverResponse* response);

}  // namespace laurel::rewards::handlers
