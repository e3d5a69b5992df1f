// Rewards that campaigns give: issued once per grant, whatever is delivered how often.
#include <gtest/gtest.h>

#include <thread>

#include "lib/base/timestamps.h"
#include "rewards-svc/handlers/handlers.h"
#include "tests/rewards-svc/matchers.h"
#include "tests/rewards-svc/world.h"

namespace laurel::rewards {
namespace {

constexpr char kCampaign[] = "cmp_01jd0000000000000000000007";

class Grants : public ::testing::Test {
 protected:
  // An event of members-svc that tells of a grant.
  events::v1::Event Granted(const std::string& grant_id, const std::string& member_id,
                            const std::string& reward_id) {
    events::v1::Event event;
    event.set_id(base::ToBytes(world_.ids().Next(world_.clock().Now())));
    event.set_source("members");
    event.set_program_id(world_.program_id());
    event.set_member_id(member_id);
    event.set_traceparent("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01");
    *event.mutable_time() = base::ToTimestamp(world_.clock().Now());
    auto* granted = event.mutable_reward_granted();
    granted->set_grant_id(grant_id);
    granted->set_reward_id(reward_id);
    granted->set_campaign_id(kCampaign);
    granted->set_campaign_version(3);
    return event;
  }
  std::string NewGrant() { return base::EncodeId("grt", world_.ids().Next(world_.clock().Now())); }

  absl::Status Deliver(const std::vector<events::v1::Event>& events, int64_t fence = 1) {
    events::v1::DeliverRequest request;
    request.set_source("members");
    request.set_fence(fence);
    for (const events::v1::Event& event : events) *request.add_events() = event;
    events::v1::DeliverResponse response;
    return handlers::Deliver(world_.deps(), World::AsStaff(), request, &response);
  }

  std::vector<std::string> Look(const std::string& sql) { return world_.database().Admin(sql); }
  std::string RedemptionOf(const std::string& member_id) {
    const auto rows = Look("SELECT redemption_id FROM redemptions WHERE member_id = '" +
                           base::ToString(*base::DecodeId("mem", member_id)) + "'");
    return rows.size() == 1 ? base::EncodeId("rdm", *base::ParseUuid(rows[0])) : "";
  }

