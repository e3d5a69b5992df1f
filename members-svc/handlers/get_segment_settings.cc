#include "lib/status/error.h"
#include "members-svc/handlers/common.h"
#include "members-svc/handlers/segment_handlers.h"
#include "members-svc/store/segment_store.h"

namespace laurel::members::handlers {

absl::Status GetSegmentSettings(const Deps& deps, const server::Call& call,
                                const v1::GetSegmentSettingsRequest& request,
                                v1::GetSegmentSettingsResponse* response) {
  LAUREL_ASSIGN_OR_RETURN(const base::Uuid program, ProgramIdOf(request.program_id()));
  return deps.pool.Read(call.deadline, [&](db::Tx& tx) -> absl::Status {
    response->Clear();
    LAUREL_ASSIGN_OR_RETURN(const SegmentRules rules, ReadSegmentRules(tx, program));
    *response->mutable_settings() = rules.settings;
    if (rules.scale) *response->mutable_bounds() = ToProto(*rules.scale);
    return absl::OkStatus();
  });
}

}  // namespace laurel::members::handlers
