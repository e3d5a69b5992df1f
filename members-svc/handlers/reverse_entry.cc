#include "members-svc/handlers/handlers.h"
#include "members-svc/handlers/ledger_command.h"
#include "members-svc/ledger/ledger.h"

namespace laurel::members::handlers {

void ReverseEntry(const Deps& deps, const server::Call& call,
                  const v1::ReverseEntryRequest& request, v1::ReverseEntryResponse* response,
                  server::Done done) {
  Command command = NewCommand(
      call, {request.program_id(), request.member_id(), "", request.request_id()}, request);
  command.what = members::ReverseEntry{
      .entry_id = base::DecodeId("ent", request.entry_id()).value_or(base::Uuid{0, 1}),
      .reason = request.reason(),
      .actor = call.caller.Principal()};
  command.answer = Into(response->mutable_entry(), Share(std::move(done)));
  deps.ledger.Submit(std::move(command));
}

}  // namespace laurel::members::handlers
