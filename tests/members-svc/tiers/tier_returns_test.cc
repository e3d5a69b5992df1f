// Tiers and what comes back: taken off once, looked at once, and told in its order.
#include <gmock/gmock.h>

#include "tests/members-svc/tiers/fixture.h"

namespace laurel::members {
namespace {

using testing::kProgram;
using testing::SetOf;
using testing::TierTest;
using testing::World;
using Downgrade = v1::TierDowngrade;

class TierReturnsTest : public TierTest {
 protected:
  static v1::TierSet Yearly(v1::TierMetric metric) {
    v1::TierSet set =
        SetOf({0, 100, 500}, v1::TIER_WINDOW_CALENDAR_YEAR, Downgrade::FORM_PERIOD_END);
    set.set_metric(metric);
    return set;
  }
  void Cancel(const std::string& order) {
    v1::CancelOrderRequest request;
    request.set_program_id(kProgram);
    request.set_order_id(order);
    request.set_request_id("cancel " + order);
    v1::CancelOrderResponse response;
    World::Check(handlers::CancelOrder(deps(), call(), request, &response));
  }
  // The create time of the newest record that the member's row was made from.
  std::string Seen() { return world_.database.Admin("SELECT seen_us FROM member_tiers")[0]; }
  std::string Now() const { return std::to_string(absl::ToUnixMicros(world_.clock.Now())); }
};

TEST_F(TierReturnsTest, WhatWasTakenByHandAndThenReturnedIsTakenOffOnce) {
  CreateAndSweep(Yearly(v1::TIER_METRIC_POINTS_EARNED));
  v1::CreateCampaignRequest campaign;
  campaign.set_program_id(kProgram);
  campaign.set_request_id("campaign");
  campaign.set_activate(true);
  campaign.mutable_campaign()->set_display_name("base");
  campaign.mutable_campaign()->mutable_points_per_amount()->set_points(1);
  campaign.mutable_campaign()->mutable_points_per_amount()->set_step_minor_units(100);
  v1::CreateCampaignResponse made;
  World::Check(handlers::CreateCampaign(deps(), call(), campaign, &made));
  const std::string ada = world_.Enrol("ada");
  ASSERT_TRUE(world_.Earn(ada, 200, "earn").ok());
  const std::string order = Buy(ada, 12000);
  EXPECT_EQ(TierOf(ada).value(), 320);
  v1::ClawBackPointsRequest request;
  request.set_program_id(kProgram);
  request.set_member_id(ada);
  request.set_accrual_entry_id(world_.Entries(ada)[0].entry_id());
  request.set_amount(30);
  request.set_reason("mistake");
  request.set_request_id("claw");
  v1::ClawBackPointsResponse response;
  ASSERT_TRUE(world_.process->Call(handlers::ClawBackPoints, request, &response).ok());
  EXPECT_EQ(TierOf(ada).value(), 290);
  Cancel(order);
  EXPECT_EQ(TierOf(ada).value(), 200);
}

// Or the daily work would look at the member again for ever.
TEST_F(TierReturnsTest, AReturnThatWasLookedAtHasBeenSeen) {
  CreateAndSweep(Yearly(v1::TIER_METRIC_SPEND));
  const std::string ada = world_.Enrol("ada");
  const std::string order = Buy(ada, 12000);
  RunWorker();
  EXPECT_EQ(Seen(), Now());
  world_.clock.Advance(absl::Hours(1));
  Cancel(order);
  RunWorker();
  EXPECT_EQ(Seen(), Now());
}

// It moves no points, so that no wallet tells of it.
TEST_F(TierReturnsTest, AReturnThatTakesNothingHasBeenSeenToo) {
  CreateAndSweep(Yearly(v1::TIER_METRIC_POINTS_EARNED));
  const std::string ada = world_.Enrol("ada");
  const std::string order = Buy(ada, 12000);
  world_.clock.Advance(absl::Hours(1));
  Cancel(order);
  RunWorker();
  EXPECT_EQ(Seen(), Now());
}

// Whoever reads a member's events reads what lifted it before that it was lifted.
TEST_F(TierReturnsTest, ATierIsToldBehindTheOrderOfAProcessWhoseClockIsAhead) {
  CreateAndSweep(Yearly(v1::TIER_METRIC_SPEND));
  const std::string ada = world_.Enrol("ada");
  base::ManualClock ahead(world_.clock.Now() + absl::Seconds(5));
  testing::Process other(world_.database, ahead);
  v1::RecordOrderRequest request;
  request.set_program_id(kProgram);
  request.set_member_id(ada);
  request.set_request_id("order");
  request.set_currency_code("USD");
  request.add_lines()->set_quantity_thousandths(1000);
  request.mutable_lines(0)->set_amount_minor_units(200);
  v1::RecordOrderResponse response;
  ASSERT_TRUE(other.Call(handlers::RecordOrder, request, &response).ok());
  world_.process->tiers.Note({*base::DecodeId("prg", kProgram), *base::DecodeId("mem", ada)});
  RunWorker();
  EXPECT_THAT(Told(), ::testing::ElementsAre("bronze>silver"));
  EXPECT_EQ(world_.database.Admin("SELECT count(*) FROM outbox WHERE position_us > " +
                                  std::to_string(absl::ToUnixMicros(ahead.Now())))[0],
            "1");
}

}  // namespace
}  // namespace laurel::members
