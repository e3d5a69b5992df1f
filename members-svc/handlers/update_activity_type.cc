#include "lib/base/timestamps.h"
#include "lib/status/error.h"
#include "members-svc/domain/activity.h"
#include "members-svc/handlers/activity_handlers.h"
#include "members-svc/handlers/common.h"
#include "members-svc/store/activity_store.h"

namespace laurel::members::handlers {
namespace {

// The new version of what is stored, or why there is none.
absl::StatusOr<v1::ActivityType> Replace(db::Tx& tx, const base::Uuid& program,
                                         const v1::UpdateActivityTypeRequest& request,
                                         absl::Time now, const std::string& principal) {
  LAUREL_ASSIGN_OR_RETURN(const v1::ActivityType newest,
                          GetActivityTypeRow(tx, program, request.code()));
  if (request.version() != 0 && request.version() != newest.version()) {
    return status::Refused("ACTIVITY_TYPE_CHANGED", "The activity type has a newer version.",
                           {{"version", std::to_string(newest.version())}});
  }
  v1::ActivityType type = request.activity_type();
  Normalise(&type);
  type.set_code(newest.code());
  LAUREL_RETURN_IF_ERROR(ValidateActivityType(type, &newest));
  type.set_version(newest.version() + 1);
  *type.mutable_create_time() = newest.create_time();
  base::SetTimestamp(now, type.mutable_update_time());
  LAUREL_RETURN_IF_ERROR(StoreActivityType(tx, program, type, principal));
  return type;
}

}  // namespace

absl::Status UpdateActivityType(const Deps& deps, const server::Call& call,
                                const v1::UpdateActivityTypeRequest& request,
                                v1::UpdateActivityTypeResponse* response) {
  LAUREL_ASSIGN_OR_RETURN(const base::Uuid program, ProgramIdOf(request.program_id()));
  const absl::Time now = deps.clock.Now();
  return deps.pool.Transact(call.deadline, [&](db::Tx& tx) {
    return idempotency::Once(
        tx, ScopeOf(call, request.program_id(), "UpdateActivityType", request.request_id()),
        request, now, response, [&]() -> absl::Status {
          LAUREL_ASSIGN_OR_RETURN(*response->mutable_activity_type(),
                                  Replace(tx, program, request, now, call.caller.Principal()));
          return absl::OkStatus();
        });
  });
}

}  // namespace laurel::members::handlers
