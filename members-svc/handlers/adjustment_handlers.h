// The handlers of AdjustmentService, one per rpc, each in the file of its name.
#pragma once

#include "absl/status/status.h"
#include "laurel/members/v1/adjustment.pb.h"
#include "lib/server/call.h"
#include "members-svc/deps.h"

namespace laurel::members::handlers {

absl::Status SetAdjustmentLimit(const Deps& deps, const server::Call& call,
                                const v1::SetAdjustmentLimitRequest& request,
                                v1::SetAdjustmentLimitResponse* response);
absl::Status ProposeAdjustment(const Deps& deps, const server::Call& call,
                               const v1::ProposeAdjustmentRequest& request,
                               v1::ProposeAdjustmentResponse* response);
absl::Status ApproveAdjustment(const Deps& deps, const server::Call& call,
                               const v1::ApproveAdjustmentRequest& request,
                               v1::ApproveAdjustmentResponse* response);
absl::Status RejectAdjustment(const Deps& deps, const server::Call& call,
                              const v1::RejectAdjustmentRequest& request,
                              v1::RejectAdjustmentResponse* response);
absl::Status ListAdjustments(const Deps& deps, const server::Call& call,
                             const v1::ListAdjustmentsRequest& request,
                             v1::ListAdjustmentsResponse* response);

}  // namespace laurel::members::handlers
