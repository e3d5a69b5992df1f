#include "members-svc/handlers/handlers.h"
#include "members-svc/handlers/ledger_command.h"
#include "members-svc/handlers/order_request.h"
#include "members-svc/ledger/ledger.h"

namespace laurel::members::handlers {

void RecordOrder(const Deps& deps, const server::Call& call, const v1::RecordOrderRequest& request,
                 v1::RecordOrderResponse* response, server::Done done) {
  if (absl::Status bad = CheckOrderRequest(call, request); !bad.ok()) return done(bad);
  Command command = OrderCommand(deps, call, request.program_id(), request);
  command.answer = Into(response->mutable_order(), Share(std::move(done)));
  deps.ledger.Submit(std::move(command));
}

}  // namespace laurel::members::handlers
