// SimulateOrder: an order tried says what recording it would say, and writes nothing.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "google/rpc/error_details.pb.h"
#include "lib/base/timestamps.h"
#include "tests/members-svc/trial_world.h"

namespace laurel::members::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Pair;
using ::testing::UnorderedElementsAre;

std::map<std::string, int64_t> MapOf(const google::protobuf::Map<std::string, int64_t>& points) {
  return {points.begin(), points.end()};
}

// What campaigns gave, in running order.
std::vector<std::string> ResultsOf(const v1::SimulateOrderResponse& tried) {
  std::vector<std::string> results;
  for (const auto& campaign : tried.campaigns()) {
    if (campaign.has_result()) results.push_back(campaign.result().DebugString());
  }
  std::sort(results.begin(), results.end());
  return results;
}
std::vector<std::string> ResultsOf(const v1::Order& order) {
  std::vector<std::string> results;
  for (const auto& result : order.rule_results()) results.push_back(result.DebugString());
  std::sort(results.begin(), results.end());
  return results;
}

std::vector<std::string> PathsOf(const absl::Status& invalid) {
  google::rpc::BadRequest bad;
  const auto payload = invalid.GetPayload("type.googleapis.com/google.rpc.BadRequest");
  if (!payload || !bad.ParseFromString(std::string(*payload))) return {};
  std::vector<std::string> paths;
  for (const auto& violation : bad.field_violations()) paths.push_back(violation.field());
  return paths;
}

class SimulationTest : public ::testing::Test {
 protected:
  // 19.99 in one line, of a new member.
  v1::RecordOrderRequest OrderOfAda() {
    if (ada_.empty()) ada_ = world_.Enrol("ada").member_id();
    v1::RecordOrderRequest order = OrderOf({Line("a", 1999)});
    order.set_member_id(ada_);
    return order;
  }
  v1::Campaign Named(v1::Campaign campaign, const std::string& name) {
    campaign.set_display_name(name);
    return campaign;
  }

  TrialWorld world_;
  std::string ada_;
};

TEST_F(SimulationTest, FiveHundredRandomOrdersEarnWhatWasSaid) {
  const uint32_t seed = Seed();
  SCOPED_TRACE("LAUREL_TEST_SEED=" + std::to_string(seed));
  Dice dice(seed);
  int limited = 0;
  int capped = 0;
  for (int programme = 0; programme < 10; ++programme) {
    TrialWorld world;
    world.AddMiles(4000);
    world.EnrolMembers(3);
    world.ActivateRandom(dice, 4 + programme);
    for (int i = 0; i < 50; ++i) {
      v1::RecordOrderRequest order = AnyOrder(dice);
      order.set_member_id(dice.Of(world.members()));
      order.set_external_id("order " + std::to_string(i));
      const auto before = i % 10 == 0 ? world.Everything() : std::vector<std::string>{};
      const auto tried = world.Simulate(world.Simulating(order));
      ASSERT_TRUE(tried.ok()) << tried.status();
      if (i % 10 == 0) {
        ASSERT_EQ(world.Everything(), before) << "a simulation writes nothing";
      }
      const auto recorded = world.Record(order);
      ASSERT_TRUE(recorded.ok()) << recorded.status();
      ASSERT_EQ(MapOf(tried->points_earned()), MapOf(recorded->points_earned()));
      ASSERT_EQ(MapOf(tried->points_over_caps()), MapOf(recorded->points_over_caps()));
      ASSERT_EQ(ResultsOf(*tried), ResultsOf(*recorded));
      for (const auto& result : recorded->rule_results()) limited += result.points_over_limit() > 0;
      capped += !recorded->points_over_caps().empty();
      world.clock().Advance(absl::Hours(dice.In(1, 12)));
    }
  }
  EXPECT_GT(limited, 0) << "limits have to bite";
  EXPECT_GT(capped, 0) << "caps have to bite";
}

