#include "members-svc/handlers/household_handlers.h"
#include "members-svc/handlers/ledger_command.h"
#include "members-svc/ledger/ledger.h"

namespace laurel::members::handlers {

void LeaveHousehold(const Deps& deps, const server::Call& call,
                    const v1::LeaveHouseholdRequest& request, v1::LeaveHouseholdResponse* response,
                    server::Done done) {
  Command command = NewCommand(
      call, {request.program_id(), request.member_id(), "", request.request_id()}, request);
  command.what = members::LeaveHousehold{};
  command.answer = Into(response->mutable_membership(), Share(std::move(done)));
  deps.ledger.Submit(std::move(command));
}

}  // namespace laurel::members::handlers
