#include "rewards-svc/domain/saga.h"

#include <gtest/gtest.h>

#include "lib/status/error.h"

namespace laurel::rewards {
namespace {

using Kind = Answer::Kind;
using Step = Decision::Step;

const absl::Time kNow = absl::FromUnixSeconds(1767225600);

absl::Status Refusal(const char* reason) {
  return status::Error(absl::StatusCode::kFailedPrecondition, reason, "No.");
}

TEST(Answer, OnlyARuleRefuses) {
  using C = absl::StatusCode;
  const struct {
    C code;
    const char* reason;
    Kind kind;
  } kCases[] = {
      {C::kFailedPrecondition, "INSUFFICIENT_POINTS", Kind::kRefused},
      {C::kFailedPrecondition, "MEMBER_BLOCKED", Kind::kRefused},
      {C::kNotFound, "MEMBER_NOT_FOUND", Kind::kRefused},
      {C::kNotFound, "WALLET_TYPE_NOT_FOUND", Kind::kRefused},
      {C::kOutOfRange, "POINTS_OVERFLOW", Kind::kRefused},
      {C::kInvalidArgument, "INVALID_REQUEST", Kind::kRefused},
      // Something has happened under that id.
      {C::kInvalidArgument, "REQUEST_ID_REUSED", Kind::kUnknown},
      // These say nothing about an earlier try.
      {C::kPermissionDenied, "ROLE_REQUIRED", Kind::kUnknown},
      {C::kUnauthenticated, "PEER_UNKNOWN", Kind::kUnknown},
      {C::kResourceExhausted, "OVERLOADED", Kind::kUnknown},
      {C::kInternal, "INTERNAL", Kind::kUnknown},
  };
  for (const auto& c : kCases) {
    EXPECT_EQ(ReadSpendAnswer(status::Error(c.code, c.reason, "x")).kind, c.kind) << c.reason;
    EXPECT_EQ(ReadRefundAnswer(status::Error(c.code, c.reason, "x")).kind, c.kind) << c.reason;
  }
  for (const C code :
       {C::kUnavailable, C::kDeadlineExceeded, C::kCancelled, C::kUnknown, C::kAborted,
        C::kUnimplemented, C::kDataLoss, C::kNotFound, C::kFailedPrecondition}) {
    EXPECT_EQ(ReadSpendAnswer(absl::Status(code, "no reason")).kind, Kind::kUnknown);
  }
  EXPECT_EQ(ReadSpendAnswer(base::Uuid{1, 2}).kind, Kind::kDone);
  EXPECT_EQ(ReadRefundAnswer(Refusal("ALREADY_REFUNDED")).kind, Kind::kDone);
  EXPECT_EQ(ReadSpendAnswer(Refusal("ALREADY_REFUNDED")).kind, Kind::kRefused);
}

TEST(Decide, ARefusalCountsOnceNoEarlierCallCanTakeEffect) {
  Claim claim;
  claim.earlier_doubt = kNow + absl::Seconds(4);
  claim.redemption.doubt_until = kNow + kLease;
  Answer refused = ReadSpendAnswer(Refusal("INSUFFICIENT_POINTS"));
  refused.asked_at = kNow;
  const Decision early = Decide(claim, refused, kNow);
  EXPECT_EQ(early.step, Step::kAskAgain);
  EXPECT_EQ(early.ask_again_at, claim.earlier_doubt);
  EXPECT_EQ(early.doubt_until, claim.earlier_doubt);  // its own call has been answered
  // It was asked too soon, however late it is looked at.
  EXPECT_EQ(Decide(claim, refused, claim.earlier_doubt).step, Step::kAskAgain);
  refused.asked_at = claim.earlier_doubt;
  EXPECT_EQ(Decide(claim, refused, claim.earlier_doubt).step, Step::kRefuse);
  EXPECT_EQ(Decide(claim, ReadSpendAnswer(base::Uuid{1, 2}), kNow).step, Step::kComplete);
}

TEST(Decide, UnknownIsAskedAgainAtOnceAndThenAtAGrowingDistance) {
  Claim claim;
  claim.earlier_doubt = absl::UnixEpoch();
  claim.redemption.doubt_until = kNow + kLease;
  const Answer unknown = ReadSpendAnswer(absl::UnavailableError("reset"));
  absl::Duration last = -absl::Seconds(1);
  for (int64_t attempts = 1; attempts < 40; ++attempts) {
    claim.redemption.attempts = attempts;
    const Decision decision = Decide(claim, unknown, kNow);
    EXPECT_EQ(decision.step, Step::kAskAgain);
    EXPECT_EQ(decision.doubt_until, kNow + kLease);
    const absl::Duration pause = decision.ask_again_at - kNow;
    if (attempts == 1) {
      EXPECT_EQ(pause, absl::ZeroDuration());
    }
    EXPECT_GE(pause, last);
    EXPECT_LE(pause, absl::Seconds(10));
    last = pause;
  }
  EXPECT_EQ(last, absl::Seconds(10));
}

TEST(Lease, OutlivesTheCallAndWhatMayFollowIt) {
  // A batch of members-svc that has begun commits within two seconds.
  EXPECT_GE(kLease, kCallTimeout + absl::Seconds(5));
}

TEST(TooOld, OnlyASpendWhoseKeyMayBeForgotten) {
  Redemption redemption;
  redemption.create_time = kNow;
  EXPECT_FALSE(TooOldToAsk(redemption, kNow + absl::Hours(24 * 29)));
  EXPECT_TRUE(TooOldToAsk(redemption, kNow + absl::Hours(24 * 29) + absl::Microseconds(1)));
  redemption.state = State::kCancelling;
  EXPECT_FALSE(TooOldToAsk(redemption, kNow + absl::Hours(24 * 365)));
}

}  // namespace
}  // namespace laurel::rewards
