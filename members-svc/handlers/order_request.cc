#include "members-svc/handlers/order_request.h"

#include "lib/idempotency/once.h"
#include "lib/status/error.h"
#include "members-svc/handlers/ledger_command.h"

namespace laurel::members::handlers {

absl::Status CheckOrderRequest(const server::Call& call, const v1::RecordOrderRequest& request) {
  if (request.member_id().empty() && request.member_external_id().empty() &&
      !request.has_customer()) {
    return status::InvalidRequest(
        {{"memberId",
          "memberId, memberExternalId or customer is required; an order of nobody has an empty "
          "customer"}});
  }
  if (request.historical() && !call.caller.HasRole(laurel::api::v1::ROLE_OPERATOR)) {
    return status::Error(absl::StatusCode::kPermissionDenied, "ROLE_REQUIRED",
                         "Only an operator may record history.");
  }
  return absl::OkStatus();
}

Command OrderCommand(const Deps& deps, const server::Call& call, std::string_view program_id,
                     const v1::RecordOrderRequest& request) {
  Command command = NewCommand(
      call, {program_id, request.member_id(), request.member_external_id(), request.request_id()},
      request);
  if (request.has_customer()) {
    // The request names a person: whoever reads a plain hash could try out addresses.
    command.content_hash = deps.index.Of(program_id, "order", idempotency::ContentHash(request))
                               .substr(0, kContentHashBytes);
  }
  command.what = members::RecordOrder{&request};
  return command;
}

}  // namespace laurel::members::handlers
