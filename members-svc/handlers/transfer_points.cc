#include "members-svc/handlers/handlers.h"
#include "members-svc/handlers/ledger_command.h"
#include "members-svc/ledger/ledger.h"

namespace laurel::members::handlers {

void TransferPoints(const Deps& deps, const server::Call& call,
                    const v1::TransferPointsRequest& request, v1::TransferPointsResponse* response,
                    server::Done done) {
  Command command = NewCommand(
      call, {request.program_id(), request.member_id(), "", request.request_id()}, request);
  command.what = members::TransferPoints{
      .wallet_type = request.wallet_type(),
      .to_member_id = base::DecodeId("mem", request.to_member_id()).value_or(base::Uuid{0, 1}),
      .amount = request.amount(),
      .reason = request.reason(),
      .actor = call.caller.Principal()};
  command.answer = Into(response->mutable_entry(), Share(std::move(done)));
  deps.ledger.Submit(std::move(command));
}

}  // namespace laurel::members::handlers
