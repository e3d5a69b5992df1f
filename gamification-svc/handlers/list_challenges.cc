#include "gamification-svc/handlers/handlers.h"
#include "gamification-svc/store/challenges.h"
#include "lib/page/page.h"
#include "lib/status/error.h"

namespace laurel::gamification::handlers {

absl::Status ListChallenges(const Deps& deps, const server::Call& call,
                            const v1::ListChallengesRequest& request,
                            v1::ListChallengesResponse* response) {
  const base::Uuid program_id = *base::DecodeId("prg", request.program_id());
  const std::string filter = "ListChallenges " + request.program_id();
  LAUREL_ASSIGN_OR_RETURN(const std::string position, page::Position(request.page_token(), filter));
  const base::Uuid after = base::DecodeId("chl", position).value_or(base::Uuid{});
  const int64_t size = page::Size(request.page_size());
  LAUREL_ASSIGN_OR_RETURN(
      const auto challenges,
      db::ReadFor<std::vector<v1::Challenge>>(deps.pool, call.deadline, [&](db::Tx& tx) {
        return store::ListChallenges(tx, program_id, after, size + 1);
      }));
  for (const v1::Challenge& challenge : challenges) {
    if (response->challenges_size() == size) {
      response->set_next_page_token(
          page::Token(response->challenges(static_cast<int>(size) - 1).challenge_id(), filter));
      break;
    }
    *response->add_challenges() = challenge;
  }
  return absl::OkStatus();
}

}  // namespace laurel::gamification::handlers
