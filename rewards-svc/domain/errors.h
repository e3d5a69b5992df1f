// The errors that more than one place of rewards-svc makes; each reason has its line in
// docs/errors.md.
#pragma once

#include "absl/status/status.h"

namespace laurel::rewards {

inline constexpr char kRedemptionNotFoundReason[] = "REDEMPTION_NOT_FOUND";
inline constexpr char kRedemptionNotFoundText[] = "There is no such redemption.";

absl::Status RewardNotFound();
absl::Status RedemptionNotFound();
absl::Status OutOfStock();
// UNAVAILABLE: the saga goes on by itself; the same request id finds it.
absl::Status RedemptionPending();

}  // namespace laurel::rewards
