// What ReturnOrder and CancelOrder share: the order says whose it is, and with that the ledger
// returns it.
#pragma once

#include "laurel/members/v1/order_return.pb.h"
#include "members-svc/handlers/ledger_command.h"

namespace laurel::members::handlers {

// What a request asks for, beside the order that it names; `request` is hashed whole.
struct ReturnAsked {
  const google::protobuf::Message& request;
  const std::string& program_id;
  const std::string& order_id;
  const std::string& request_id;
  members::ReturnOrder back;  // all but the order and the actor
};
// Waits for the ledger; an order that is nobody's is cancelled without it. NOT_FOUND,
// ORDER_NOT_FOUND; FAILED_PRECONDITION, ORDER_UNMATCHED (unless it is cancelled) or ORDER_RETURNED;
// and what the ledger says.
absl::Status Return(const Deps& deps, const server::Call& call, ReturnAsked asked,
                    v1::OrderReturn* out);

// Cancels an order that was kept unmatched: nobody can have it any more. False: it is somebody's.
// FAILED_PRECONDITION, ORDER_RETURNED; INVALID_ARGUMENT RETURN_BEFORE_ORDER,
// OCCUR_TIME_OUT_OF_RANGE or REQUEST_ID_REUSED.
absl::StatusOr<bool> CancelUnmatched(const Deps& deps, const server::Call& call,
                                     const ReturnAsked& asked, v1::OrderReturn* out);

}  // namespace laurel::members::handlers
