#include "members-svc/handlers/ledger_command.h"

#include "lib/idempotency/once.h"
#include "members-svc/ledger/request_key.h"

namespace laurel::members::handlers {

Command NewCommand(const server::Call& call, const Target& target,
                   const google::protobuf::Message& request) {
  Command command;
  command.program_id = base::DecodeId("prg", target.program_id).value_or(base::Uuid{});
  if (!target.member_id.empty()) {
    // An id that does not decode is nobody's: the ledger answers MEMBER_NOT_FOUND.
    command.member_id = base::DecodeId("mem", target.member_id).value_or(base::Uuid{0, 1});
  } else {
    command.member_external_id = target.member_external_id;
  }
  const std::string owner(target.member_id.empty() ? target.member_external_id : target.member_id);
  command.request_id = target.request_id;
  command.request_key = RequestKeyOf({.program_id = std::string(target.program_id),
                                      .principal = call.caller.Principal(),
                                      .method = call.method,
                                      .owner_id = owner,
                                      .request_id = command.request_id});
  if (call.caller.kind == api::v1::CALLER_KIND_PEER) command.service = call.caller.subject;
  command.content_hash = idempotency::ContentHash(request).substr(0, kContentHashBytes);
  command.traceparent = call.trace.Traceparent();
  command.wait_until = call.deadline;
  return command;
}

}  // namespace laurel::members::handlers
