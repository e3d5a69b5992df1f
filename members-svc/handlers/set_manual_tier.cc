#include "lib/base/timestamps.h"
#include "lib/status/error.h"
#include "members-svc/handlers/common.h"
#include "members-svc/handlers/manual_tier.h"
#include "members-svc/handlers/tier_handlers.h"

namespace laurel::members::handlers {

absl::Status SetManualTier(const Deps& deps, const server::Call& call,
                           const v1::SetManualTierRequest& request,
                           v1::SetManualTierResponse* response) {
  const absl::Time now = deps.clock.Now();
  std::optional<absl::Time> end;
  if (request.has_end_time()) end = base::FromTimestamp(request.end_time());
  const ManualTierChange change{.program_id = request.program_id(),
                                .member_id = request.member_id(),
                                .tier_set = request.tier_set(),
                                .tier = request.tier(),
                                .end = end,
                                .reason = request.reason(),
                                .actor = call.caller.Principal()};
  const absl::Status status = deps.pool.Transact(call.deadline, [&](db::Tx& tx) {
    return idempotency::Once(
        tx, ScopeOf(call, request.program_id(), "SetManualTier", request.request_id()), request,
        now, response, [&]() -> absl::Status {
          LAUREL_ASSIGN_OR_RETURN(*response->mutable_member_tier(),
                                  ChangeManualTier(deps, tx, change, now));
          return absl::OkStatus();
        });
  });
  if (!status.ok()) return status;
  deps.relay.Wake();
  NoteChange(deps, change);
  return absl::OkStatus();
}

}  // namespace laurel::members::handlers
