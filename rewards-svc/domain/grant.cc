#include "rewards-svc/domain/grant.h"

#include <utility>

#include "lib/base/bucket.h"
#include "rewards-svc/domain/errors.h"

namespace laurel::rewards {

absl::Status CheckGrantable(const std::optional<Reward>& reward, absl::Time now) {
  return reward ? CheckRedeemable(*reward, now) : RewardNotFound();
}

Redemption GivenRedemption(const Grant& grant, const Reward& reward, const base::Uuid& id,
                           std::string coupon_code, absl::Time now) {
  Redemption given;
  given.bucket = base::BucketOf(grant.member_id);
  given.redemption_id = InSliceOf(id, grant.member_id);
  given.program_id = grant.program_id;
  given.member_id = grant.member_id;
  given.reward_id = grant.reward_id;
  given.state = State::kIssued;
  given.wallet_type = reward.wallet_type;
  given.coupon_code = std::move(coupon_code);
  given.stock_held = reward.stock_limited;
  given.create_time = now;
  given.update_time = now;
  given.issue_time = now;
  return given;
}

}  // namespace laurel::rewards
