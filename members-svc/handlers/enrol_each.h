// Many enrolments in one transaction, each decided on its own.
#pragma once

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "members-svc/handlers/handlers.h"

namespace laurel::members::handlers {

// One result per request, in the same order. A request id belongs to its request, whether it came
// alone or in a batch; what is kept under it is the member's id, no personal data, and the hash of
// its content is a keyed one. Error of the whole: PROGRAM_NOT_FOUND, or the database's.
absl::StatusOr<std::vector<absl::StatusOr<v1::Member>>> EnrolEach(
    const Deps& deps, const server::Call& call, const std::string& program_id,
    const std::vector<const v1::EnrolMemberRequest*>& requests);

}  // namespace laurel::members::handlers
