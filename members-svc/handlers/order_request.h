// What the field rules cannot say about recording an order.
#pragma once

#include "absl/status/status.h"
#include "laurel/members/v1/order.pb.h"
#include "lib/server/call.h"

namespace laurel::members::handlers {

// INVALID_ARGUMENT, INVALID_REQUEST without exactly one way to find the member; PERMISSION_DENIED,
// ROLE_REQUIRED for a historical order by anyone but an operator.
absl::Status CheckOrderRequest(const server::Call& call, const v1::RecordOrderRequest& request);

}  // namespace laurel::members::handlers
