// How tests speak of errors.
#pragma once

#include <gmock/gmock.h>

#include <string>

#include "lib/status/error.h"

namespace laurel::rewards {

inline absl::Status StatusOf(const absl::Status& status) { return status; }
template <typename T>
absl::Status StatusOf(const absl::StatusOr<T>& value) {
  return value.status();
}

// EXPECT_THAT(Redeem(…), IsError(absl::StatusCode::kFailedPrecondition, "OUT_OF_STOCK"));
MATCHER_P2(IsError, code, reason, "") {
  const absl::Status status = StatusOf(arg);
  *result_listener << status.ToString();
  return status.code() == code && status::ReasonOf(status) == reason;
}

MATCHER(IsOk, "") {
  *result_listener << StatusOf(arg).ToString();
  return arg.ok();
}

inline constexpr absl::StatusCode kFailed = absl::StatusCode::kFailedPrecondition;

}  // namespace laurel::rewards