TEST_F(SimulationTest, DraftsRunBesideTheActiveCampaignsOrInTheirPlace) {
  const v1::Campaign base = world_.Activate(Named(PerAmount(1, 100), "base"));
  v1::SimulateOrderRequest request = world_.Simulating(OrderOfAda());
  *request.add_drafts() = Named(Fixed(500), "welcome");
  auto tried = world_.Simulate(request);
  ASSERT_TRUE(tried.ok()) << tried.status();
  EXPECT_THAT(MapOf(tried->points_earned()), ElementsAre(Pair("points", 519)));
  ASSERT_EQ(tried->campaigns_size(), 2);
  EXPECT_EQ(tried->campaigns(0).campaign_id(), base.campaign_id());
  EXPECT_EQ(tried->campaigns(0).result().points(), 19);
  EXPECT_EQ(tried->campaigns(1).campaign_id(), "");
  EXPECT_EQ(tried->campaigns(1).draft(), 1);
  EXPECT_EQ(tried->campaigns(1).display_name(), "welcome");
  EXPECT_EQ(tried->campaigns(1).result().points(), 500);
  request.set_replace_active(true);
  tried = world_.Simulate(request);
  EXPECT_THAT(MapOf(tried->points_earned()), ElementsAre(Pair("points", 500)));
  // The draft of a change: in the place of what is active.
  request = world_.Simulating(OrderOfAda());
  *request.add_drafts() = Named(PerAmount(3, 100), "base, tripled");
  request.mutable_drafts(0)->set_campaign_id(base.campaign_id());
  tried = world_.Simulate(request);
  ASSERT_TRUE(tried.ok()) << tried.status();
  EXPECT_THAT(MapOf(tried->points_earned()), ElementsAre(Pair("points", 57)));
  ASSERT_EQ(tried->campaigns_size(), 1);
  EXPECT_EQ(tried->campaigns(0).draft(), 1);
  EXPECT_EQ(tried->campaigns(0).campaign_id(), base.campaign_id());
}

TEST_F(SimulationTest, SavedCampaignsOfAnyStateCanBeTried) {
  v1::CreateCampaignRequest create;
  create.set_program_id(world_.program_id());
  *create.mutable_campaign() = Named(Fixed(7), "saved draft");
  const auto saved = Ask(handlers::CreateCampaign, world_, world_.AsStaff(), create);
  ASSERT_TRUE(saved.ok()) << saved.status();
  v1::SimulateOrderRequest request = world_.Simulating(OrderOfAda());
  EXPECT_THAT(MapOf(world_.Simulate(request)->points_earned()), IsEmpty());
  request.add_campaign_ids(saved->campaign().campaign_id());
  EXPECT_THAT(MapOf(world_.Simulate(request)->points_earned()), ElementsAre(Pair("points", 7)));
  EXPECT_THAT(MapOf(world_.Record(OrderOfAda())->points_earned()), IsEmpty());
}

TEST_F(SimulationTest, SaysWhyACampaignDoesNotApply) {
  v1::SimulateOrderRequest request = world_.Simulating(OrderOfAda());
  v1::Campaign later = Named(Fixed(10), "later");
  base::SetTimestamp(world_.clock().Now() + absl::Hours(24), later.mutable_start_time());
  v1::Campaign elsewhere = Named(Fixed(20), "elsewhere");
  elsewhere.mutable_condition()->add_all()->mutable_total()->set_least_minor_units(1);
  elsewhere.mutable_condition()->add_all()->add_stores("north");
  v1::Campaign others = Named(Fixed(30), "others");
  others.mutable_lines()->add_skus("b");
  *request.add_drafts() = later;
  *request.add_drafts() = elsewhere;
  *request.add_drafts() = others;
  *request.add_drafts() = Named(PerAmount(1, 5000), "dear");
  auto tried = world_.Simulate(request);
  ASSERT_TRUE(tried.ok()) << tried.status();
  ASSERT_EQ(tried->campaigns_size(), 4);
  EXPECT_EQ(tried->campaigns(0).verdict(), v1::CAMPAIGN_VERDICT_NOT_YET);
  EXPECT_EQ(tried->campaigns(1).verdict(), v1::CAMPAIGN_VERDICT_CONDITION_FAILED);
  EXPECT_EQ(tried->campaigns(1).failed_path(), "condition.all[1].stores");
  EXPECT_EQ(tried->campaigns(2).verdict(), v1::CAMPAIGN_VERDICT_NO_LINE_COUNTS);
  EXPECT_EQ(tried->campaigns(3).verdict(), v1::CAMPAIGN_VERDICT_NOTHING_EARNED);
  // The same order two days later, which is in the future.
  base::SetTimestamp(world_.clock().Now() + absl::Hours(48), request.mutable_record_time());
  tried = world_.Simulate(request);
  ASSERT_TRUE(tried.ok()) << tried.status();
  EXPECT_EQ(tried->campaigns(0).verdict(), v1::CAMPAIGN_VERDICT_APPLIED);
  EXPECT_THAT(MapOf(tried->points_earned()), ElementsAre(Pair("points", 10)));
}

