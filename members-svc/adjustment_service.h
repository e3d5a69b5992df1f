// The gRPC service AdjustmentService: transport only, one line per rpc.
#pragma once

#include "laurel/members/v1/adjustment.grpc.pb.h"
#include "lib/server/rpc.h"
#include "members-svc/deps.h"

namespace laurel::members {

class AdjustmentService final : public v1::AdjustmentService::CallbackService {
 public:
  AdjustmentService(server::Runtime& runtime, const Deps& deps)
      : rpc_(runtime, v1::AdjustmentService::service_full_name()), deps_(deps) {}

  grpc::ServerUnaryReactor* SetAdjustmentLimit(grpc::CallbackServerContext* context,
                                               const v1::SetAdjustmentLimitRequest* request,
                                               v1::SetAdjustmentLimitResponse* response) override;
  grpc::ServerUnaryReactor* ProposeAdjustment(grpc::CallbackServerContext* context,
                                              const v1::ProposeAdjustmentRequest* request,
                                              v1::ProposeAdjustmentResponse* response) override;
  grpc::ServerUnaryReactor* ApproveAdjustment(grpc::CallbackServerContext* context,
                                              const v1::ApproveAdjustmentRequest* request,
                                              v1::ApproveAdjustmentResponse* response) override;
  grpc::ServerUnaryReactor* RejectAdjustment(grpc::CallbackServerContext* context,
                                             const v1::RejectAdjustmentRequest* request,
                                             v1::RejectAdjustmentResponse* response) override;
  grpc::ServerUnaryReactor* ListAdjustments(grpc::CallbackServerContext* context,
                                            const v1::ListAdjustmentsRequest* request,
                                            v1::ListAdjustmentsResponse* response) override;

 private:
  server::Rpc rpc_;
  const Deps& deps_;
};

}  // namespace laurel::members
