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
// Waits for the ledger. NOT_FOUND, ORDER_NOT_FOUND; FAILED_PRECONDITION, ORDER_UNMATCHED; and what
// the ledger says.
absl::Status Return(const Deps& deps, const server::Call& call, ReturnAsked asked,
                    v1::OrderReturn* out);

}  // namespace laurel::members::handlers
