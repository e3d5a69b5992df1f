// Who joins, returns something or comes into a tier: campaigns run for it soon after, once.
#include "laurel/members/v1/order_return.pb.h"
#include "members-svc/handlers/segment_handlers.h"
#include "members-svc/handlers/tier_handlers.h"
#include "tests/members-svc/occasions/fixture.h"
#include "tests/members-svc/tiers/sets.h"

namespace laurel::members::testing {
namespace {

class PromptOccasions : public OccasionTest {
 protected:
  PromptOccasions() { MakeProgram(); }

  static v1::Campaign Welcome(int64_t points) {
    v1::Campaign campaign = Fixed(points);
    campaign.mutable_trigger()->mutable_enrolment();
    return campaign;
  }
  absl::Status ReturnUnit(const v1::Order& order, const std::string& request_id) {
    v1::ReturnOrderRequest request;
    request.set_program_id(kProgram);
    request.set_order_id(order.order_id());
    request.set_request_id(request_id);
    auto* line = request.add_lines();
    line->set_line_number(1);
    line->set_quantity_thousandths(1000);
    v1::ReturnOrderResponse response;
    return handlers::ReturnOrder(deps(), call(), request, &response);
  }
};

TEST_F(PromptOccasions, WhoJoinsIsWelcomedOnce) {
  Activate(Welcome(50));
  const std::string member = EnrolWith();
  EXPECT_EQ(Post(), 1);
  EXPECT_EQ(PointsOf(member), 50);
  EXPECT_EQ(Post(), 0);
  EXPECT_EQ(PointsOf(member), 50);
}

TEST_F(PromptOccasions, NothingIsQueuedForWhatNoCampaignRuns) {
  v1::Campaign birthday = Fixed(5);
  birthday.mutable_trigger()->mutable_birthday();
  Activate(birthday);
  EnrolWith();
  EXPECT_EQ(Look("SELECT count(*) FROM occasions"), "0");
  EXPECT_EQ(Post(), 0);
}

TEST_F(PromptOccasions, WhoHasBeenAMemberForLongIsNotWelcomed) {
  Activate(Welcome(50));
  const std::string member = EnrolWith([&](v1::EnrolMemberRequest& request) {
    *request.mutable_join_time() = base::ToTimestamp(world_.clock.Now() - absl::Hours(24 * 400));
  });
  EXPECT_EQ(Post(), 0);
  EXPECT_EQ(PointsOf(member), 0);
  EXPECT_EQ(Look("SELECT refusal FROM occasions"), "OCCUR_TIME_OUT_OF_RANGE");
  EXPECT_EQ(Look("SELECT count(*) FROM occasions WHERE end_us IS NULL"), "0");
}

TEST_F(PromptOccasions, WhoIsBlockedGetsNothingAndTheOthersDo) {
  Activate(Welcome(50));
  const std::string blocked = EnrolWith();
  const std::string other = EnrolWith();
  world_.database.Admin("UPDATE members SET state = 2 WHERE member_id = '" +
                        base::ToString(*base::DecodeId("mem", blocked)) + "'");
  EXPECT_EQ(Post(), 1);
  EXPECT_EQ(PointsOf(blocked), 0);
  EXPECT_EQ(PointsOf(other), 50);
  EXPECT_EQ(Look("SELECT string_agg(refusal, ',' ORDER BY refusal) FROM occasions"),
            ",MEMBER_BLOCKED");
}

// Whoever was queued when the campaign ran and is looked at after its end gets nothing, then or
// later.
TEST_F(PromptOccasions, WhatACampaignNoLongerRunsForIsRecordedAndGivesNothing) {
  const std::string campaign = Activate(Welcome(50));
  const std::string member = EnrolWith();
  v1::PauseCampaignRequest pause;
  pause.set_program_id(kProgram);
  pause.set_campaign_id(campaign);
  v1::PauseCampaignResponse paused;
  World::Check(handlers::PauseCampaign(deps(), call(), pause, &paused));
  EXPECT_EQ(Post(), 1);
  v1::ActivateCampaignRequest activate;
  activate.set_program_id(kProgram);
  activate.set_campaign_id(campaign);
  v1::ActivateCampaignResponse activated;
  World::Check(handlers::ActivateCampaign(deps(), call(), activate, &activated));
  EXPECT_EQ(Post(), 0);
  EXPECT_EQ(PointsOf(member), 0);
}

// The process died after the ledger had recorded it and before its row ended.
TEST_F(PromptOccasions, KilledInTheMiddleItGoesOnAndNobodyGetsItTwice) {
  Activate(Welcome(50));
  std::vector<std::string> members;
  for (int i = 0; i < 5; ++i) members.push_back(EnrolWith());
  EXPECT_EQ(Post(), 5);
  world_.database.Admin("UPDATE occasions SET end_us = NULL");
  // Long after any request id is forgotten.
  world_.clock.Advance(absl::Hours(24 * 20));
  EXPECT_EQ(Post(), 5);
  for (const std::string& member : members) EXPECT_EQ(PointsOf(member), 50);
}

TEST_F(PromptOccasions, SeveralProcessesAtOnceGiveItOnce) {
  Activate(Welcome(50));
  std::vector<std::string> members;
  for (int i = 0; i < 60; ++i) members.push_back(EnrolWith());
  Process other(world_.database, world_.clock);
  std::thread first([&] { Post(*world_.process); });
  std::thread second([&] { Post(other); });
  first.join();
  second.join();
  EXPECT_EQ(Look("SELECT count(*) FROM occasions WHERE end_us IS NULL"), "0");
  for (const std::string& member : members) EXPECT_EQ(PointsOf(member), 50);
}

TEST_F(PromptOccasions, EachReturnOfAnOrderRunsOnce) {
  v1::Campaign sorry = Fixed(7);
  sorry.mutable_trigger()->mutable_order_returned();
  Activate(sorry);
  const std::string member = EnrolWith();
  const v1::Order order = Buy(member);
  World::Check(ReturnUnit(order, "r-1"));
  World::Check(ReturnUnit(order, "r-1"));  // sent again
  EXPECT_EQ(Post(), 1);
  EXPECT_EQ(PointsOf(member), 7);
  World::Check(ReturnUnit(order, "r-2"));
  EXPECT_EQ(Post(), 1);
  EXPECT_EQ(Post(), 0);
  EXPECT_EQ(PointsOf(member), 14);
}

TEST_F(PromptOccasions, ComingIntoATierRunsOncePerEntry) {
  v1::Campaign bonus = Fixed(100);
  bonus.mutable_trigger()->mutable_tier_entered()->set_tier_set("club");
  bonus.mutable_trigger()->mutable_tier_entered()->set_tier("silver");
  bonus.mutable_member_limit()->set_max_orders(5);
  v1::CreateTierSetRequest request;
  request.set_program_id(kProgram);
  *request.mutable_tier_set() =
      SetOf({0, 1, 3}, v1::TIER_WINDOW_LIFETIME, v1::TierDowngrade::FORM_NONE);
  request.mutable_tier_set()->set_metric(v1::TIER_METRIC_ORDERS);
  v1::CreateTierSetResponse response;
  World::Check(handlers::CreateTierSet(deps(), call(), request, &response));
  Activate(bonus);
  const std::string member = EnrolWith();
  EvaluateTiers();
  EXPECT_EQ(Post(), 0);
  Buy(member);
  EvaluateTiers();
  EvaluateTiers();
  EXPECT_EQ(Post(), 1);
  EXPECT_EQ(PointsOf(member), 100);
  // Into the next one: that is not the tier that the campaign waits for.
  for (int i = 0; i < 2; ++i) {
    world_.clock.Advance(absl::Hours(1));
    Buy(member);
  }
  EvaluateTiers();
  EXPECT_EQ(Post(), 1);
  EXPECT_EQ(PointsOf(member), 100);
}

TEST_F(PromptOccasions, ComingIntoASegmentRunsOncePerEntry) {
  v1::CreateSegmentRequest create;
  create.set_program_id(kProgram);
  create.mutable_segment()->set_display_name("friends");
  create.mutable_segment()->set_kind(v1::SEGMENT_KIND_STATIC);
  v1::CreateSegmentResponse created;
  World::Check(handlers::CreateSegment(deps(), call(), create, &created));
  const std::string segment = created.segment().segment_id();
  v1::Campaign hello = Fixed(3);
  hello.mutable_trigger()->mutable_segment_entered()->set_segment_id(segment);
  hello.mutable_member_limit()->set_max_orders(2);
  Activate(hello);
  const std::string member = EnrolWith();
  const auto add = [&] {
    v1::AddSegmentMembersRequest request;
    request.set_program_id(kProgram);
    request.set_segment_id(segment);
    request.add_member_ids(member);
    v1::AddSegmentMembersResponse response;
    World::Check(handlers::AddSegmentMembers(deps(), call(), request, &response));
  };
  add();
  add();
  EXPECT_EQ(Post(), 1);
  EXPECT_EQ(PointsOf(member), 3);
  v1::RemoveSegmentMembersRequest remove;
  remove.set_program_id(kProgram);
  remove.set_segment_id(segment);
  remove.add_member_ids(member);
  v1::RemoveSegmentMembersResponse removed;
  World::Check(handlers::RemoveSegmentMembers(deps(), call(), remove, &removed));
  EXPECT_EQ(Post(), 0);
  world_.clock.Advance(absl::Hours(1));
  add();
  EXPECT_EQ(Post(), 1);
  EXPECT_EQ(PointsOf(member), 6);
}

// Rewards and attributes that campaigns give.

TEST_F(PromptOccasions, ARewardIsGrantedOnceWithTheOrderBehindIt) {
  v1::Campaign mug;
  mug.mutable_grant_reward()->set_reward_id("rwd_01jd0000000000000000000003");
  const std::string campaign = Activate(mug);
  const std::string member = EnrolWith();
  v1::RecordOrderRequest request;
  request.set_program_id(kProgram);
  request.set_member_id(member);
  request.set_request_id("once");
  request.set_currency_code("USD");
  request.add_lines()->set_sku("tea");
  request.mutable_lines(0)->set_quantity_thousandths(1000);
  request.mutable_lines(0)->set_amount_minor_units(500);
  std::vector<events::v1::Event> told;
  for (int i = 0; i < 2; ++i) {
    v1::RecordOrderResponse response;
    World::Check(world_.process->Call(handlers::RecordOrder, request, &response));
    ASSERT_EQ(response.order().rule_results_size(), 1);
    EXPECT_EQ(response.order().rule_results(0).granted_reward_id(),
              "rwd_01jd0000000000000000000003");
  }
  for (const events::v1::Event& event : Events()) {
    if (event.has_reward_granted()) told.push_back(event);
  }
  ASSERT_EQ(told.size(), 1U);
  EXPECT_EQ(told[0].member_id(), member);
  EXPECT_EQ(told[0].reward_granted().campaign_id(), campaign);
  EXPECT_EQ(told[0].reward_granted().campaign_version(), 1);
  EXPECT_EQ(told[0].reward_granted().reward_id(), "rwd_01jd0000000000000000000003");
  EXPECT_TRUE(base::DecodeId("grt", told[0].reward_granted().grant_id()));
  // Another order is another grant.
  Buy(member);
  std::set<std::string> grants;
  for (const events::v1::Event& event : Events()) {
    if (event.has_reward_granted()) grants.insert(event.reward_granted().grant_id());
  }
  EXPECT_EQ(grants.size(), 2U);
}

TEST_F(PromptOccasions, AnAttributeThatIsSoAlreadyIsNotToldAgain) {
  for (const char* value : {"yes", "yes", "gold"}) {
    v1::Campaign mark;
    mark.mutable_set_attribute()->set_name(absl::StrCat("is_", value));
    mark.mutable_set_attribute()->set_value(value);
    Activate(mark);
  }
  const std::string member = EnrolWith();
  for (int i = 0; i < 3; ++i) Buy(member);
  const auto events = Events();
  EXPECT_EQ(std::count_if(events.begin(), events.end(),
                          [](const auto& event) { return event.has_attribute_changed(); }),
            2);
  EXPECT_EQ(Look("SELECT string_agg(value, ' ' ORDER BY value) FROM member_attributes"),
            "gold yes");
}

TEST_F(PromptOccasions, AnAttributeIsSetAndCampaignsMayAskForIt) {
  v1::Campaign mark;
  mark.mutable_trigger()->mutable_enrolment();
  mark.mutable_set_attribute()->set_name("is_new");
  mark.mutable_set_attribute()->set_value("yes");
  Activate(mark);
  v1::Campaign first = Fixed(9);
  first.mutable_condition()->mutable_attribute()->set_name("is_new");
  Activate(first);
  const std::string member = EnrolWith();
  Buy(member);
  EXPECT_EQ(PointsOf(member), 0);
  EXPECT_EQ(Post(), 1);
  v1::GetMemberRequest request;
  request.set_program_id(kProgram);
  request.set_member_id(member);
  v1::GetMemberResponse response;
  World::Check(handlers::GetMember(deps(), call(), request, &response));
  EXPECT_EQ(response.member().attributes().at("is_new"), "yes");
  int told = 0;
  for (const events::v1::Event& event : Events()) {
    if (!event.has_attribute_changed()) continue;
    ++told;
    EXPECT_EQ(event.attribute_changed().name(), "is_new");
    EXPECT_EQ(event.attribute_changed().value(), "yes");
    EXPECT_FALSE(event.attribute_changed().campaign_id().empty());
  }
  EXPECT_EQ(told, 1);
  Buy(member);
  EXPECT_EQ(PointsOf(member), 9);
}

}  // namespace
}  // namespace laurel::members::testing
