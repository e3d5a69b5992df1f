// The handlers of RewardWayService, one per rpc. What they answer and refuse is said in the proto.
#pragma once

#include "absl/status/status.h"
#include "laurel/rewards/v1/reward_way.pb.h"
#include "lib/base/clock.h"
#include "lib/db/pool.h"
#include "lib/server/call.h"
#include "rewards-svc/jobs/members_client.h"

namespace laurel::rewards {

struct WayDeps {
  const base::Clock& clock;
  db::Pool& pool;
  const MembersClient& members;
};

namespace handlers {

absl::Status ListAffordableRewards(const WayDeps& deps, const server::Call& call,
                                   const v1::ListAffordableRewardsRequest& request,
                                   v1::ListAffordableRewardsResponse* response);

}  // namespace handlers
}  // namespace laurel::rewards
