#include "cli/import/retry.h"

#include <algorithm>

#include "absl/time/clock.h"
#include "lib/base/clock.h"

namespace laurel::import {
namespace {

constexpr absl::Duration kFirstWait = absl::Milliseconds(100);
constexpr absl::Duration kLongestWait = absl::Seconds(3);

}  // namespace

bool IsTransient(const absl::Status& status) {
  switch (status.code()) {
    case absl::StatusCode::kUnavailable:
    case absl::StatusCode::kResourceExhausted:
    case absl::StatusCode::kDeadlineExceeded:
    case absl::StatusCode::kAborted:
    case absl::StatusCode::kCancelled:  // a server that ends cancels what it has not begun
      return true;
    default:
      return false;
  }
}

Patience::Patience(absl::Duration total, const std::atomic<bool>* stop)
    : total_(total), stop_(stop), start_us_(base::MonotonicMicros()), next_(kFirstWait) {}

bool Patience::Wait() {
  const absl::Duration spent = absl::Microseconds(base::MonotonicMicros() - start_us_);
  if (spent >= total_ || (stop_ != nullptr && stop_->load())) return false;
  absl::SleepFor(std::min(next_, total_ - spent));
  next_ = std::min(next_ * 2, kLongestWait);
  return true;
}

absl::Duration Patience::Left() const {
  const absl::Duration spent = absl::Microseconds(base::MonotonicMicros() - start_us_);
  return std::max(total_ - spent, kFirstWait);
}

void Patience::Renew() {
  start_us_ = base::MonotonicMicros();
  next_ = kFirstWait;
}

}  // namespace laurel::import
