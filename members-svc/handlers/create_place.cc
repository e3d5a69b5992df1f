#include "lib/base/timestamps.h"
#include "lib/status/error.h"
#include "members-svc/domain/activity.h"
#include "members-svc/handlers/activity_handlers.h"
#include "members-svc/handlers/common.h"
#include "members-svc/store/activity_store.h"
#include "members-svc/store/program_store.h"

namespace laurel::members::handlers {
namespace {

absl::Status Add(db::Tx& tx, const base::Uuid& program, const v1::Place& place) {
  LAUREL_RETURN_IF_ERROR(GetProgramRow(tx, program).status());
  LAUREL_ASSIGN_OR_RETURN(const auto known, FindPlaceRows(tx, program, {place.code()}));
  if (known.empty()) return InsertPlaceRow(tx, program, place);
  return status::Error(absl::StatusCode::kAlreadyExists, "PLACE_EXISTS",
                       "The programme has a place of this code.");
}

}  // namespace

absl::Status CreatePlace(const Deps& deps, const server::Call& call,
                         const v1::CreatePlaceRequest& request, v1::CreatePlaceResponse* response) {
  LAUREL_ASSIGN_OR_RETURN(const base::Uuid program, ProgramIdOf(request.program_id()));
  const absl::Time now = deps.clock.Now();
  v1::Place place = request.place();
  Normalise(&place);
  LAUREL_RETURN_IF_ERROR(ValidatePlace(place));
  place.set_qr_version(1);
  base::SetTimestamp(now, place.mutable_create_time());
  base::SetTimestamp(now, place.mutable_update_time());
  place.set_qr_code(QrCodeOf(deps.index, request.program_id(), place));
  return deps.pool.Transact(call.deadline, [&](db::Tx& tx) {
    return idempotency::Once(
        tx, ScopeOf(call, request.program_id(), "CreatePlace", request.request_id()), request, now,
        response, [&]() -> absl::Status {
          LAUREL_RETURN_IF_ERROR(Add(tx, program, place));
          *response->mutable_place() = place;
          return absl::OkStatus();
        });
  });
}

}  // namespace laurel::members::handlers
