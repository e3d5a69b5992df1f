// What the handlers share: the ids that requests carry, and the scope of their request ids.
#pragma once

#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "lib/base/uuid.h"
#include "lib/idempotency/once.h"
#include "lib/server/call.h"

namespace laurel::members::handlers {

// NOT_FOUND, PROGRAM_NOT_FOUND for what is no programme's id.
absl::StatusOr<base::Uuid> ProgramIdOf(std::string_view program_id);

// The scope of a command that has no owner; `method` is "EnrolMember" and so on.
idempotency::Scope ScopeOf(const server::Call& call, std::string_view program_id,
                           std::string_view method, std::string_view request_id);

}  // namespace laurel::members::handlers
