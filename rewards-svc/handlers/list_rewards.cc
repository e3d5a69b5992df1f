#include "absl/strings/str_cat.h"
#include "lib/page/page.h"
#include "lib/status/error.h"
#include "rewards-svc/handlers/convert.h"
#include "rewards-svc/handlers/handlers.h"
#include "rewards-svc/store/rewards.h"

namespace laurel::rewards::handlers {

absl::Status ListRewards(const Deps& deps, const server::Call& call,
                         const v1::ListRewardsRequest& request, v1::ListRewardsResponse* response) {
  const std::string filter = absl::StrCat("ListRewards ", request.program_id());
  LAUREL_ASSIGN_OR_RETURN(const std::string position, page::Position(request.page_token(), filter));
  const base::Uuid after = base::ParseUuid(position).value_or(base::Uuid{});
  const int64_t size = page::Size(request.page_size());
  const base::Uuid program_id = IdIn("prg", request.program_id());
  // One more than asked for, to know whether there is another page.
  LAUREL_ASSIGN_OR_RETURN(
      auto rewards, db::ReadFor<std::vector<Reward>>(deps.pool, call.deadline, [&](db::Tx& tx) {
        return rewards::ListRewards(tx, program_id, after, size + 1);
      }));
  if (static_cast<int64_t>(rewards.size()) > size) {
    rewards.pop_back();
    response->set_next_page_token(page::Token(base::ToString(rewards.back().reward_id), filter));
  }
  for (const Reward& reward : rewards) *response->add_rewards() = ToProto(reward);
  return absl::OkStatus();
}

}  // namespace laurel::rewards::handlers
