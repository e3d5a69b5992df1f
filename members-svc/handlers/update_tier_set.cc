#include "lib/base/timestamps.h"
#include "lib/status/error.h"
#include "members-svc/domain/tier_validation.h"
#include "members-svc/handlers/common.h"
#include "members-svc/handlers/tier_handlers.h"
#include "members-svc/store/program_store.h"
#include "members-svc/store/tier_set_store.h"

namespace laurel::members::handlers {
namespace {

// The new version of what is stored, or why there is none.
absl::StatusOr<v1::TierSet> Replace(db::Tx& tx, const base::Uuid& program,
                                    const v1::UpdateTierSetRequest& request, absl::Time now,
                                    const std::string& principal) {
  LAUREL_RETURN_IF_ERROR(RaiseRulesVersion(tx, program));
  LAUREL_ASSIGN_OR_RETURN(const StoredTierSet stored, GetTierSetRow(tx, program, request.code()));
  const v1::TierSet& newest = stored.newest();
  if (request.version() != 0 && request.version() != newest.version()) {
    return status::Refused("TIER_SET_CHANGED", "The tier set has a newer version.",
                           {{"version", std::to_string(newest.version())}});
  }
  v1::TierSet set = request.tier_set();
  Normalise(&set);
  set.set_code(newest.code());
  set.set_version(newest.version() + 1);
  *set.mutable_create_time() = newest.create_time();
  base::SetTimestamp(now, set.mutable_update_time());
  if (!set.has_start_time()) base::SetTimestamp(now, set.mutable_start_time());
  LAUREL_ASSIGN_OR_RETURN(const auto wallet_types, ListWalletTypeRows(tx, program));
  LAUREL_RETURN_IF_ERROR(ValidateTierSet(set, wallet_types, &newest, now));
  LAUREL_RETURN_IF_ERROR(StoreTierSet(tx, program, stored.set_no, set, principal));
  return set;
}

}  // namespace

absl::Status UpdateTierSet(const Deps& deps, const server::Call& call,
                           const v1::UpdateTierSetRequest& request,
                           v1::UpdateTierSetResponse* response) {
  LAUREL_ASSIGN_OR_RETURN(const base::Uuid program, ProgramIdOf(request.program_id()));
  const absl::Time now = deps.clock.Now();
  return deps.pool.Transact(call.deadline, [&](db::Tx& tx) {
    return idempotency::Once(
        tx, ScopeOf(call, request.program_id(), "UpdateTierSet", request.request_id()), request,
        now, response, [&]() -> absl::Status {
          LAUREL_ASSIGN_OR_RETURN(*response->mutable_tier_set(),
                                  Replace(tx, program, request, now, call.caller.Principal()));
          return absl::OkStatus();
        });
  });
}

}  // namespace laurel::members::handlers
