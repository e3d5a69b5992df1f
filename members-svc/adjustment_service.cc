#include "members-svc/adjustment_service.h"

#include "members-svc/handlers/adjustment_handlers.h"

namespace laurel::members {

grpc::ServerUnaryReactor* AdjustmentService::SetAdjustmentLimit(
    grpc::CallbackServerContext* context, const v1::SetAdjustmentLimitRequest* request,
    v1::SetAdjustmentLimitResponse* response) {
  return rpc_.Run("SetAdjustmentLimit", context, request, response, handlers::SetAdjustmentLimit,
                  deps_);
}
grpc::ServerUnaryReactor* AdjustmentService::ProposeAdjustment(
    grpc::CallbackServerContext* context, const v1::ProposeAdjustmentRequest* request,
    v1::ProposeAdjustmentResponse* response) {
  return rpc_.Run("ProposeAdjustment", context, request, response, handlers::ProposeAdjustment,
                  deps_);
}
grpc::ServerUnaryReactor* AdjustmentService::ApproveAdjustment(
    grpc::CallbackServerContext* context, const v1::ApproveAdjustmentRequest* request,
    v1::ApproveAdjustmentResponse* response) {
  return rpc_.Run("ApproveAdjustment", context, request, response, handlers::ApproveAdjustment,
                  deps_);
}
grpc::ServerUnaryReactor* AdjustmentService::RejectAdjustment(
    grpc::CallbackServerContext* context, const v1::RejectAdjustmentRequest* request,
    v1::RejectAdjustmentResponse* response) {
  return rpc_.Run("RejectAdjustment", context, request, response, handlers::RejectAdjustment,
                  deps_);
}
grpc::ServerUnaryReactor* AdjustmentService::ListAdjustments(
    grpc::CallbackServerContext* context, const v1::ListAdjustmentsRequest* request,
    v1::ListAdjustmentsResponse* response) {
  return rpc_.Run("ListAdjustments", context, request, response, handlers::ListAdjustments, deps_);
}

}  // namespace laurel::members
