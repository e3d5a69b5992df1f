#include "rewards-svc/domain/errors.h"

#include "lib/status/error.h"

namespace laurel::rewards {

absl::Status RewardNotFound() {
  return status::NotFound("REWARD_NOT_FOUND", "There is no such reward.");
}

absl::Status RedemptionNotFound() {
  return status::NotFound(kRedemptionNotFoundReason, kRedemptionNotFoundText);
}

absl::Status OutOfStock() {
  return status::Refused("OUT_OF_STOCK", "Not so many of this reward are left.");
}

absl::Status RedemptionPending() {
  return status::WithRetryAfter(
      status::Error(absl::StatusCode::kUnavailable, "REDEMPTION_PENDING",
                    "Whether the points have moved is not known yet; it goes on by itself. Ask "
                    "again with the same request id."),
      absl::Seconds(1));
}

}  // namespace laurel::rewards
