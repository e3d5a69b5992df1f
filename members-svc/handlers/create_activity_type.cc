#include "lib/base/timestamps.h"
#include "lib/status/error.h"
#include "members-svc/domain/activity.h"
#include "members-svc/handlers/activity_handlers.h"
#include "members-svc/handlers/common.h"
#include "members-svc/store/activity_store.h"
#include "members-svc/store/program_store.h"

namespace laurel::members::handlers {
namespace {

absl::Status Add(db::Tx& tx, const base::Uuid& program, const v1::ActivityType& type,
                 const std::string& principal) {
  LAUREL_RETURN_IF_ERROR(GetProgramRow(tx, program).status());
  LAUREL_ASSIGN_OR_RETURN(const auto known, ListActivityTypeRows(tx, program));
  for (const v1::ActivityType& other : known) {
    if (other.code() == type.code()) {
      return status::Error(absl::StatusCode::kAlreadyExists, "ACTIVITY_TYPE_EXISTS",
                           "The programme has an activity type of this code.");
    }
  }
  if (known.size() >= kMaxActivityTypes) {
    return status::Refused("TOO_MANY_ACTIVITY_TYPES",
                           "A programme has at most 200 activity types.");
  }
  return StoreActivityType(tx, program, type, principal);
}

}  // namespace

absl::Status CreateActivityType(const Deps& deps, const server::Call& call,
                                const v1::CreateActivityTypeRequest& request,
                                v1::CreateActivityTypeResponse* response) {
  LAUREL_ASSIGN_OR_RETURN(const base::Uuid program, ProgramIdOf(request.program_id()));
  const absl::Time now = deps.clock.Now();
  v1::ActivityType type = request.activity_type();
  Normalise(&type);
  LAUREL_RETURN_IF_ERROR(ValidateActivityType(type, nullptr));
  type.set_version(1);
  base::SetTimestamp(now, type.mutable_create_time());
  base::SetTimestamp(now, type.mutable_update_time());
  return deps.pool.Transact(call.deadline, [&](db::Tx& tx) {
    return idempotency::Once(
        tx, ScopeOf(call, request.program_id(), "CreateActivityType", request.request_id()),
        request, now, response, [&]() -> absl::Status {
          LAUREL_RETURN_IF_ERROR(Add(tx, program, type, call.caller.Principal()));
          *response->mutable_activity_type() = type;
          return absl::OkStatus();
        });
  });
}

}  // namespace laurel::members::handlers
