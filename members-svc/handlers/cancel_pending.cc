#include "members-svc/handlers/handlers.h"
#include "members-svc/handlers/ledger_command.h"
#include "members-svc/ledger/ledger.h"

namespace laurel::members::handlers {

void CancelPending(const Deps& deps, const server::Call& call,
                   const v1::CancelPendingRequest& request, v1::CancelPendingResponse* response,
                   server::Done done) {
  Command command = NewCommand(
      call, {request.program_id(), request.member_id(), "", request.request_id()}, request);
  command.what = EndPending{
      .activate = false,
      .wallet_type = request.wallet_type(),
      .accrual_entry_id = base::DecodeId("ent", request.accrual_entry_id()).value_or(base::Uuid{}),
      .reason = request.reason(),
      .actor = call.caller.Principal()};
  command.answer = Into(response->mutable_entry(), Share(std::move(done)));
  deps.ledger.Submit(std::move(command));
}

}  // namespace laurel::members::handlers
