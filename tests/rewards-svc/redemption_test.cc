#include "rewards-svc/domain/redemption.h"

#include <gtest/gtest.h>

#include "lib/base/bucket.h"
#include "lib/status/error.h"
#include "rewards-svc/domain/reward.h"

namespace laurel::rewards {
namespace {

const absl::Time kNow = absl::FromUnixSeconds(1767225600);

TEST(Redemption, ItsIdLeadsToItsMembersBucket) {
  base::IdSource ids(1);
  for (int i = 0; i < 300; ++i) {
    const base::Uuid member = ids.Next(kNow);
    const base::Uuid plain = ids.Next(kNow);
    const base::Uuid id = InSliceOf(plain, member);
    EXPECT_EQ(base::BucketOf(id), base::BucketOf(member));
    EXPECT_TRUE(id.IsV7());
    EXPECT_EQ(id.high, plain.high);  // still ordered by time
  }
}

TEST(Redemption, WalkingOverTheEndOfTheRandomPartKeepsTheVariant) {
  base::IdSource ids(2);
  for (int i = 0; i < 50; ++i) {
    const base::Uuid last{ids.Next(kNow).high, 0xBFFFFFFFFFFFFFFFULL};
    const base::Uuid id = InSliceOf(last, ids.Next(kNow));
    EXPECT_TRUE(id.IsV7());
  }
}

TEST(Redemption, OnlyAnIssuedOneIsUsedOrCancelled) {
  for (int state = 1; state <= 6; ++state) {
    Redemption redemption;
    redemption.state = static_cast<State>(state);
    const absl::Status status = CheckIssued(redemption);
    EXPECT_EQ(status.ok(), redemption.state == State::kIssued);
    if (!status.ok()) {
      EXPECT_EQ(status::ReasonOf(status), "REDEMPTION_STATE");
    }
    EXPECT_EQ(ShowsCode(redemption),
              redemption.state == State::kIssued || redemption.state == State::kUsed);
  }
}

TEST(Reward, WindowIsHalfOpen) {
  Reward reward;
  EXPECT_TRUE(CheckRedeemable(reward, kNow).ok());
  reward.start_time = kNow;
  reward.end_time = kNow + absl::Seconds(1);
  EXPECT_EQ(status::ReasonOf(CheckRedeemable(reward, kNow - absl::Microseconds(1))),
            "REWARD_NOT_AVAILABLE");
  EXPECT_TRUE(CheckRedeemable(reward, kNow).ok());
  EXPECT_TRUE(CheckRedeemable(reward, *reward.end_time - absl::Microseconds(1)).ok());
  EXPECT_EQ(status::ReasonOf(CheckRedeemable(reward, *reward.end_time)), "REWARD_NOT_AVAILABLE");
}

}  // namespace
}  // namespace laurel::rewards
