#include "gamification-svc/domain/challenge.h"
#include "gamification-svc/handlers/handlers.h"
#include "gamification-svc/store/challenges.h"
#include "lib/base/timestamps.h"
#include "lib/idempotency/once.h"
#include "lib/status/error.h"

namespace laurel::gamification::handlers {

absl::Status CreateChallenge(const Deps& deps, const server::Call& call,
                             const v1::CreateChallengeRequest& request,
                             v1::CreateChallengeResponse* response) {
  LAUREL_ASSIGN_OR_RETURN(v1::Challenge challenge, CompleteChallenge(request.challenge()));
  const absl::Time now = deps.clock.Now();
  const base::Uuid program_id = *base::DecodeId("prg", request.program_id());
  const base::Uuid id = deps.ids.Next(now);
  challenge.set_challenge_id(base::EncodeId("chl", id));
  base::SetTimestamp(now, challenge.mutable_create_time());
  const idempotency::Scope scope{.program_id = request.program_id(),
                                 .principal = call.caller.Principal(),
                                 .method = call.method,
                                 .owner_id = "",
                                 .request_id = request.request_id()};
  return deps.pool.Transact(call.deadline, [&](db::Tx& tx) {
    return idempotency::Once(tx, scope, request, now, response, [&]() -> absl::Status {
      *response->mutable_challenge() = challenge;
      return store::InsertChallenge(tx, program_id, id, challenge);
    });
  });
}

}  // namespace laurel::gamification::handlers
