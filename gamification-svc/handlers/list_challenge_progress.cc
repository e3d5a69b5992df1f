#include "gamification-svc/handlers/handlers.h"
#include "gamification-svc/store/progress.h"
#include "lib/page/page.h"
#include "lib/status/error.h"

namespace laurel::gamification::handlers {

absl::Status ListChallengeProgress(const Deps& deps, const server::Call& call,
                                   const v1::ListChallengeProgressRequest& request,
                                   v1::ListChallengeProgressResponse* response) {
  const std::string filter =
      "ListChallengeProgress " + request.program_id() + " " + request.member_id();
  LAUREL_ASSIGN_OR_RETURN(const std::string position, page::Position(request.page_token(), filter));
  const int64_t size = page::Size(request.page_size());
  const store::MemberPage page{.program_id = *base::DecodeId("prg", request.program_id()),
                               .member_id = *base::DecodeId("mem", request.member_id()),
                               .after_id = base::DecodeId("chl", position).value_or(base::Uuid{}),
                               .limit = size + 1};
  LAUREL_ASSIGN_OR_RETURN(
      const auto all,
      db::ReadFor<std::vector<v1::ChallengeProgress>>(deps.pool, call.deadline, [&](db::Tx& tx) {
        return store::ListProgress(tx, page, deps.clock.Now());
      }));
  for (const v1::ChallengeProgress& progress : all) {
    if (response->challenge_progress_size() == size) {
      const auto& last = response->challenge_progress(static_cast<int>(size) - 1);
      response->set_next_page_token(page::Token(last.challenge().challenge_id(), filter));
      break;
    }
    *response->add_challenge_progress() = progress;
  }
  return absl::OkStatus();
}

}  // namespace laurel::gamification::handlers
