// What every item of a batch rpc must have.
#pragma once

#include <string_view>

#include "absl/status/status.h"
#include "lib/auth/caller.h"
#include "lib/status/error.h"

namespace laurel::members::handlers {

// NOT_FOUND, PROGRAM_NOT_FOUND for an item of another programme than its batch; INVALID_ARGUMENT,
// IDEMPOTENCY_KEY_REQUIRED for one without a request id.
inline absl::Status CheckBatchItem(std::string_view batch_program, std::string_view item_program,
                                   std::string_view request_id) {
  if (!item_program.empty() && item_program != batch_program) {
    return auth::ProgramNotFound();
  }
  if (request_id.empty()) {
    return status::Error(absl::StatusCode::kInvalidArgument, "IDEMPOTENCY_KEY_REQUIRED",
                         "Every item needs a requestId.");
  }
  return absl::OkStatus();
}

}  // namespace laurel::members::handlers
