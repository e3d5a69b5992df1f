// The rpcs of SimulationService and ReplayService.
#pragma once

#include "laurel/members/v1/replay.pb.h"
#include "laurel/members/v1/simulation.pb.h"
#include "lib/server/call.h"
#include "members-svc/deps.h"

namespace laurel::members::handlers {

absl::Status SimulateOrder(const Deps& deps, const server::Call& call,
                           const v1::SimulateOrderRequest& request,
                           v1::SimulateOrderResponse* response);
absl::Status CreateReplay(const Deps& deps, const server::Call& call,
                          const v1::CreateReplayRequest& request,
                          v1::CreateReplayResponse* response);
absl::Status GetReplay(const Deps& deps, const server::Call& call,
                       const v1::GetReplayRequest& request, v1::GetReplayResponse* response);
absl::Status ListReplays(const Deps& deps, const server::Call& call,
                         const v1::ListReplaysRequest& request, v1::ListReplaysResponse* response);
absl::Status CancelReplay(const Deps& deps, const server::Call& call,
                          const v1::CancelReplayRequest& request,
                          v1::CancelReplayResponse* response);

}  // namespace laurel::members::handlers
