#include "members-svc/handlers/still_awaited.h"

#include "absl/time/clock.h"
#include "lib/status/error.h"

namespace laurel::members::handlers {

absl::Status StillAwaited(const server::Call& call) {
  if (call.Cancelled()) {
    return status::Error(absl::StatusCode::kCancelled, "CALLER_LEFT", "The caller has left.");
  }
  if (absl::Now() >= call.deadline) {
    return status::Error(absl::StatusCode::kDeadlineExceeded, "DEADLINE_PASSED",
                         "The deadline passed before all was read.");
  }
  return absl::OkStatus();
}

}  // namespace laurel::members::handlers
