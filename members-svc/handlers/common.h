// What the handlers share: the ids that requests carry, the scope of their request ids, and how
// long what one person has proposed waits for a second.
#pragma once

#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "google/protobuf/timestamp.pb.h"
#include "lib/base/uuid.h"
#include "lib/idempotency/once.h"
#include "lib/server/call.h"

namespace laurel::members::handlers {

// NOT_FOUND, PROGRAM_NOT_FOUND for what is no programme's id.
absl::StatusOr<base::Uuid> ProgramIdOf(std::string_view program_id);

// The scope of a command that has no owner; `method` is "EnrolMember" and so on.
idempotency::Scope ScopeOf(const server::Call& call, std::string_view program_id,
                           std::string_view method, std::string_view request_id);

// What needs a second person waits for one so long.
inline constexpr absl::Duration kProposalLife = absl::Hours(24);
// FAILED_PRECONDITION, PROPOSAL_EXPIRED.
absl::Status CheckProposalLives(const google::protobuf::Timestamp& create_time, absl::Time now);

}  // namespace laurel::members::handlers
