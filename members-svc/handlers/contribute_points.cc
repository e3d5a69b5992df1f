#include "members-svc/handlers/household_handlers.h"
#include "members-svc/handlers/ledger_command.h"
#include "members-svc/ledger/ledger.h"

namespace laurel::members::handlers {

void ContributePoints(const Deps& deps, const server::Call& call,
                      const v1::ContributePointsRequest& request,
                      v1::ContributePointsResponse* response, server::Done done) {
  Command command = NewCommand(
      call, {request.program_id(), request.member_id(), "", request.request_id()}, request);
  command.what = members::ContributePoints{.wallet_type = request.wallet_type(),
                                           .amount = request.amount(),
                                           .actor = call.caller.Principal()};
  command.answer = Into(response->mutable_entry(), Share(std::move(done)));
  deps.ledger.Submit(std::move(command));
}

}  // namespace laurel::members::handlers
