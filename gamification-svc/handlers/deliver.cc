// Events move the leaderboard and challenges on. A delivery that feeds no challenge costs its inbox
// rows, the scores and one look at the challenges.

#include "gamification-svc/handlers/advance.h"
#include "gamification-svc/handlers/handlers.h"
#include "gamification-svc/store/scores.h"
#include "lib/status/error.h"

namespace laurel::gamification::handlers {

absl::Status Deliver(const Deps& deps, const server::Call& call,
                     const events::v1::DeliverRequest& request, events::v1::DeliverResponse*) {
  bool turned = false;
  LAUREL_RETURN_IF_ERROR(deps.consumer.Deliver(
      call.deadline, request,
      [&](db::Tx& tx, const std::vector<events::Fact>& facts) -> absl::Status {
        LAUREL_RETURN_IF_ERROR(store::AddScores(tx, ScoresOf(facts)));
        LAUREL_ASSIGN_OR_RETURN(turned, AdvanceChallenges(deps, tx, facts));
        return absl::OkStatus();
      }));
  if (turned) {
    deps.relay.Wake();
    deps.payer.Wake();
  }
  return absl::OkStatus();
}

}  // namespace laurel::gamification::handlers
