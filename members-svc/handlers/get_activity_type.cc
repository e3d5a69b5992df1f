#include "lib/status/error.h"
#include "members-svc/handlers/activity_handlers.h"
#include "members-svc/handlers/common.h"
#include "members-svc/store/activity_store.h"

namespace laurel::members::handlers {

absl::Status GetActivityType(const Deps& deps, const server::Call& call,
                             const v1::GetActivityTypeRequest& request,
                             v1::GetActivityTypeResponse* response) {
  LAUREL_ASSIGN_OR_RETURN(const base::Uuid program, ProgramIdOf(request.program_id()));
  return deps.pool.Read(call.deadline, [&](db::Tx& tx) -> absl::Status {
    LAUREL_ASSIGN_OR_RETURN(*response->mutable_activity_type(),
                            GetActivityTypeRow(tx, program, request.code()));
    return absl::OkStatus();
  });
}

}  // namespace laurel::members::handlers
