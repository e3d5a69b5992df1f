#include "lib/base/timestamps.h"
#include "members-svc/handlers/handlers.h"
#include "members-svc/handlers/order_return_command.h"

namespace laurel::members::handlers {

absl::Status CancelOrder(const Deps& deps, const server::Call& call,
                         const v1::CancelOrderRequest& request, v1::CancelOrderResponse* response) {
  members::ReturnOrder back{.lines = {}, .cancels = true, .reason = request.reason()};
  if (request.has_occur_time()) back.occur_time = base::FromTimestamp(request.occur_time());
  return Return(
      deps, call,
      {request, request.program_id(), request.order_id(), request.request_id(), std::move(back)},
      response->mutable_order_return());
}

}  // namespace laurel::members::handlers
