#include "members-svc/handlers/handlers.h"
#include "members-svc/handlers/ledger_command.h"
#include "members-svc/ledger/ledger.h"

namespace laurel::members::handlers {

void AdjustPoints(const Deps& deps, const server::Call& call,
                  const v1::AdjustPointsRequest& request, v1::AdjustPointsResponse* response,
                  server::Done done) {
  Command command = NewCommand(
      call, {request.program_id(), request.member_id(), "", request.request_id()}, request);
  command.what = members::AdjustPoints{.wallet_type = request.wallet_type(),
                                       .delta = request.delta(),
                                       .reason = request.reason(),
                                       .actor = call.caller.Principal(),
                                       .approved = false};
  command.answer = Into(response->mutable_entry(), Share(std::move(done)));
  deps.ledger.Submit(std::move(command));
}

}  // namespace laurel::members::handlers
