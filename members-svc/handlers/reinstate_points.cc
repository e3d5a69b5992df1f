#include "members-svc/handlers/handlers.h"
#include "members-svc/handlers/ledger_command.h"
#include "members-svc/ledger/ledger.h"

namespace laurel::members::handlers {

void ReinstatePoints(const Deps& deps, const server::Call& call,
                     const v1::ReinstatePointsRequest& request,
                     v1::ReinstatePointsResponse* response, server::Done done) {
  Command command = NewCommand(
      call, {request.program_id(), request.member_id(), "", request.request_id()}, request);
  command.what = members::ReinstatePoints{
      .wallet_type = request.wallet_type(),
      .expiry_entry_id = base::DecodeId("ent", request.expiry_entry_id()).value_or(base::Uuid{}),
      .reason = request.reason(),
      .actor = call.caller.Principal()};
  command.answer = Into(response->mutable_entry(), Share(std::move(done)));
  deps.ledger.Submit(std::move(command));
}

}  // namespace laurel::members::handlers
