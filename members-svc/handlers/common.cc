#include "members-svc/handlers/common.h"

#include "lib/auth/caller.h"
#include "lib/base/timestamps.h"
#include "lib/status/error.h"

namespace laurel::members::handlers {

absl::StatusOr<base::Uuid> ProgramIdOf(std::string_view program_id) {
  const auto id = base::DecodeId("prg", program_id);
  if (!id) return auth::ProgramNotFound();
  return *id;
}

idempotency::Scope ScopeOf(const server::Call& call, std::string_view program_id,
                           std::string_view method, std::string_view request_id) {
  return {.program_id = std::string(program_id),
          .principal = call.caller.Principal(),
          .method = std::string(method),
          .owner_id = "",
          .request_id = std::string(request_id)};
}

absl::Status CheckProposalLives(const google::protobuf::Timestamp& create_time, absl::Time now) {
  if (base::FromTimestamp(create_time) + kProposalLife > now) return absl::OkStatus();
  return status::Refused(
      "PROPOSAL_EXPIRED",
      "It has waited for a second person for more than a day. Propose it again.");
}

}  // namespace laurel::members::handlers
