#include <utility>

#include "lib/status/error.h"
#include "rewards-svc/domain/affordable.h"
#include "rewards-svc/handlers/convert.h"
#include "rewards-svc/handlers/way_handlers.h"
#include "rewards-svc/store/rewards.h"

namespace laurel::rewards::handlers {
namespace {

constexpr int64_t kMostRewards = 1000;

v1::RewardWay ToProto(const RewardWay& way) {
  v1::RewardWay out;
  *out.mutable_reward() = handlers::ToProto(way.reward);
  out.set_text(way.text);
  out.set_points_missing(way.missing);
  out.set_missing_text(way.missing_text);
  return out;
}

}  // namespace

absl::Status ListAffordableRewards(const WayDeps& deps, const server::Call& call,
                                   const v1::ListAffordableRewardsRequest& request,
                                   v1::ListAffordableRewardsResponse* response) {
  // Asked before the catalogue is read: never inside a transaction.
  LAUREL_ASSIGN_OR_RETURN(const MemberPoints points,
                          deps.members.PointsOf(call, request.program_id(), request.member_id()));
  const words::Language language = words::ChooseLanguage(request.language(), points.languages);
  const base::Uuid program_id = IdIn("prg", request.program_id());
  LAUREL_ASSIGN_OR_RETURN(
      const auto rewards,
      db::ReadFor<std::vector<Reward>>(deps.pool, call.deadline, [&](db::Tx& tx) {
        return rewards::ListRewards(tx, program_id, base::Uuid{}, kMostRewards);
      }));
  const RewardWays ways = WaysToUse(rewards, points, language, deps.clock.Now());
  response->set_language(std::string(words::CodeOf(language)));
  for (const RewardWay& way : ways.affordable) *response->add_affordable() = ToProto(way);
  for (const RewardWay& way : ways.next) *response->add_next() = ToProto(way);
  return absl::OkStatus();
}

}  // namespace laurel::rewards::handlers
