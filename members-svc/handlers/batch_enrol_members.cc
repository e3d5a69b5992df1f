#include "lib/status/error.h"
#include "lib/status/mapping.h"
#include "members-svc/handlers/enrol_each.h"

namespace laurel::members::handlers {

absl::Status BatchEnrolMembers(const Deps& deps, const server::Call& call,
                               const v1::BatchEnrolMembersRequest& request,
                               v1::BatchEnrolMembersResponse* response) {
  std::vector<const v1::EnrolMemberRequest*> requests;
  requests.reserve(static_cast<size_t>(request.requests_size()));
  for (const auto& one : request.requests()) requests.push_back(&one);
  LAUREL_ASSIGN_OR_RETURN(auto results, EnrolEach(deps, call, request.program_id(), requests));
  for (auto& result : results) {
    v1::EnrolMemberResult* out = response->add_results();
    if (result.ok()) {
      *out->mutable_member() = *std::move(result);
    } else {
      *out->mutable_error() = status::ToProto(result.status());
    }
  }
  return absl::OkStatus();
}

}  // namespace laurel::members::handlers
