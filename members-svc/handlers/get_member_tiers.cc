#include "lib/status/error.h"
#include "members-svc/domain/tier_change.h"
#include "members-svc/handlers/common.h"
#include "members-svc/handlers/tier_handlers.h"
#include "members-svc/jobs/evaluate_tiers.h"
#include "members-svc/store/wallet_reads.h"

namespace laurel::members::handlers {

// From the history, not from the rows of the last evaluation: exact at any time.
absl::Status GetMemberTiers(const Deps& deps, const server::Call& call,
                            const v1::GetMemberTiersRequest& request,
                            v1::GetMemberTiersResponse* response) {
  LAUREL_ASSIGN_OR_RETURN(const base::Uuid program, ProgramIdOf(request.program_id()));
  const base::Uuid member = base::DecodeId("mem", request.member_id()).value_or(base::Uuid{});
  const absl::Time now = deps.clock.Now();
  return deps.pool.Snapshot(call.deadline, [&](db::Tx& tx) -> absl::Status {
    response->Clear();
    LAUREL_RETURN_IF_ERROR(CheckMember(tx, program, member));
    LAUREL_ASSIGN_OR_RETURN(const auto sets, ListTierSetRows(tx, program));
    for (const StoredTierSet& set : sets) {
      LAUREL_ASSIGN_OR_RETURN(const auto states, ReadTierMembers(tx, set, {member}));
      if (!states.empty()) *response->add_tiers() = AnswerOf(states[0], now);
    }
    return absl::OkStatus();
  });
}

}  // namespace laurel::members::handlers
