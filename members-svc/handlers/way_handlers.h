// The handlers of WayService, one per rpc. What they answer and refuse is said in the proto.
#pragma once

#include "absl/status/status.h"
#include "laurel/members/v1/way.pb.h"
#include "lib/server/call.h"
#include "members-svc/deps.h"

namespace laurel::members::handlers {

absl::Status ListWays(const Deps& deps, const server::Call& call,
                      const v1::ListWaysRequest& request, v1::ListWaysResponse* response);

}  // namespace laurel::members::handlers
