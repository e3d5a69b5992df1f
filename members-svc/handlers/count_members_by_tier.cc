#include <map>

#include "lib/status/error.h"
#include "members-svc/handlers/common.h"
#include "members-svc/handlers/tier_handlers.h"
#include "members-svc/store/tier_set_store.h"

namespace laurel::members::handlers {

absl::Status CountMembersByTier(const Deps& deps, const server::Call& call,
                                const v1::CountMembersByTierRequest& request,
                                v1::CountMembersByTierResponse* response) {
  LAUREL_ASSIGN_OR_RETURN(const base::Uuid program, ProgramIdOf(request.program_id()));
  return deps.pool.Read(call.deadline, [&](db::Tx& tx) -> absl::Status {
    response->Clear();
    LAUREL_ASSIGN_OR_RETURN(const StoredTierSet set, GetTierSetRow(tx, program, request.code()));
    LAUREL_ASSIGN_OR_RETURN(const db::Rows rows,
                            tx.Query("count_members_by_tier", program, set.set_no));
    std::map<std::string, int64_t> counts;
    for (size_t i = 0; i < rows.size(); ++i) counts[std::string(rows[i].Text(0))] = rows[i].Int(1);
    const auto add = [&](const std::string& tier, int64_t count) {
      response->add_counts()->set_tier(tier);
      response->mutable_counts()->rbegin()->set_member_count(count);
    };
    for (const v1::Tier& tier : set.newest().tiers()) {
      add(tier.code(), counts[tier.code()]);
      counts.erase(tier.code());
    }
    for (const auto& [tier, count] : counts) add(tier, count);
    return absl::OkStatus();
  });
}

}  // namespace laurel::members::handlers
