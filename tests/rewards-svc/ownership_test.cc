// Whose redemption it is: another member's, another programme's and none at all are the same.
#include <gtest/gtest.h>

#include "rewards-svc/handlers/handlers.h"
#include "tests/rewards-svc/matchers.h"
#include "tests/rewards-svc/world.h"

namespace laurel::rewards {
namespace {

class Ownership : public ::testing::Test {
 protected:
  Ownership() {
    owner_ = world_.NewMember(100);
    id_ = world_.Redeem(owner_, world_.MakeReward(5, 2).reward_id(), "r-1")->redemption_id();
    unknown_id_ = base::EncodeId("rdm", world_.ids().Next(world_.clock().Now()));
  }
  absl::Status GetIn(const std::string& program_id) {
    v1::GetRedemptionRequest request;
    request.set_program_id(program_id);
    request.set_redemption_id(id_);
    v1::GetRedemptionResponse response;
    return handlers::GetRedemption(world_.deps(), World::AsStaff(), request, &response);
  }

  World world_;
  std::string owner_;
  std::string id_;
  std::string unknown_id_;
};

TEST_F(Ownership, TheOwnerAndStaffSeeItWithItsCode) {
  EXPECT_NE(world_.Get(id_, World::AsMember(owner_))->coupon_code(), "");
  EXPECT_NE(world_.Get(id_, World::AsStaff())->coupon_code(), "");
}

TEST_F(Ownership, AnotherMemberLearnsNothing) {
  const std::string other = world_.NewMember(100);
  const absl::Status foreign = world_.Get(id_, World::AsMember(other)).status();
  const absl::Status unknown = world_.Get(unknown_id_, World::AsMember(other)).status();
  EXPECT_THAT(foreign, IsError(absl::StatusCode::kNotFound, "REDEMPTION_NOT_FOUND"));
  EXPECT_EQ(foreign.ToString(), unknown.ToString());  // payloads included
}

TEST_F(Ownership, AnotherProgrammeLearnsAndChangesNothing) {
  const std::string other = "prg_01jd0000000000000000000002";
  EXPECT_EQ(GetIn(other).ToString(), world_.Get(unknown_id_).status().ToString());
  v1::UseRedemptionRequest use;
  use.set_program_id(other);
  use.set_redemption_id(id_);
  use.set_request_id("u-1");
  v1::UseRedemptionResponse used;
  EXPECT_THAT(handlers::UseRedemption(world_.deps(), World::AsStaff(), use, &used),
              IsError(absl::StatusCode::kNotFound, "REDEMPTION_NOT_FOUND"));
  v1::CancelRedemptionRequest cancel = world_.CancelRequest(id_, "c-1");
  cancel.set_program_id(other);
  v1::CancelRedemptionResponse cancelled;
  EXPECT_THAT(handlers::CancelRedemption(world_.deps(), World::AsStaff(), cancel, &cancelled),
              IsError(absl::StatusCode::kNotFound, "REDEMPTION_NOT_FOUND"));
  EXPECT_EQ(world_.Get(id_)->state(), v1::REDEMPTION_STATE_ISSUED);
}

TEST_F(Ownership, AListHoldsOnlyTheMembersOwn) {
  v1::ListRedemptionsRequest request;
  request.set_program_id(world_.program_id());
  request.set_member_id(world_.NewMember(0));
  v1::ListRedemptionsResponse response;
  ASSERT_THAT(handlers::ListRedemptions(world_.deps(), World::AsStaff(), request, &response),
              IsOk());
  EXPECT_EQ(response.redemptions_size(), 0);
  request.set_member_id(owner_);
  ASSERT_THAT(handlers::ListRedemptions(world_.deps(), World::AsStaff(), request, &response),
              IsOk());
  EXPECT_EQ(response.redemptions_size(), 1);
}

}  // namespace
}  // namespace laurel::rewards
