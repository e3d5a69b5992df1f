#include "lib/status/error.h"
#include "members-svc/handlers/common.h"
#include "members-svc/handlers/tier_handlers.h"
#include "members-svc/store/tier_set_store.h"

namespace laurel::members::handlers {

absl::Status GetTierSet(const Deps& deps, const server::Call& call,
                        const v1::GetTierSetRequest& request, v1::GetTierSetResponse* response) {
  LAUREL_ASSIGN_OR_RETURN(const base::Uuid program, ProgramIdOf(request.program_id()));
  return deps.pool.Read(call.deadline, [&](db::Tx& tx) -> absl::Status {
    LAUREL_ASSIGN_OR_RETURN(const StoredTierSet set, GetTierSetRow(tx, program, request.code()));
    // Versions are gapless from 1.
    const size_t version =
        request.version() == 0 ? set.versions.size() : static_cast<size_t>(request.version());
    if (version > set.versions.size()) return TierSetNotFound();
    *response->mutable_tier_set() = set.versions[version - 1]->set;
    return absl::OkStatus();
  });
}

}  // namespace laurel::members::handlers
