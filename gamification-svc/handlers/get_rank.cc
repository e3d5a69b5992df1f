#include "gamification-svc/handlers/handlers.h"
#include "gamification-svc/store/scores.h"
#include "lib/status/error.h"

namespace laurel::gamification::handlers {

absl::Status GetRank(const Deps& deps, const server::Call& call, const v1::GetRankRequest& request,
                     v1::GetRankResponse* response) {
  const base::Uuid program_id = *base::DecodeId("prg", request.program_id());
  const base::Uuid member_id = *base::DecodeId("mem", request.member_id());
  return deps.pool.Read(call.deadline, [&](db::Tx& tx) -> absl::Status {
    LAUREL_ASSIGN_OR_RETURN(const auto rank, store::FindRank(tx, program_id, member_id));
    if (!rank) {
      return status::NotFound("NOT_RANKED", "The member has earned nothing yet.");
    }
    v1::Standing& standing = *response->mutable_standing();
    standing.set_rank(rank->rank);
    standing.set_score(rank->score);
    standing.set_member_id(request.member_id());
    return absl::OkStatus();
  });
}

}  // namespace laurel::gamification::handlers
