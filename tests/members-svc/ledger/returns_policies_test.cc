// Returns where rules have more to say: limits, budgets and caps, expiry, the proportional mode,
// pools.
#include <gtest/gtest.h>

#include "members-svc/handlers/campaign_life_handlers.h"
#include "members-svc/handlers/household_handlers.h"
#include "tests/members-svc/ledger/returns_fixture.h"

namespace laurel::members {
namespace {

using testing::kProgram;
using testing::PolicyOf;
using testing::ReturnsWorld;
using testing::World;

TEST(ReturnsCounters, LimitsBudgetsCapsAndCardsGoBack) {
  v1::WalletType points;
  auto* cap = points.add_earning_caps();
  cap->set_amount(500);
  cap->set_period(v1::EarningLimit::PERIOD_MONTH);
  auto* of_all = points.add_earning_caps();
  of_all->set_amount(800);
  of_all->set_scope(v1::CAP_SCOPE_ALL_MEMBERS);
  ReturnsWorld world({points});
  v1::Campaign limited = ReturnsWorld::PerUnit(10);
  limited.mutable_member_limit()->set_max_points(300);
  limited.mutable_member_limit()->set_max_orders(1);
  limited.mutable_member_limit()->set_period(v1::EarningLimit::PERIOD_DAY);
  limited.mutable_total_limit()->set_max_points(400);
  world.AddCampaign(limited);
  v1::Campaign card;
  card.mutable_punch_card()->set_units(10);
  card.mutable_punch_card()->set_points(50);
  world.AddCampaign(card);
  const std::string member = world.Enrol("m");
  const v1::Order order = world.Record(member, "o", {{"A", 6000, 4000}, {"B", 6000, 0}});
  EXPECT_EQ(world.Active(member), 350);
  EXPECT_EQ(world.Record(member, "o2", {{"A", 1000, 4000}}).points_earned_size(), 0)
      << "the limit of orders is reached";
  EXPECT_NE(world.Counted(), "0/0/0");
  const std::string with_second = "0/0/1";
  world.Return(order, "r1", {{1, 2000}});
  world.Return(order, "r2", {{2, 0}});
  EXPECT_EQ(world.Return(order, "r3").order_state(), v1::ORDER_STATE_RETURNED);
  EXPECT_EQ(world.Active(member), 0);
  EXPECT_EQ(world.Counted(), with_second) << "the other order's unit is on the card still";
  // The limits have room again.
  EXPECT_EQ(world.Record(member, "o3", {{"A", 1000, 3000}}).points_earned().at("points"), 300);
  EXPECT_EQ(world.Faults(), "");
}

TEST(ReturnsExpiry, WhatHasExpiredIsNotTakenTwice) {
  v1::WalletType points = PolicyOf(v1::CLAW_BACK_POLICY_UNLIMITED);
  points.mutable_expiry()->set_form(v1::ExpiryPolicy::FORM_DAYS);
  points.mutable_expiry()->set_count(30);
  ReturnsWorld world({points});
  world.AddCampaign(ReturnsWorld::PerUnit(1));
  const std::string member = world.Enrol("m");
  const v1::Order order = world.Record(member, "o", {{"A", 2000, 10000}});
  World::Check(world.Spend(member, 40, "s").status());
  world.clock.Advance(absl::Hours(24 * 40));
  World::Check(world.Earn(member, 500, "e").status());
  const v1::OrderReturn half = world.Return(order, "r1", {{1, 1000}});
  EXPECT_EQ(half.points().at("points").clawed_back(), 40) << "60 of the 100 have expired";
  EXPECT_EQ(half.entries(0).not_moved(0).reason(), v1::NOT_MOVED_REASON_EXPIRED);
  const v1::OrderReturn rest = world.Return(order, "r2");
  EXPECT_EQ(rest.points().at("points").clawed_back(), 0);
  EXPECT_EQ(rest.points().at("points").not_moved(), 50);
  EXPECT_EQ(world.Active(member), 460);
  EXPECT_EQ(world.Faults(), "");
}

TEST(ReturnsMode, ProportionalGoesByTheAmount) {
  ReturnsWorld world({}, v1::RETURN_MODE_PROPORTIONAL);
  world.AddCampaign(ReturnsWorld::PerItem(100, "A"));
  const std::string member = world.Enrol("m");
  const v1::Order order = world.Record(member, "o", {{"A", 1000, 1000}, {"B", 1000, 3000}});
  EXPECT_EQ(world.Return(order, "r1", {{2, 0}}).points().at("points").clawed_back(), 75);
  EXPECT_EQ(world.Return(order, "r2").points().at("points").clawed_back(), 25);
  EXPECT_EQ(world.Active(member), 0);
  EXPECT_EQ(world.Faults(), "");
}

TEST(ReturnsMode, AnOrderIsReturnedAsItsFirstReturnWasWhateverTheProgrammeSaysLater) {
  ReturnsWorld world;
  world.AddCampaign(ReturnsWorld::PerItem(100, "A"));
  const std::string member = world.Enrol("m");
  const v1::Order begun = world.Record(member, "o1", {{"A", 1000, 1000}, {"B", 2000, 3000}});
  const v1::Order fresh = world.Record(member, "o2", {{"A", 1000, 1000}, {"B", 2000, 3000}});
  EXPECT_EQ(world.Return(begun, "r1", {{2, 1000}}).mode(), v1::RETURN_MODE_BY_LINE);

  v1::GetProgramRequest get;
  get.set_program_id(kProgram);
  v1::GetProgramResponse program;
  World::Check(handlers::GetProgram(world.process->deps, world.process->call, get, &program));
  v1::UpdateProgramRequest update;
  update.set_program_id(kProgram);
  update.set_request_id("proportional from now on");
  update.set_etag(program.program().etag());
  update.set_return_mode(v1::RETURN_MODE_PROPORTIONAL);
  v1::UpdateProgramResponse updated;
  World::Check(handlers::UpdateProgram(world.process->deps, world.process->call, update, &updated));

  // By line, B has earned nothing; by its part of the order's money it has.
  const v1::OrderReturn rest = world.Return(begun, "r2", {{2, 0}});
  EXPECT_EQ(rest.mode(), v1::RETURN_MODE_BY_LINE);
  EXPECT_EQ(rest.points_size(), 0);
  const v1::OrderReturn first = world.Return(fresh, "r3", {{2, 0}});
  EXPECT_EQ(first.mode(), v1::RETURN_MODE_PROPORTIONAL);
  EXPECT_EQ(first.points().at("points").clawed_back(), 75);
  EXPECT_EQ(world.Faults(), "");
}

// What an order has earned for a household is taken out of its pool, wherever its member is now.
TEST(ReturnsHousehold, APoolGivesBackWhatTheOrderEarned) {
  v1::WalletType shared;
  shared.mutable_pool()->set_on_leave(v1::LEAVE_POLICY_POINTS_STAY);
  ReturnsWorld world({shared});
  world.AddCampaign(ReturnsWorld::PerUnit(1));
  const std::string ann = world.Enrol("ann");
  const std::string bob = world.Enrol("bob");
  const Deps& deps = world.process->deps;
  const server::Call& call = world.process->call;
  v1::CreateHouseholdRequest create;
  create.set_program_id(kProgram);
  create.set_member_id(ann);
  create.set_request_id("create");
  v1::CreateHouseholdResponse created;
  World::Check(handlers::CreateHousehold(deps, call, create, &created));
  v1::AddHouseholdMemberRequest add;
  add.set_program_id(kProgram);
  add.set_member_id(bob);
  add.set_request_id("add");
  add.set_household_id(created.household().household_id());
  v1::AddHouseholdMemberResponse added;
  World::Check(handlers::AddHouseholdMember(deps, call, add, &added));
  const v1::Order order = world.Record(bob, "o", {{"A", 2000, 1000}});
  EXPECT_EQ(world.Active(ann), 10);
  world.Return(order, "r1", {{1, 1000}});
  EXPECT_EQ(world.Active(ann), 5);
  v1::LeaveHouseholdRequest leave;
  leave.set_program_id(kProgram);
  leave.set_member_id(bob);
  leave.set_request_id("leave");
  v1::LeaveHouseholdResponse left;
  World::Check(world.process->Call(handlers::LeaveHousehold, leave, &left));
  world.Return(order, "r2");
  EXPECT_EQ(world.Active(ann), 0);
  EXPECT_EQ(world.Active(bob), 0);
  EXPECT_EQ(world.Faults(), "");
}

}  // namespace
}  // namespace laurel::members
