#include "lib/status/error.h"
#include "members-svc/handlers/enrol_each.h"

namespace laurel::members::handlers {

absl::Status EnrolMember(const Deps& deps, const server::Call& call,
                         const v1::EnrolMemberRequest& request, v1::EnrolMemberResponse* response) {
  LAUREL_ASSIGN_OR_RETURN(auto results, EnrolEach(deps, call, request.program_id(), {&request}));
  LAUREL_ASSIGN_OR_RETURN(*response->mutable_member(), std::move(results.front()));
  return absl::OkStatus();
}

}  // namespace laurel::members::handlers
