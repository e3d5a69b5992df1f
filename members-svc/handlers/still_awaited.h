// Whether anybody still waits for the answer of a call: asked between the steps of long work.
#pragma once

#include "absl/status/status.h"
#include "lib/server/call.h"

namespace laurel::members::handlers {

// CANCELLED, CALLER_LEFT; DEADLINE_EXCEEDED, DEADLINE_PASSED.
absl::Status StillAwaited(const server::Call& call);

}  // namespace laurel::members::handlers
