#include "gamification-svc/handlers/handlers.h"
#include "gamification-svc/store/challenges.h"
#include "lib/status/error.h"

namespace laurel::gamification::handlers {

absl::Status GetChallenge(const Deps& deps, const server::Call& call,
                          const v1::GetChallengeRequest& request,
                          v1::GetChallengeResponse* response) {
  const base::Uuid program_id = *base::DecodeId("prg", request.program_id());
  const base::Uuid id = *base::DecodeId("chl", request.challenge_id());
  return deps.pool.Read(call.deadline, [&](db::Tx& tx) -> absl::Status {
    LAUREL_ASSIGN_OR_RETURN(*response->mutable_challenge(),
                            store::GetChallenge(tx, program_id, id));
    return absl::OkStatus();
  });
}

}  // namespace laurel::gamification::handlers
