// ListRewards and ListRedemptions.
#include <gtest/gtest.h>

#include "rewards-svc/handlers/handlers.h"
#include "tests/rewards-svc/matchers.h"
#include "tests/rewards-svc/world.h"

namespace laurel::rewards {
namespace {

class Pages : public ::testing::Test {
 protected:
  v1::ListRewardsResponse Rewards(int32_t size, const std::string& token) {
    v1::ListRewardsRequest request;
    request.set_program_id(world_.program_id());
    request.set_page_size(size);
    request.set_page_token(token);
    v1::ListRewardsResponse response;
    EXPECT_THAT(handlers::ListRewards(world_.deps(), World::AsStaff(), request, &response), IsOk());
    return response;
  }
  absl::StatusOr<v1::ListRedemptionsResponse> Redemptions(const std::string& member, int32_t size,
                                                          const std::string& token) {
    v1::ListRedemptionsRequest request;
    request.set_program_id(world_.program_id());
    request.set_member_id(member);
    request.set_page_size(size);
    request.set_page_token(token);
    v1::ListRedemptionsResponse response;
    LAUREL_RETURN_IF_ERROR(
        handlers::ListRedemptions(world_.deps(), World::AsMember(member), request, &response));
    return response;
  }

  World world_;
};

TEST_F(Pages, RewardsOldestFirstEachOnce) {
  std::vector<std::string> made;
  for (int i = 0; i < 7; ++i) {
    made.push_back(world_.MakeUncountedReward(1).reward_id());
    world_.Advance(absl::Milliseconds(1));
  }
  std::vector<std::string> listed;
  std::string token;
  int pages = 0;
  do {
    const auto page = Rewards(3, token);
    for (const auto& reward : page.rewards()) listed.push_back(reward.reward_id());
    token = page.next_page_token();
    ++pages;
  } while (!token.empty());
  EXPECT_EQ(listed, made);
  EXPECT_EQ(pages, 3);
  EXPECT_EQ(Rewards(7, "").next_page_token(), "");  // full, and yet the last
  EXPECT_EQ(Rewards(0, "").rewards_size(), 7);
}

TEST_F(Pages, RedemptionsNewestFirstEachOnce) {
  const std::string member = world_.NewMember(100);
  const std::string reward = world_.MakeUncountedReward(1).reward_id();
  std::vector<std::string> made;
  for (int i = 0; i < 7; ++i) {
    made.insert(made.begin(), world_.Redeem(member, reward, std::to_string(i))->redemption_id());
    world_.Advance(absl::Milliseconds(1));
  }
  std::vector<std::string> listed;
  std::string token;
  do {
    const auto page = Redemptions(member, 2, token);
    ASSERT_THAT(page, IsOk());
    for (const auto& redemption : page->redemptions()) {
      listed.push_back(redemption.redemption_id());
      EXPECT_NE(redemption.coupon_code(), "");
    }
    token = page->next_page_token();
  } while (!token.empty());
  EXPECT_EQ(listed, made);
}

TEST_F(Pages, ATokenIsForItsListOnly) {
  const std::string member = world_.NewMember(100);
  const std::string reward = world_.MakeUncountedReward(1).reward_id();
  for (int i = 0; i < 2; ++i) ASSERT_THAT(world_.Redeem(member, reward, std::to_string(i)), IsOk());
  const std::string token = Redemptions(member, 1, "")->next_page_token();
  EXPECT_THAT(Redemptions(world_.NewMember(0), 1, token),
              IsError(absl::StatusCode::kInvalidArgument, "PAGE_TOKEN_INVALID"));
  EXPECT_THAT(Redemptions(member, 1, token + "x"),
              IsError(absl::StatusCode::kInvalidArgument, "PAGE_TOKEN_INVALID"));
}

}  // namespace
}  // namespace laurel::rewards
