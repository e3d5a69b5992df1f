// A reward that a campaign gives: pure.
#pragma once

#include <optional>
#include <string>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "lib/base/uuid.h"
#include "rewards-svc/domain/redemption.h"
#include "rewards-svc/domain/reward.h"

namespace laurel::rewards {

struct Grant {
  base::Uuid grant_id;
  base::Uuid program_id;
  base::Uuid member_id;
  base::Uuid reward_id;
  base::Uuid campaign_id;
  int campaign_version = 0;
  std::string traceparent;
};

// What stands against giving a reward that is left: the same as against redeeming it. NOT_FOUND,
// REWARD_NOT_FOUND; FAILED_PRECONDITION, REWARD_NOT_AVAILABLE.
absl::Status CheckGrantable(const std::optional<Reward>& reward, absl::Time now);

// What comes of a grant: a redemption that is issued and has cost nothing, with an id in its
// member's bucket. `id` and `coupon_code` are new ones.
Redemption GivenRedemption(const Grant& grant, const Reward& reward, const base::Uuid& id,
                           std::string coupon_code, absl::Time now);

}  // namespace laurel::rewards
