// A reward of the catalogue and the rules about it: pure.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "lib/base/uuid.h"

namespace laurel::rewards {

struct Reward {
  base::Uuid program_id;
  base::Uuid reward_id;
  std::string display_name;
  std::string description;
  std::string wallet_type;
  // In the wallet's smallest unit, 1 to 10^12.
  int64_t price_points = 0;
  bool stock_limited = false;
  // 0 to 10^9; 0 where stock is not counted.
  int64_t stock = 0;
  std::optional<absl::Time> start_time;
  std::optional<absl::Time> end_time;
  absl::Time create_time;
};

// What the field rules cannot say: the window is not empty, stock only where it is counted.
// INVALID_ARGUMENT, INVALID_REQUEST.
absl::Status CheckNewReward(const Reward& reward);

// From start_time on and before end_time. FAILED_PRECONDITION, REWARD_NOT_AVAILABLE.
absl::Status CheckRedeemable(const Reward& reward, absl::Time now);

// FAILED_PRECONDITION, STOCK_NOT_LIMITED when the reward's stock is not counted.
absl::Status CheckStockCounted(const Reward& reward);

// Why the stock could not be moved by `delta`: FAILED_PRECONDITION, OUT_OF_STOCK when less is left;
// OUT_OF_RANGE, STOCK_TOO_LARGE when it would pass 10^9.
absl::Status StockOutOfRange(int64_t delta);

}  // namespace laurel::rewards
