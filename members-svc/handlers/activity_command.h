// From requests that record activities to commands of the ledger: whose they are, what their type,
// place and the member's consent say of them. Read for many at once, anew for every request.
#pragma once

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "laurel/members/v1/activity.pb.h"
#include "lib/server/call.h"
#include "members-svc/deps.h"
#include "members-svc/ledger/command.h"

namespace laurel::members::handlers {

// One per request, in the same order: its command without an answer, or why there is none. What
// speaks against an activity is in its command (RecordOccurrence::refusal), since one that has been
// recorded is answered as it was then, whatever has changed. `program_id` is "prg_…". The error of
// the whole: the database's.
absl::StatusOr<std::vector<absl::StatusOr<Command>>> ActivityCommands(
    const Deps& deps, const server::Call& call, const std::string& program_id,
    const std::vector<const v1::RecordActivityRequest*>& requests);

}  // namespace laurel::members::handlers
