// What a member's points buy, in words; members-svc says what there is.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "lib/status/error.h"
#include "rewards-svc/handlers/way_handlers.h"
#include "tests/rewards-svc/matchers.h"
#include "tests/rewards-svc/world.h"

namespace laurel::rewards {
namespace {

class Affordable : public ::testing::Test {
 protected:
  absl::StatusOr<v1::ListAffordableRewardsResponse> Ask(const std::string& member,
                                                        const std::string& language = "") {
    v1::ListAffordableRewardsRequest request;
    request.set_program_id(world_.program_id());
    request.set_member_id(member);
    request.set_language(language);
    v1::ListAffordableRewardsResponse response;
    LAUREL_RETURN_IF_ERROR(
        handlers::ListAffordableRewards(deps_, World::AsMember(member), request, &response));
    return response;
  }
  v1::Reward Make(const std::string& name, int64_t price, int64_t stock) {
    v1::CreateRewardRequest request;
    request.set_program_id(world_.program_id());
    request.set_request_id(world_.NewRequestId());
    v1::Reward& reward = *request.mutable_reward();
    reward.set_display_name(name);
    reward.set_price_points(price);
    reward.set_stock_limited(stock >= 0);
    reward.set_stock(std::max<int64_t>(stock, 0));
    const auto made = world_.Create(request);
    EXPECT_THAT(made.status(), IsOk());
    world_.Advance(absl::Milliseconds(1));
    return *made;
  }
  static std::vector<std::string> Texts(
      const google::protobuf::RepeatedPtrField<v1::RewardWay>& ways) {
    std::vector<std::string> out;
    for (const v1::RewardWay& way : ways) out.push_back(way.text() + "|" + way.missing_text());
    return out;
  }

  World world_;
  MembersClient members_{world_.members().Channel()};
  WayDeps deps_{.clock = world_.clock(), .pool = world_.database().pool(), .members = members_};
};

TEST_F(Affordable, TheCheapestFirstThenWhatIsNext) {
  const std::string member = world_.NewMember(1200);
  Make("Mug", 1200, 5);
  Make("Coffee", 1, -1);
  Make("Sold out", 10, 0);
  Make("Bike", 50000, 1);
  Make("Bag", 1300, 1);
  const auto ways = Ask(member);
  ASSERT_THAT(ways.status(), IsOk());
  EXPECT_EQ(ways->language(), "en");
  EXPECT_THAT(Texts(ways->affordable()),
              ::testing::ElementsAre("Coffee: 1 point|", "Mug: 1,200 points|"));
  EXPECT_THAT(Texts(ways->next()),
              ::testing::ElementsAre("Bag: 1,300 points|100 points to go",
                                     "Bike: 50,000 points|48,800 points to go"));
  EXPECT_EQ(ways->next(0).points_missing(), 100);
  // What is told can be redeemed.
  EXPECT_THAT(world_.Redeem(member, ways->affordable(1).reward().reward_id(), world_.NewRequestId())
                  .status(),
              IsOk());
  EXPECT_TRUE(Ask(member)->affordable().empty());
}

TEST_F(Affordable, InTheLanguageOfTheProgrammeThatIsWanted) {
  const std::string member = world_.NewMember(1199);
  Make("Tasse", 1200, 5);
  world_.members().programs().Languages({"de", "en"});
  EXPECT_THAT(Texts(Ask(member)->next()),
              ::testing::ElementsAre("Tasse: 1.200 Punkte|noch 1 Punkt"));
  EXPECT_THAT(Texts(Ask(member, "en-GB")->next()),
              ::testing::ElementsAre("Tasse: 1,200 points|1 point to go"));
}

TEST_F(Affordable, NobodysAreNotFound) {
  const auto ways = Ask(base::EncodeId("mem", world_.ids().Next(world_.clock().Now())));
  EXPECT_EQ(status::ReasonOf(ways.status()), "MEMBER_NOT_FOUND");
}

}  // namespace
}  // namespace laurel::rewards
