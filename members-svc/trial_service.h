// The gRPC services SimulationService and ReplayService: transport only, one line per rpc.
#pragma once

#include "laurel/members/v1/replay.grpc.pb.h"
#include "laurel/members/v1/simulation.grpc.pb.h"
#include "lib/server/rpc.h"
#include "members-svc/deps.h"

namespace laurel::members {

class SimulationService final : public v1::SimulationService::CallbackService {
 public:
  SimulationService(server::Runtime& runtime, const Deps& deps)
      : rpc_(runtime, v1::SimulationService::service_full_name()), deps_(deps) {}

  grpc::ServerUnaryReactor* SimulateOrder(grpc::CallbackServerContext* context,
                                          const v1::SimulateOrderRequest* request,
                                          v1::SimulateOrderResponse* response) override;

 private:
  server::Rpc rpc_;
  const Deps& deps_;
};

class ReplayService final : public v1::ReplayService::CallbackService {
 public:
  ReplayService(server::Runtime& runtime, const Deps& deps)
      : rpc_(runtime, v1::ReplayService::service_full_name()), deps_(deps) {}

  grpc::ServerUnaryReactor* CreateReplay(grpc::CallbackServerContext* context,
                                         const v1::CreateReplayRequest* request,
                                         v1::CreateReplayResponse* response) override;
  grpc::ServerUnaryReactor* GetReplay(grpc::CallbackServerContext* context,
                                      const v1::GetReplayRequest* request,
                                      v1::GetReplayResponse* response) override;
  grpc::ServerUnaryReactor* ListReplays(grpc::CallbackServerContext* context,
                                        const v1::ListReplaysRequest* request,
                                        v1::ListReplaysResponse* response) override;
  grpc::ServerUnaryReactor* CancelReplay(grpc::CallbackServerContext* context,
                                         const v1::CancelReplayRequest* request,
                                         v1::CancelReplayResponse* response) override;

 private:
  server::Rpc rpc_;
  const Deps& deps_;
};

}  // namespace laurel::members
