#include "rewards-svc/domain/saga.h"

#include <algorithm>

#include "lib/status/error.h"

namespace laurel::rewards {
namespace {

constexpr absl::Duration kFirstPause = absl::Milliseconds(250);
constexpr absl::Duration kLongestPause = absl::Seconds(10);

bool IsRefusal(const absl::Status& status) {
  const std::string reason = status::ReasonOf(status);
  switch (status.code()) {
    case absl::StatusCode::kFailedPrecondition:
    case absl::StatusCode::kNotFound:
    case absl::StatusCode::kOutOfRange:
      return !reason.empty();
    case absl::StatusCode::kInvalidArgument:
      // Malformed now is malformed at every try.
      return reason == "INVALID_REQUEST";
    default:
      return false;
  }
}

Answer NotDone(const absl::Status& status) {
  return {.kind = IsRefusal(status) ? Answer::Kind::kRefused : Answer::Kind::kUnknown,
          .status = status};
}

// The second try follows at once, since a lost answer is found again by asking.
absl::Duration Pause(int64_t attempts) {
  if (attempts <= 1) return absl::ZeroDuration();
  const int64_t doublings = std::min<int64_t>(attempts - 2, 10);
  return std::min(kFirstPause * (int64_t{1} << doublings), kLongestPause);
}

}  // namespace

Answer ReadSpendAnswer(const absl::StatusOr<base::Uuid>& answer) {
  if (answer.ok()) return {.kind = Answer::Kind::kDone, .entry_id = *answer};
  return NotDone(answer.status());
}

Answer ReadRefundAnswer(const absl::Status& answer) {
  if (answer.ok() || status::ReasonOf(answer) == "ALREADY_REFUNDED") {
    return {.kind = Answer::Kind::kDone};
  }
  return NotDone(answer);
}

Decision Decide(const Claim& claim, const Answer& answer, absl::Time now) {
  switch (answer.kind) {
    case Answer::Kind::kDone:
      return {Decision::Step::kComplete, {}, {}};
    case Answer::Kind::kRefused:
      // What counts is when it was asked: an earlier call may have taken effect since.
      if (answer.asked_at >= claim.earlier_doubt) return {Decision::Step::kRefuse, {}, {}};
      return {Decision::Step::kAskAgain, claim.earlier_doubt, claim.earlier_doubt};
    case Answer::Kind::kUnknown:
      break;
  }
  return {Decision::Step::kAskAgain, now + Pause(claim.redemption.attempts),
          std::max(claim.earlier_doubt, claim.redemption.doubt_until)};
}

bool TooOldToAsk(const Redemption& redemption, absl::Time now) {
  return redemption.state == State::kPending && now - redemption.create_time > kAskAtMost;
}

}  // namespace laurel::rewards
