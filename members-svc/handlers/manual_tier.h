// Giving a tier by hand and taking it away are one thing with two ends.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "lib/status/error.h"
#include "members-svc/handlers/common.h"
#include "members-svc/handlers/tier_handlers.h"

namespace laurel::members::handlers {

struct ManualTierChange {
  std::string program_id;
  std::string member_id;
  std::string tier_set;
  std::string tier;  // empty: it is taken away
  std::optional<absl::Time> end;
  std::string reason;
  std::string actor;
};
// Ends what holds, begins what is given, and evaluates the member. To be called inside the
// transaction that keeps the request id. The errors are those of SetManualTier and ClearManualTier.
absl::StatusOr<v1::MemberTier> ChangeManualTier(const Deps& deps, db::Tx& tx,
                                                const ManualTierChange& change, absl::Time now);
// After it was committed: the member's segments may ask for the tier.
void NoteChange(const Deps& deps, const ManualTierChange& change);

// Both, once per request id: the whole of an rpc `method`.
template <typename Request, typename Response>
absl::Status ChangeManualTierOnce(const Deps& deps, const server::Call& call,
                                  std::string_view method, const Request& request,
                                  const ManualTierChange& change, Response* response) {
  const absl::Time now = deps.clock.Now();
  LAUREL_RETURN_IF_ERROR(deps.pool.Transact(call.deadline, [&](db::Tx& tx) {
    return idempotency::Once(tx, ScopeOf(call, request.program_id(), method, request.request_id()),
                             request, now, response, [&]() -> absl::Status {
                               LAUREL_ASSIGN_OR_RETURN(*response->mutable_member_tier(),
                                                       ChangeManualTier(deps, tx, change, now));
                               return absl::OkStatus();
                             });
  }));
  deps.relay.Wake();
  NoteChange(deps, change);
  return absl::OkStatus();
}

}  // namespace laurel::members::handlers
