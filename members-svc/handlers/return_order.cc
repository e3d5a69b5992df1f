#include "lib/base/timestamps.h"
#include "members-svc/handlers/handlers.h"
#include "members-svc/handlers/order_return_command.h"

namespace laurel::members::handlers {

absl::Status ReturnOrder(const Deps& deps, const server::Call& call,
                         const v1::ReturnOrderRequest& request, v1::ReturnOrderResponse* response) {
  members::ReturnOrder back{.lines = {request.lines().begin(), request.lines().end()},
                            .cancels = false,
                            .reason = request.reason()};
  if (request.has_occur_time()) back.occur_time = base::FromTimestamp(request.occur_time());
  return Return(
      deps, call,
      {request, request.program_id(), request.order_id(), request.request_id(), std::move(back)},
      response->mutable_order_return());
}

}  // namespace laurel::members::handlers
