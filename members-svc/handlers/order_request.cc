#include "members-svc/handlers/order_request.h"

#include "lib/status/error.h"

namespace laurel::members::handlers {

absl::Status CheckOrderRequest(const server::Call& call, const v1::RecordOrderRequest& request) {
  if (request.member_id().empty() && request.member_external_id().empty()) {
    return status::InvalidRequest({{"memberId", "memberId or memberExternalId is required"}});
  }
  if (request.historical() && !call.caller.HasRole(laurel::api::v1::ROLE_OPERATOR)) {
    return status::Error(absl::StatusCode::kPermissionDenied, "ROLE_REQUIRED",
                         "Only an operator may record history.");
  }
  return absl::OkStatus();
}

}  // namespace laurel::members::handlers
