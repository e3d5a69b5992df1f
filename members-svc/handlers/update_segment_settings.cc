#include "lib/status/error.h"
#include "members-svc/handlers/common.h"
#include "members-svc/handlers/segment_handlers.h"
#include "members-svc/store/program_store.h"
#include "members-svc/store/segment_store.h"

namespace laurel::members::handlers {

absl::Status UpdateSegmentSettings(const Deps& deps, const server::Call& call,
                                   const v1::UpdateSegmentSettingsRequest& request,
                                   v1::UpdateSegmentSettingsResponse* response) {
  LAUREL_ASSIGN_OR_RETURN(const base::Uuid program, ProgramIdOf(request.program_id()));
  v1::SegmentSettings settings = request.settings();
  Normalise(&settings);
  LAUREL_RETURN_IF_ERROR(ValidateSegmentSettings(settings));
  return deps.pool.Transact(call.deadline, [&](db::Tx& tx) {
    return idempotency::Once(
        tx, ScopeOf(call, request.program_id(), "UpdateSegmentSettings", request.request_id()),
        request, deps.clock.Now(), response, [&]() -> absl::Status {
          LAUREL_RETURN_IF_ERROR(RaiseRulesVersion(tx, program));
          LAUREL_RETURN_IF_ERROR(RaiseSegmentsVersion(tx, program, &settings));
          *response->mutable_settings() = settings;
          return absl::OkStatus();
        });
  });
}

}  // namespace laurel::members::handlers