// Ids never go back: one of the day after tomorrow would be that of every order that follows, and
// an order is looked for on the day that its id names.
TEST_F(SimulationTest, ATrialOfTheFutureLeavesTheIdsOfOrdersWhereTheyAre) {
  world_.Activate(Named(PerAmount(1, 100), "base"));
  v1::SimulateOrderRequest request = world_.Simulating(OrderOfAda());
  base::SetTimestamp(world_.clock().Now() + absl::Hours(48), request.mutable_record_time());
  ASSERT_TRUE(world_.Simulate(request).ok());
  request.mutable_order()->clear_member_id();  // somebody new has an id, too
  ASSERT_TRUE(world_.Simulate(request).ok());

  const auto order = world_.Record(OrderOfAda());
  ASSERT_TRUE(order.ok()) << order.status();
  v1::GetOrderRequest get;
  get.set_program_id(world_.program_id());
  get.set_order_id(order->order_id());
  const auto found = Ask(handlers::GetOrder, world_, world_.AsStaff(), get);
  ASSERT_TRUE(found.ok()) << found.status();
  EXPECT_EQ(found->order().order_id(), order->order_id());
  v1::ReturnOrderRequest back;
  back.set_program_id(world_.program_id());
  back.set_order_id(order->order_id());
  back.set_request_id(world_.NewRequestId());
  const auto returned = Ask(handlers::ReturnOrder, world_, world_.AsStaff(), back);
  ASSERT_TRUE(returned.ok()) << returned.status();
  EXPECT_EQ(returned->order_return().points().at("points").clawed_back(), 19);
}

TEST_F(SimulationTest, LimitsOfTheMemberAndOfAllAreThoseUsedUp) {
  v1::Campaign once = Named(Fixed(100), "once each");
  once.mutable_member_limit()->set_max_orders(1);
  v1::Campaign scarce = Named(Fixed(60), "100 for all");
  scarce.mutable_total_limit()->set_max_points(100);
  world_.Activate(once);
  world_.Activate(scarce);
  ASSERT_EQ(MapOf(world_.Record(OrderOfAda())->points_earned())["points"], 160);
  const auto again = world_.Simulate(world_.Simulating(OrderOfAda()));
  EXPECT_THAT(MapOf(again->points_earned()), ElementsAre(Pair("points", 40)));
  EXPECT_EQ(again->campaigns(0).verdict(), v1::CAMPAIGN_VERDICT_LIMIT_REACHED);
  // Somebody else, or nobody yet.
  v1::SimulateOrderRequest request = world_.Simulating(OrderOfAda());
  request.mutable_order()->clear_member_id();
  EXPECT_THAT(MapOf(world_.Simulate(request)->points_earned()), ElementsAre(Pair("points", 140)));
  request.mutable_order()->mutable_customer()->set_email("nobody@example.com");
  EXPECT_THAT(MapOf(world_.Simulate(request)->points_earned()), ElementsAre(Pair("points", 140)));
  request.mutable_order()->mutable_customer()->set_external_id("ada");
  EXPECT_THAT(MapOf(world_.Simulate(request)->points_earned()), ElementsAre(Pair("points", 40)));
}

TEST_F(SimulationTest, AnOrderOfThePastMeetsTheLimitsOfItsOwnTime) {
  v1::Campaign daily = Named(Fixed(100), "once a day");
  daily.mutable_member_limit()->set_max_orders(1);
  daily.mutable_member_limit()->set_period(v1::EarningLimit::PERIOD_DAY);
  world_.Activate(daily);
  ASSERT_TRUE(world_.Record(OrderOfAda()).ok());
  v1::SimulateOrderRequest request = world_.Simulating(OrderOfAda());
  EXPECT_THAT(MapOf(world_.Simulate(request)->points_earned()), IsEmpty());
  base::SetTimestamp(world_.clock().Now() - absl::Hours(48),
                     request.mutable_order()->mutable_occur_time());
  EXPECT_THAT(MapOf(world_.Simulate(request)->points_earned()), ElementsAre(Pair("points", 100)));
}

