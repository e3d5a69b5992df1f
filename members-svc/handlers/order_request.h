// What the field rules cannot say about recording an order.
#pragma once

#include <string_view>

#include "absl/status/status.h"
#include "laurel/members/v1/order.pb.h"
#include "lib/server/call.h"
#include "members-svc/deps.h"
#include "members-svc/ledger/command.h"

namespace laurel::members::handlers {

// INVALID_ARGUMENT, INVALID_REQUEST for an order that does not say whose it is, not even nobody's;
// PERMISSION_DENIED, ROLE_REQUIRED for a historical order by anyone but an operator.
absl::Status CheckOrderRequest(const server::Call& call, const v1::RecordOrderRequest& request);

// Records the order, without its answer. `program_id` is that of the call; an item of a batch may
// leave its own empty.
Command OrderCommand(const Deps& deps, const server::Call& call, std::string_view program_id,
                     const v1::RecordOrderRequest& request);

}  // namespace laurel::members::handlers
