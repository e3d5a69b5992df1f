// A campaign of members-svc gives a reward, rewards-svc issues it: both services in one process,
// each on its own database, joined by relay and handlers as they are.
#include <gtest/gtest.h>

#include "lib/outbox/relay.h"
#include "members-svc/jobs/post_occasions.h"
#include "rewards-svc/handlers/handlers.h"
#include "tests/members-svc/campaigns.h"
#include "tests/members-svc/ledger/fixture.h"
#include "tests/rewards-svc/world.h"

namespace laurel {
namespace {

namespace mpb = members::v1;
using members::testing::Process;

class GrantsEndToEnd : public ::testing::Test {
 protected:
  GrantsEndToEnd()
      : members_database_("members", members::Statements(), members::Migrations()),
        clock_(rewards_.clock().Now()),
        process_(members_database_, clock_),
        relay_(*process_.pool, clock_, process_.ids, {.source = "members"},
               {{"rewards", [this](const auto& request) { return Deliver(request); }}}) {
    mpb::CreateProgramRequest request;
    request.mutable_program()->set_program_id(rewards_.program_id());
    request.mutable_program()->set_display_name("Test");
    request.mutable_program()->set_currency_code("EUR");
    request.mutable_program()->set_time_zone("UTC");
    mpb::CreateProgramResponse response;
    members::testing::World::Check(
        members::handlers::CreateProgram(process_.deps, process_.call, request, &response));
  }

  absl::Status Deliver(const events::v1::DeliverRequest& request) {
    events::v1::DeliverResponse response;
    const absl::Status status =
        rewards::handlers::Deliver(rewards_.deps(), rewards::World::AsStaff(), request, &response);
    // The first answer is lost on its way: the relay delivers again.
    return ++deliveries_ == 1 && status.ok() ? absl::UnavailableError("the answer is lost")
                                             : status;
  }
  void DeliverAll() {
    for (int i = 0; i < 5; ++i) (void)relay_.Round(0);
  }
  // Who joins is given the reward.
  void Welcome(const std::string& reward_id) {
    mpb::CreateCampaignRequest request;
    request.set_program_id(rewards_.program_id());
    request.mutable_campaign()->set_display_name("welcome");
    request.mutable_campaign()->mutable_trigger()->mutable_enrolment();
    request.mutable_campaign()->mutable_grant_reward()->set_reward_id(reward_id);
    request.set_activate(true);
    mpb::CreateCampaignResponse response;
    members::testing::World::Check(
        members::handlers::CreateCampaign(process_.deps, process_.call, request, &response));
  }
  std::string Enrol(const std::string& external_id) {
    mpb::EnrolMemberRequest request;
    request.set_program_id(rewards_.program_id());
    request.set_external_id(external_id);
    mpb::EnrolMemberResponse response;
    members::testing::World::Check(
        members::handlers::EnrolMember(process_.deps, process_.call, request, &response));
    members::PostOccasions job({*process_.pool, clock_, process_.ledger});
    const std::atomic<bool> stopping = false;
    EXPECT_TRUE(job.Round(stopping).ok());
    return response.member().member_id();
  }
  std::vector<rewards::v1::Redemption> RedemptionsOf(const std::string& member_id) {
    rewards::v1::ListRedemptionsRequest request;
    request.set_program_id(rewards_.program_id());
    request.set_member_id(member_id);
    rewards::v1::ListRedemptionsResponse response;
    EXPECT_TRUE(rewards::handlers::ListRedemptions(rewards_.deps(), rewards::World::AsStaff(),
                                                   request, &response)
                    .ok());
    return {response.redemptions().begin(), response.redemptions().end()};
  }

  rewards::World rewards_;
  testing::TestDatabase members_database_;
  base::ManualClock clock_;
  Process process_;
  outbox::Relay relay_;
  int deliveries_ = 0;
};

TEST_F(GrantsEndToEnd, WhoJoinsHasTheRewardOnceAsLongAsThereIsOne) {
  const std::string reward = rewards_.MakeReward(500, 1).reward_id();
  Welcome(reward);
  const std::string ada = Enrol("ada");
  DeliverAll();
  const auto of_ada = RedemptionsOf(ada);
  ASSERT_EQ(of_ada.size(), 1U);
  EXPECT_EQ(of_ada[0].state(), rewards::v1::REDEMPTION_STATE_ISSUED);
  EXPECT_EQ(of_ada[0].reward_id(), reward);
  EXPECT_EQ(of_ada[0].points(), 0);
  EXPECT_FALSE(of_ada[0].coupon_code().empty());
  EXPECT_EQ(rewards_.Stock(reward), 0);
  EXPECT_GT(deliveries_, 1);

  const std::string grace = Enrol("grace");
  DeliverAll();
  EXPECT_TRUE(RedemptionsOf(grace).empty());
  const auto events = rewards_.Events();
  ASSERT_EQ(events.size(), 2U);
  EXPECT_EQ(events[0].member_id(), ada);
  EXPECT_TRUE(events[0].has_reward_issued());
  EXPECT_EQ(events[1].member_id(), grace);
  EXPECT_EQ(events[1].grant_refused().reason(), "OUT_OF_STOCK");
}

}  // namespace
}  // namespace laurel
