#include "lib/status/error.h"
#include "members-svc/handlers/handlers.h"
#include "members-svc/handlers/ledger_command.h"
#include "members-svc/ledger/ledger.h"

namespace laurel::members::handlers {

void AttachOrder(const Deps& deps, const server::Call& call, const v1::AttachOrderRequest& request,
                 v1::AttachOrderResponse* response, server::Done done) {
  if (request.member_id().empty() && request.member_external_id().empty()) {
    return done(status::InvalidRequest({{"memberId", "memberId or memberExternalId is required"}}));
  }
  Command command = NewCommand(call,
                               {request.program_id(), request.member_id(),
                                request.member_external_id(), request.request_id()},
                               request);
  command.what = members::RecordOrder{.unmatched_id = *base::DecodeId("ord", request.order_id())};
  command.answer = Into(response->mutable_order(), Share(std::move(done)));
  deps.ledger.Submit(std::move(command));
}

}  // namespace laurel::members::handlers
