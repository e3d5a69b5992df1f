#include "lib/status/error.h"
#include "members-svc/handlers/common.h"
#include "members-svc/handlers/tier_handlers.h"
#include "members-svc/store/tier_set_store.h"

namespace laurel::members::handlers {

absl::Status ListTierSets(const Deps& deps, const server::Call& call,
                          const v1::ListTierSetsRequest& request,
                          v1::ListTierSetsResponse* response) {
  LAUREL_ASSIGN_OR_RETURN(const base::Uuid program, ProgramIdOf(request.program_id()));
  return deps.pool.Read(call.deadline, [&](db::Tx& tx) -> absl::Status {
    response->Clear();
    LAUREL_ASSIGN_OR_RETURN(const auto sets, ListTierSetRows(tx, program));
    for (const StoredTierSet& set : sets) *response->add_tier_sets() = set.newest();
    return absl::OkStatus();
  });
}

}  // namespace laurel::members::handlers