  World world_;
};

TEST_F(Grants, AGrantIsIssuedAsIfRedeemedForNothing) {
  const std::string reward = world_.MakeReward(500, 2).reward_id();
  const std::string member = world_.NewMember(0);
  const std::string grant = NewGrant();
  ASSERT_THAT(Deliver({Granted(grant, member, reward)}), IsOk());
  const auto issued = world_.Get(RedemptionOf(member));
  ASSERT_THAT(issued, IsOk());
  EXPECT_EQ(issued->state(), v1::REDEMPTION_STATE_ISSUED);
  EXPECT_EQ(issued->points(), 0);
  EXPECT_EQ(issued->reward_id(), reward);
  EXPECT_FALSE(issued->coupon_code().empty());
  EXPECT_EQ(world_.Stock(reward), 1);
  EXPECT_TRUE(world_.members().Spends().empty());
  const auto events = world_.Events();
  ASSERT_EQ(events.size(), 1U);
  EXPECT_EQ(events[0].member_id(), member);
  EXPECT_EQ(events[0].reward_issued().redemption_id(), issued->redemption_id());
  EXPECT_EQ(events[0].reward_issued().grant_id(), grant);
  EXPECT_EQ(events[0].reward_issued().points(), 0);
  EXPECT_FALSE(events[0].traceparent().empty());
  EXPECT_EQ(world_.metrics().granted.Value(), 1);
  // Used like any other.
  EXPECT_THAT(world_.Use(issued->redemption_id(), "u-1"), IsOk());
}

TEST_F(Grants, DeliveredAgainAGrantIsIssuedOnce) {
  const std::string reward = world_.MakeReward(500, 5).reward_id();
  const std::string member = world_.NewMember(0);
  const std::string grant = NewGrant();
  const events::v1::Event event = Granted(grant, member, reward);
  ASSERT_THAT(Deliver({event}), IsOk());
  ASSERT_THAT(Deliver({event}, 2), IsOk());
  // The inbox has forgotten the event, or the grant is told of by another one, twice in a delivery.
  ASSERT_THAT(Deliver({Granted(grant, member, reward), Granted(grant, member, reward)}, 2), IsOk());
  EXPECT_NE(RedemptionOf(member), "");
  EXPECT_EQ(world_.Stock(reward), 4);
  EXPECT_EQ(world_.Events().size(), 1U);
  EXPECT_EQ(Look("SELECT count(*) FROM coupon_codes"), std::vector<std::string>{"1"});
}

TEST_F(Grants, WhatIsOutOfStockIsToldAndHoldsUpNobody) {
  const std::string scarce = world_.MakeReward(500, 1).reward_id();
  const std::string plenty = world_.MakeUncountedReward(10).reward_id();
  std::vector<events::v1::Event> told;
  std::vector<std::string> members;
  for (const std::string& reward : {scarce, scarce, plenty}) {
    members.push_back(world_.NewMember(0));
    told.push_back(Granted(NewGrant(), members.back(), reward));
  }
  ASSERT_THAT(Deliver(told), IsOk());
  EXPECT_EQ(world_.Stock(scarce), 0);
  EXPECT_NE(RedemptionOf(members[0]), "");
  EXPECT_EQ(RedemptionOf(members[1]), "");
  EXPECT_NE(RedemptionOf(members[2]), "");
  const auto events = world_.Events();
  ASSERT_EQ(events.size(), 3U);
  const events::v1::GrantRefused& refused = events[1].grant_refused();
  EXPECT_EQ(events[1].member_id(), members[1]);
  EXPECT_EQ(refused.grant_id(), told[1].reward_granted().grant_id());
  EXPECT_EQ(refused.reward_id(), scarce);
  EXPECT_EQ(refused.campaign_id(), kCampaign);
  EXPECT_EQ(refused.reason(), "OUT_OF_STOCK");
  EXPECT_EQ(world_.metrics().grants_refused.Value(), 1);
  // Refused is final: stock that comes later changes nothing.
  ASSERT_THAT(world_.Adjust(scarce, 3, "s-1"), IsOk());
  ASSERT_THAT(Deliver({Granted(refused.grant_id(), members[1], scarce)}), IsOk());
  EXPECT_EQ(RedemptionOf(members[1]), "");
  EXPECT_EQ(world_.Stock(scarce), 3);
  EXPECT_EQ(world_.Events().size(), 3U);
}

TEST_F(Grants, WhatIsNotThereOrNotYetIsRefused) {
  v1::CreateRewardRequest request;
  request.set_program_id(world_.program_id());
  request.mutable_reward()->set_display_name("Later");
  request.mutable_reward()->set_price_points(5);
  *request.mutable_reward()->mutable_start_time() =
      base::ToTimestamp(world_.clock().Now() + absl::Hours(1));
  const auto later = world_.Create(request);
  ASSERT_THAT(later, IsOk());
  const std::string unknown = base::EncodeId("rwd", world_.ids().Next(world_.clock().Now()));
  ASSERT_THAT(Deliver({Granted(NewGrant(), world_.NewMember(0), later->reward_id()),
                       Granted(NewGrant(), world_.NewMember(0), unknown)}),
              IsOk());
  const auto events = world_.Events();
  ASSERT_EQ(events.size(), 2U);
  EXPECT_EQ(events[0].grant_refused().reason(), "REWARD_NOT_AVAILABLE");
  EXPECT_EQ(events[1].grant_refused().reason(), "REWARD_NOT_FOUND");
  EXPECT_TRUE(Look("SELECT 1 FROM redemptions").empty());
}

TEST_F(Grants, CancelledItGivesStockBackAndAsksForNoPoints) {
  const std::string reward = world_.MakeReward(500, 1).reward_id();
  const std::string member = world_.NewMember(7);
  ASSERT_THAT(Deliver({Granted(NewGrant(), member, reward)}), IsOk());
  const auto cancelled = world_.Cancel(RedemptionOf(member), "c-1");
  ASSERT_THAT(cancelled, IsOk());
  EXPECT_EQ(cancelled->state(), v1::REDEMPTION_STATE_CANCELLED);
  EXPECT_EQ(world_.Stock(reward), 1);
  EXPECT_EQ(world_.members().Balance(member), 7);
  const auto events = world_.Events();
  ASSERT_EQ(events.size(), 2U);
  EXPECT_TRUE(events[0].has_reward_issued());
  EXPECT_EQ(events[1].reward_cancelled().points(), 0);
}

TEST_F(Grants, OtherEventsLeaveNoTrace) {
  events::v1::Event event = Granted(NewGrant(), world_.NewMember(0), "rwd_x");
  event.clear_reward_granted();
  event.mutable_points_earned()->set_amount(5);
  ASSERT_THAT(Deliver({event}), IsOk());
  EXPECT_TRUE(Look("SELECT 1 FROM inbox_events").empty());
}

// Two members for the last piece, from two lanes and from the counter at once.
TEST_F(Grants, TheLastPieceGoesOutOnce) {
  const std::string reward = world_.MakeReward(5, 10).reward_id();
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i) {
    std::vector<events::v1::Event> told;
    for (int k = 0; k < 4; ++k) told.push_back(Granted(NewGrant(), world_.NewMember(0), reward));
    const std::string buyer = world_.NewMember(5);
    threads.emplace_back([this, told, i] {
      events::v1::DeliverRequest request;
      request.set_source("members");
      request.set_lane(i);
      request.set_fence(1);
      for (const auto& event : told) *request.add_events() = event;
      events::v1::DeliverResponse response;
      EXPECT_THAT(handlers::Deliver(world_.deps(), World::AsStaff(), request, &response), IsOk());
    });
    threads.emplace_back(
        [this, buyer, reward, i] { (void)world_.Redeem(buyer, reward, "r-" + std::to_string(i)); });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(world_.Stock(reward), 0);
  EXPECT_EQ(Look("SELECT count(*) FROM redemptions WHERE state = 2"),
            std::vector<std::string>{"10"});
  EXPECT_EQ(Look("SELECT count(*) FROM grants"), std::vector<std::string>{"16"});
}

}  // namespace
}  // namespace laurel::rewards
