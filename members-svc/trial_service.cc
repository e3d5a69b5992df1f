#include "members-svc/trial_service.h"

#include "members-svc/handlers/trial_handlers.h"

namespace laurel::members {

grpc::ServerUnaryReactor* SimulationService::SimulateOrder(grpc::CallbackServerContext* context,
                                                           const v1::SimulateOrderRequest* request,
                                                           v1::SimulateOrderResponse* response) {
  return rpc_.Run("SimulateOrder", context, request, response, handlers::SimulateOrder, deps_);
}

grpc::ServerUnaryReactor* ReplayService::CreateReplay(grpc::CallbackServerContext* context,
                                                      const v1::CreateReplayRequest* request,
                                                      v1::CreateReplayResponse* response) {
  return rpc_.Run("CreateReplay", context, request, response, handlers::CreateReplay, deps_);
}
grpc::ServerUnaryReactor* ReplayService::GetReplay(grpc::CallbackServerContext* context,
                                                   const v1::GetReplayRequest* request,
                                                   v1::GetReplayResponse* response) {
  return rpc_.Run("GetReplay", context, request, response, handlers::GetReplay, deps_);
}
grpc::ServerUnaryReactor* ReplayService::ListReplays(grpc::CallbackServerContext* context,
                                                     const v1::ListReplaysRequest* request,
                                                     v1::ListReplaysResponse* response) {
  return rpc_.Run("ListReplays", context, request, response, handlers::ListReplays, deps_);
}
grpc::ServerUnaryReactor* ReplayService::CancelReplay(grpc::CallbackServerContext* context,
                                                      const v1::CancelReplayRequest* request,
                                                      v1::CancelReplayResponse* response) {
  return rpc_.Run("CancelReplay", context, request, response, handlers::CancelReplay, deps_);
}

}  // namespace laurel::members
