#include "lib/base/timestamps.h"
#include "lib/status/error.h"
#include "members-svc/domain/activity.h"
#include "members-svc/handlers/activity_handlers.h"
#include "members-svc/handlers/common.h"
#include "members-svc/store/activity_store.h"

namespace laurel::members::handlers {
namespace {

absl::StatusOr<v1::Place> Replace(const Deps& deps, db::Tx& tx, const base::Uuid& program,
                                  const v1::UpdatePlaceRequest& request, absl::Time now) {
  LAUREL_ASSIGN_OR_RETURN(const v1::Place stored, LockPlaceRow(tx, program, request.code()));
  v1::Place place = request.place();
  Normalise(&place);
  place.set_code(stored.code());
  place.set_qr_version(stored.qr_version() + (request.new_qr_code() ? 1 : 0));
  *place.mutable_create_time() = stored.create_time();
  base::SetTimestamp(now, place.mutable_update_time());
  LAUREL_RETURN_IF_ERROR(UpdatePlaceRow(tx, program, place));
  place.set_qr_code(QrCodeOf(deps.index, request.program_id(), place));
  return place;
}

}  // namespace

absl::Status UpdatePlace(const Deps& deps, const server::Call& call,
                         const v1::UpdatePlaceRequest& request, v1::UpdatePlaceResponse* response) {
  LAUREL_ASSIGN_OR_RETURN(const base::Uuid program, ProgramIdOf(request.program_id()));
  const absl::Time now = deps.clock.Now();
  return deps.pool.Transact(call.deadline, [&](db::Tx& tx) {
    return idempotency::Once(
        tx, ScopeOf(call, request.program_id(), "UpdatePlace", request.request_id()), request, now,
        response, [&]() -> absl::Status {
          LAUREL_ASSIGN_OR_RETURN(*response->mutable_place(),
                                  Replace(deps, tx, program, request, now));
          return absl::OkStatus();
        });
  });
}

}  // namespace laurel::members::handlers