TEST_F(SimulationTest, WhatTiesAnOrderToOthersIsLeftOutOfIt) {
  world_.Activate(Named(PerAmount(1, 100), "base"));
  v1::RecordOrderRequest order = OrderOfAda();
  order.set_external_id("receipt 1");
  ASSERT_TRUE(world_.Record(order).ok());
  // The receipt is there, and the redemption is not: as an order of its own it earns the same.
  order.add_spend_entry_ids(base::EncodeId("ent", world_.ids().Next(Noon())));
  const auto tried = world_.Simulate(world_.Simulating(order));
  ASSERT_TRUE(tried.ok()) << tried.status();
  EXPECT_THAT(MapOf(tried->points_earned()), ElementsAre(Pair("points", 19)));
}

TEST_F(SimulationTest, DraftsHaveTheirLimitsAndNothingIsRecordedInThePast) {
  v1::Campaign limited = Named(Fixed(100), "at most 30");
  limited.mutable_member_limit()->set_max_points(30);
  v1::Campaign of_all = Named(Fixed(100), "at most 7 for all");
  of_all.mutable_total_limit()->set_max_points(7);
  v1::Campaign later = Named(Fixed(1000), "from tomorrow");
  base::SetTimestamp(world_.clock().Now() + absl::Hours(24), later.mutable_start_time());
  v1::SimulateOrderRequest request = world_.Simulating(OrderOfAda());
  *request.add_drafts() = limited;
  *request.add_drafts() = of_all;
  *request.add_drafts() = later;
  base::SetTimestamp(world_.clock().Now() - absl::Hours(24 * 365), request.mutable_record_time());
  const auto tried = world_.Simulate(request);
  ASSERT_TRUE(tried.ok()) << tried.status();
  EXPECT_THAT(MapOf(tried->points_earned()), ElementsAre(Pair("points", 37)));
  // So long ago, an order of today would have been one of the future.
  base::SetTimestamp(world_.clock().Now(), request.mutable_order()->mutable_occur_time());
  EXPECT_TRUE(world_.Simulate(request).ok());
}

TEST_F(SimulationTest, WrongDraftsAndOrdersAreRefusedByTheirPath) {
  const v1::Campaign base = world_.Activate(Named(PerAmount(1, 100), "base"));
  v1::SimulateOrderRequest request = world_.Simulating(OrderOfAda());
  *request.add_drafts() = Named(Fixed(1), "good");
  *request.add_drafts() = Named(Fixed(1), "ends before it starts");
  base::SetTimestamp(Noon(), request.mutable_drafts(1)->mutable_start_time());
  base::SetTimestamp(Noon(), request.mutable_drafts(1)->mutable_end_time());
  request.mutable_drafts(1)->set_wallet_type("none");
  auto refused = world_.Simulate(request).status();
  EXPECT_REASON(refused, "CAMPAIGN_INVALID");
  EXPECT_THAT(PathsOf(refused), UnorderedElementsAre("drafts[1].endTime", "drafts[1].walletType"));

  request = world_.Simulating(OrderOfAda());
  *request.add_drafts() = Named(v1::Campaign(), "no effect");
  refused = world_.Simulate(request).status();
  EXPECT_THAT(PathsOf(refused), ElementsAre("drafts[0]"));

  request = world_.Simulating(OrderOfAda());
  *request.add_drafts() = base;
  *request.add_drafts() = base;
  EXPECT_THAT(PathsOf(world_.Simulate(request).status()), ElementsAre("drafts[1].campaignId"));

  request = world_.Simulating(OrderOfAda());
  request.add_campaign_ids(base::EncodeId("cmp", world_.ids().Next(Noon())));
  EXPECT_REASON(world_.Simulate(request).status(), "CAMPAIGN_NOT_FOUND");

  request = world_.Simulating(OrderOfAda());
  request.mutable_order()->set_currency_code("USD");
  EXPECT_REASON(world_.Simulate(request).status(), "CURRENCY_MISMATCH");
  request = world_.Simulating(OrderOfAda());
  request.mutable_order()->set_member_id(base::EncodeId("mem", world_.ids().Next(Noon())));
  EXPECT_REASON(world_.Simulate(request).status(), "MEMBER_NOT_FOUND");
  request = world_.Simulating(OrderOfAda());
  request.mutable_order()->set_historical(true);
  EXPECT_REASON(world_.Simulate(request).status(), "ROLE_REQUIRED");
}

}  // namespace
}  // namespace laurel::members::testing
