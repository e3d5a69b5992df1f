#include "lib/status/error.h"
#include "members-svc/handlers/activity_handlers.h"
#include "members-svc/handlers/common.h"
#include "members-svc/store/activity_store.h"

namespace laurel::members::handlers {

absl::Status ListActivityTypes(const Deps& deps, const server::Call& call,
                               const v1::ListActivityTypesRequest& request,
                               v1::ListActivityTypesResponse* response) {
  LAUREL_ASSIGN_OR_RETURN(const base::Uuid program, ProgramIdOf(request.program_id()));
  return deps.pool.Read(call.deadline, [&](db::Tx& tx) -> absl::Status {
    response->Clear();
    LAUREL_ASSIGN_OR_RETURN(auto types, ListActivityTypeRows(tx, program));
    for (v1::ActivityType& type : types) *response->add_activity_types() = std::move(type);
    return absl::OkStatus();
  });
}

}  // namespace laurel::members::handlers
