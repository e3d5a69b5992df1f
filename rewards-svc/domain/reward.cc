#include "rewards-svc/domain/reward.h"

#include <vector>

#include "lib/status/error.h"
#include "rewards-svc/domain/errors.h"

namespace laurel::rewards {

absl::Status CheckNewReward(const Reward& reward) {
  std::vector<status::Violation> violations;
  if (reward.start_time && reward.end_time && *reward.end_time <= *reward.start_time) {
    violations.push_back({"reward.end_time", "must be after start_time"});
  }
  if (reward.stock > 0 && !reward.stock_limited) {
    violations.push_back({"reward.stock", "is counted only where stock_limited is set"});
  }
  return violations.empty() ? absl::OkStatus() : status::InvalidRequest(violations);
}

absl::Status CheckRedeemable(const Reward& reward, absl::Time now) {
  const bool started = !reward.start_time || now >= *reward.start_time;
  const bool ended = reward.end_time && now >= *reward.end_time;
  if (started && !ended) return absl::OkStatus();
  return status::Refused("REWARD_NOT_AVAILABLE", started ? "This reward can no longer be redeemed."
                                                         : "This reward cannot be redeemed yet.");
}

absl::Status CheckStockCounted(const Reward& reward) {
  if (reward.stock_limited) return absl::OkStatus();
  return status::Refused("STOCK_NOT_LIMITED", "The stock of this reward is not counted.");
}

absl::Status StockOutOfRange(int64_t delta) {
  if (delta < 0) return OutOfStock();
  return status::Error(absl::StatusCode::kOutOfRange, "STOCK_TOO_LARGE",
                       "The stock of a reward is at most 1,000,000,000.");
}

}  // namespace laurel::rewards
