// Returns and cancellations of orders: the worked examples R1 to R4 through the handlers, what they
// refuse, and what else may have happened to the points before.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>

#include "tests/members-svc/ledger/returns_fixture.h"

namespace laurel::members {
namespace {

using status::ReasonOf;
using testing::kProgram;
using testing::PolicyOf;
using testing::ReturnsWorld;
using testing::World;

TEST(Returns, R1_only_the_entries_of_the_line) {
  ReturnsWorld world;
  world.AddCampaign(ReturnsWorld::PerUnit(1));
  world.AddCampaign(ReturnsWorld::PerItem(10, "A"));
  world.AddCampaign(ReturnsWorld::PerItem(20, "B"));
  const std::string member = world.Enrol("m");
  const v1::Order order =
      world.Record(member, "o", {{"A", 1000, 1000}, {"B", 1000, 1000}, {"C", 1000, 2000}});
  EXPECT_EQ(world.Active(member), 70);
  const v1::OrderReturn returned = world.Return(order, "r", {{3, 0}});
  EXPECT_EQ(returned.points().at("points").clawed_back(), 20);
  EXPECT_EQ(world.Active(member), 50);
  EXPECT_EQ(returned.amount().minor_units(), 2000);
  EXPECT_EQ(returned.order_state(), v1::ORDER_STATE_PARTLY_RETURNED);
  EXPECT_EQ(world.Faults(), "");
}

TEST(Returns, R2_half_then_the_rest_then_once_more) {
  ReturnsWorld world;
  world.AddCampaign(ReturnsWorld::PerUnit(5));
  const std::string member = world.Enrol("m");
  const v1::Order order = world.Record(member, "o", {{"A", 2000, 20000}});
  EXPECT_EQ(world.Active(member), 1000);
  EXPECT_EQ(world.Return(order, "r1", {{1, 1000}}).points().at("points").clawed_back(), 500);
  EXPECT_EQ(world.Active(member), 500);
  EXPECT_EQ(world.Return(order, "r2").points().at("points").clawed_back(), 500);
  EXPECT_EQ(world.Active(member), 0);
  const size_t entries = world.Entries(member).size();
  EXPECT_EQ(world.ReasonOfReturn(ReturnsWorld::ReturnOf(order, "r3")), "ORDER_RETURNED");
  EXPECT_EQ(ReasonOf(world.Cancel(order, "c").status()), "ORDER_RETURNED");
  EXPECT_EQ(world.Entries(member).size(), entries);
  EXPECT_EQ(world.Faults(), "");
}

// Balance 200; an order of two equal lines earns 70 and spends 150.
struct R3 {
  R3() {
    world.AddCampaign(ReturnsWorld::PerUnit(1));
    member = world.Enrol("m");
    World::Check(world.Earn(member, 200, "e").status());
    const std::string spend = world.Spend(member, 150, "s")->entry_id();
    order = world.Record(member, "o", {{"A", 2000, 3500}, {"B", 2000, 3500}}, {spend});
    EXPECT_EQ(world.Active(member), 120);
  }
  ReturnsWorld world;
  std::string member;
  v1::Order order;
};

TEST(Returns, R3_returned_whole) {
  R3 r3;
  const v1::OrderReturn returned = r3.world.Return(r3.order, "r");
  EXPECT_EQ(returned.points().at("points").refunded(), 150);
  EXPECT_EQ(returned.points().at("points").clawed_back(), 70);
  EXPECT_EQ(r3.world.Active(r3.member), 200);
  EXPECT_EQ(r3.world.Faults(), "");
}

TEST(Returns, R3_half_of_each_line) {
  R3 r3;
  const v1::OrderReturn half = r3.world.Return(r3.order, "r", {{1, 1000}, {2, 1000}});
  EXPECT_EQ(half.points().at("points").refunded(), 75);
  EXPECT_EQ(half.points().at("points").clawed_back(), 35);
  EXPECT_EQ(r3.world.Active(r3.member), 160);
  ASSERT_EQ(half.entries_size(), 2);
  EXPECT_TRUE(half.entries(0).refund()) << "what was spent comes back first";
  EXPECT_EQ(half.entries(0).entry_id(), r3.order.spend_entry_ids(0));
  EXPECT_EQ(half.entries(1).entry_id(), r3.order.entry_ids(0));
  r3.world.Return(r3.order, "r2");
  EXPECT_EQ(r3.world.Active(r3.member), 200);
  EXPECT_EQ(r3.world.Faults(), "");
}

// Earned 100, 30 of it still pending; 60 of the 70 active spent on something else; all returned.
void R4(v1::ClawBackPolicy policy, int64_t active, int64_t not_moved) {
  ReturnsWorld world({PolicyOf(policy)});
  v1::Campaign now = ReturnsWorld::PerItem(70, "A");
  v1::Campaign later = ReturnsWorld::PerItem(30, "A");
  later.mutable_lots()->mutable_pending()->set_days(14);
  world.AddCampaign(now);
  world.AddCampaign(later);
  const std::string member = world.Enrol("m");
  const v1::Order order = world.Record(member, "o", {{"A", 1000, 1000}});
  EXPECT_EQ(world.BalanceOf(member).pending(), 30);
  World::Check(world.Spend(member, 60, "s").status());
  const v1::OrderReturn returned = world.Return(order, "r");
  EXPECT_EQ(world.Active(member), active);
  EXPECT_EQ(world.BalanceOf(member).pending(), 0);
  EXPECT_EQ(returned.points().at("points").not_moved(), not_moved);
  for (const auto& item : returned.entries()) {
    for (const auto& part : item.not_moved()) EXPECT_EQ(part.reason(), v1::NOT_MOVED_REASON_POLICY);
  }
  EXPECT_EQ(world.Faults(), "");
}
TEST(Returns, R4_only_pending) { R4(v1::CLAW_BACK_POLICY_ONLY_PENDING, 10, 70); }
TEST(Returns, R4_within_balance) { R4(v1::CLAW_BACK_POLICY_WITHIN_BALANCE, 0, 60); }
TEST(Returns, R4_unlimited) { R4(v1::CLAW_BACK_POLICY_UNLIMITED, -60, 0); }
// A debit that the wallet would refuse takes what is there: goods come back whatever the wallet
// holds.
TEST(Returns, R4_where_the_policy_refuses) { R4(v1::CLAW_BACK_POLICY_UNSPECIFIED, 0, 60); }

class ReturnsTest : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    world_ = new ReturnsWorld;
    world_->AddCampaign(ReturnsWorld::PerUnit(1));
  }
  static void TearDownTestSuite() { delete world_; }
  void TearDown() override { EXPECT_EQ(world_->Faults(), ""); }

  std::string NewMember() { return world_->Enrol("r" + std::to_string(++members_)); }
  v1::Order Sold(const std::string& member) {
    return world_->Record(member, "o" + std::to_string(++orders_), {{"A", 2000, 1000}});
  }

  static ReturnsWorld* world_;
  static int members_;
  static int orders_;
};
ReturnsWorld* ReturnsTest::world_ = nullptr;
int ReturnsTest::members_ = 0;
int ReturnsTest::orders_ = 0;

TEST_F(ReturnsTest, BadReturnsAreRefusedAndMoveNothing) {
  const std::string member = NewMember();
  const v1::Order order = Sold(member);
  const auto reason = [&](v1::ReturnOrderRequest request) {
    return world_->ReasonOfReturn(request);
  };
  const auto of = [&](const std::map<int32_t, int64_t>& lines) {
    return ReturnsWorld::ReturnOf(order, "bad", lines);
  };
  EXPECT_EQ(reason(of({{1, 2001}})), "RETURN_EXCEEDS_ORDER");
  EXPECT_EQ(reason(of({{2, 1000}})), "RETURN_LINE_INVALID");
  auto twice = of({{1, 1000}});
  *twice.add_lines() = twice.lines(0);
  EXPECT_EQ(reason(twice), "RETURN_LINE_INVALID");
  auto early = of({});
  base::SetTimestamp(base::FromTimestamp(order.occur_time()) - absl::Seconds(1),
                     early.mutable_occur_time());
  EXPECT_EQ(reason(early), "RETURN_BEFORE_ORDER");
  auto late = of({});
  base::SetTimestamp(world_->clock.Now() + absl::Minutes(2), late.mutable_occur_time());
  EXPECT_EQ(reason(late), "OCCUR_TIME_OUT_OF_RANGE");
  auto unknown = of({});
  unknown.set_order_id("ord_01jd0000000000000000000000");
  EXPECT_EQ(reason(unknown), "ORDER_NOT_FOUND");
  auto foreign = of({});
  foreign.set_program_id("prg_01jd000000000000000000000a");
  EXPECT_EQ(reason(foreign), "ORDER_NOT_FOUND");
  EXPECT_EQ(world_->Active(member), 10);
  EXPECT_EQ(world_->Get(order).state(), v1::ORDER_STATE_RECORDED);
  EXPECT_EQ(world_->Get(order).return_ids_size(), 0);
}

TEST_F(ReturnsTest, TheSameRequestIsAnsweredAgainAndOtherContentRefused) {
  const std::string member = NewMember();
  const v1::Order order = Sold(member);
  const auto request = ReturnsWorld::ReturnOf(order, "again", {{1, 1000}});
  const v1::OrderReturn first = *world_->TryReturn(request);
  world_->clock.Advance(absl::Hours(24 * 60));
  const v1::OrderReturn second = *world_->TryReturn(request);
  EXPECT_EQ(first.return_id(), second.return_id());
  EXPECT_EQ(first.ShortDebugString(), second.ShortDebugString());
  EXPECT_EQ(world_->Active(member), 5);
  EXPECT_EQ(world_->ReasonOfReturn(ReturnsWorld::ReturnOf(order, "again", {{1, 500}})),
            "REQUEST_ID_REUSED");
  EXPECT_EQ(world_->ReasonOfReturn(ReturnsWorld::ReturnOf(Sold(member), "again", {{1, 1000}})),
            "REQUEST_ID_REUSED");
}

TEST_F(ReturnsTest, AnOrderShowsWhereItStands) {
  const std::string member = NewMember();
  const v1::Order order = Sold(member);
  EXPECT_EQ(order.state(), v1::ORDER_STATE_RECORDED);
  EXPECT_EQ(order.entry_ids_size(), 1);
  const std::string first = world_->Return(order, member + "1", {{1, 500}}).return_id();
  EXPECT_EQ(world_->Get(order).state(), v1::ORDER_STATE_PARTLY_RETURNED);
  EXPECT_EQ(world_->Get(order).returned_lines(0).quantity_thousandths(), 500);
  const std::string second = world_->Return(order, member + "2").return_id();
  const v1::Order all = world_->Get(order);
  EXPECT_EQ(all.state(), v1::ORDER_STATE_RETURNED);
  EXPECT_EQ(all.returned_lines(0).quantity_thousandths(), 2000);
  EXPECT_EQ(all.returned_lines(0).amount_minor_units(), 1000);
  EXPECT_THAT(all.return_ids(), ::testing::ElementsAre(first, second));
  v1::ListOrdersRequest list;
  list.set_program_id(kProgram);
  list.set_member_id(member);
  v1::ListOrdersResponse listed;
  ASSERT_TRUE(
      handlers::ListOrders(world_->process->deps, world_->process->call, list, &listed).ok());
  EXPECT_EQ(listed.orders(0).ShortDebugString(), all.ShortDebugString());
}

TEST_F(ReturnsTest, CancellingReturnsWhatIsLeft) {
  const std::string member = NewMember();
  const v1::Order order = Sold(member);
  world_->Return(order, member, {{1, 500}});
  const auto cancelled = world_->Cancel(order, member + "c");
  ASSERT_TRUE(cancelled.ok()) << cancelled.status();
  EXPECT_EQ(cancelled->lines(0).quantity_thousandths(), 1500);
  EXPECT_EQ(cancelled->order_state(), v1::ORDER_STATE_CANCELLED);
  EXPECT_EQ(cancelled->number(), 2);
  EXPECT_EQ(world_->Active(member), 0);
  EXPECT_EQ(world_->Get(order).state(), v1::ORDER_STATE_CANCELLED);
}

TEST_F(ReturnsTest, WhatEarnedNothingIsReturnedAllTheSame) {
  const std::string member = NewMember();
  const v1::Order order = world_->Record(member, member, {{"A", 3000, 50}});
  EXPECT_EQ(order.entry_ids_size(), 0);
  EXPECT_EQ(world_->Return(order, member, {{1, 1000}}).entries_size(), 0);
  EXPECT_EQ(world_->ReasonOfReturn(ReturnsWorld::ReturnOf(order, "more", {{1, 2001}})),
            "RETURN_EXCEEDS_ORDER");
  EXPECT_EQ(world_->Return(order, member + "2").order_state(), v1::ORDER_STATE_RETURNED);
}

TEST_F(ReturnsTest, AnOrderOfEarlierReleasesIsReturnedFromItsEntries) {
  const std::string member = NewMember();
  const v1::Order order = Sold(member);
  v1::Order old = order;
  old.clear_entry_ids();
  old.clear_state();
  Command command;
  command.program_id = *base::DecodeId("prg", kProgram);
  command.member_id = *base::DecodeId("mem", member);
  command.request_key = base::HashedUuid(member);
  command.content_hash = std::string(16, 'h');
  command.what = ReturnOrder{.order_id = *base::DecodeId("ord", order.order_id()),
                             .order = std::make_shared<const v1::Order>(old)};
  const auto outcome = world_->process->ledger.Run(std::move(command));
  ASSERT_TRUE(outcome.ok()) << outcome.status();
  EXPECT_EQ(world_->Active(member), 0);
}

TEST_F(ReturnsTest, OfWhatWasTakenBackByHandOnlyTheRestIsTaken) {
  const std::string member = NewMember();
  World::Check(world_->Earn(member, 100, "other").status());
  const v1::Order order = Sold(member);
  v1::ClawBackPointsRequest claw;
  claw.set_program_id(kProgram);
  claw.set_member_id(member);
  claw.set_request_id("by hand");
  claw.set_accrual_entry_id(order.entry_ids(0));
  claw.set_amount(7);
  v1::ClawBackPointsResponse clawed;
  World::Check(world_->process->Call(handlers::ClawBackPoints, claw, &clawed));
  const v1::OrderReturn returned = world_->Return(order, member);
  EXPECT_EQ(returned.points().at("points").clawed_back(), 3);
  EXPECT_EQ(returned.entries(0).not_moved(0).reason(), v1::NOT_MOVED_REASON_CORRECTED);
  EXPECT_EQ(returned.entries(0).not_moved(0).points(), 7);
  EXPECT_EQ(world_->Active(member), 100);
  // And nothing of it is left to be taken by hand.
  claw.set_request_id("by hand again");
  EXPECT_EQ(ReasonOf(world_->process->Call(handlers::ClawBackPoints, claw, &clawed)),
            "CLAW_BACK_EXCEEDS_ACCRUAL");
}

// Of 30 points 12 are spent and 18 expire; people take back the 12. Three returns of 10 name the
// expired ones once among them: what is named neither is what people took.
TEST(ReturnsExpiry, WhatHasExpiredIsNamedOnceBesideWhatWasTakenByHand) {
  v1::WalletType points = PolicyOf(v1::CLAW_BACK_POLICY_UNLIMITED);
  points.mutable_expiry()->set_form(v1::ExpiryPolicy::FORM_DAYS);
  points.mutable_expiry()->set_count(30);
  ReturnsWorld world({points});
  world.AddCampaign(ReturnsWorld::PerUnit(1));
  const std::string member = world.Enrol("m");
  const v1::Order order =
      world.Record(member, "o", {{"A", 1000, 1000}, {"B", 1000, 1000}, {"C", 1000, 1000}});
  World::Check(world.Spend(member, 12, "s").status());
  world.clock.Advance(absl::Hours(24 * 40));
  v1::ClawBackPointsRequest claw;
  claw.set_program_id(kProgram);
  claw.set_member_id(member);
  claw.set_request_id("by hand");
  claw.set_accrual_entry_id(order.entry_ids(0));
  v1::ClawBackPointsResponse clawed;
  World::Check(world.process->Call(handlers::ClawBackPoints, claw, &clawed));
  EXPECT_EQ(world.Active(member), -12);
  std::map<v1::NotMovedReason, int64_t> named;
  for (int line = 1; line <= 3; ++line) {
    const v1::OrderReturn returned = world.Return(order, "r" + std::to_string(line), {{line, 0}});
    for (const v1::NotMoved& part : returned.entries(0).not_moved()) {
      named[part.reason()] += part.points();
    }
  }
  EXPECT_EQ(named[v1::NOT_MOVED_REASON_EXPIRED], 18);
  EXPECT_EQ(named[v1::NOT_MOVED_REASON_CORRECTED], 12);
  EXPECT_EQ(world.Active(member), -12);
  EXPECT_EQ(world.Faults(), "");
}

TEST_F(ReturnsTest, TheRestOfARedemptionCanBeRefundedByHandAndIsNotReversed) {
  const std::string member = NewMember();
  World::Check(world_->Earn(member, 100, "e").status());
  const std::string spend = world_->Spend(member, 60, "s")->entry_id();
  const v1::Order order = world_->Record(member, member, {{"A", 2000, 50}}, {spend});
  world_->Return(order, member, {{1, 1000}});
  EXPECT_EQ(world_->Active(member), 70);
  v1::ReverseEntryRequest reverse;
  reverse.set_program_id(kProgram);
  reverse.set_member_id(member);
  reverse.set_request_id("reverse");
  reverse.set_entry_id(spend);
  reverse.set_reason("a mistake");
  v1::ReverseEntryResponse reversed;
  EXPECT_EQ(ReasonOf(world_->process->Call(handlers::ReverseEntry, reverse, &reversed)),
            "ENTRY_CORRECTED");
  v1::RefundPointsRequest refund;
  refund.set_program_id(kProgram);
  refund.set_member_id(member);
  refund.set_request_id("refund");
  refund.set_spend_entry_id(spend);
  v1::RefundPointsResponse refunded;
  World::Check(world_->process->Call(handlers::RefundPoints, refund, &refunded));
  EXPECT_EQ(refunded.entry().active_delta(), 30);
  EXPECT_EQ(world_->Active(member), 100);
  const v1::OrderReturn rest = world_->Return(order, member + "2");
  EXPECT_EQ(rest.points().at("points").refunded(), 0);
  EXPECT_EQ(rest.points().at("points").not_moved(), 30);
  EXPECT_EQ(world_->Active(member), 100);
  refund.set_request_id("refund once more");
  EXPECT_EQ(ReasonOf(world_->process->Call(handlers::RefundPoints, refund, &refunded)),
            "ALREADY_REFUNDED");
}

TEST_F(ReturnsTest, ARedemptionPaysForOneOrderOfItsMember) {
  const std::string member = NewMember();
  const std::string other = NewMember();
  const v1::Entry earned = *world_->Earn(member, 100, "e");
  const std::string spend = world_->Spend(member, 60, "s")->entry_id();
  const auto reason = [&](const std::string& whose, const std::vector<std::string>& spends) {
    return ReasonOf(
        world_->TryRecord(ReturnsWorld::OrderOf(whose, "tie", {{"A", 1000, 50}}, spends)).status());
  };
  EXPECT_EQ(reason(other, {spend}), "SPEND_NOT_FOUND");
  EXPECT_EQ(reason(member, {earned.entry_id()}), "SPEND_NOT_FOUND");
  EXPECT_EQ(reason(member, {spend, spend}), "SPEND_OF_ANOTHER_ORDER");
  world_->Record(member, member, {{"A", 1000, 50}}, {spend});
  EXPECT_EQ(reason(member, {spend}), "SPEND_OF_ANOTHER_ORDER");
}

TEST_F(ReturnsTest, ACapturedReservationPaysForAnOrderToo) {
  const std::string member = NewMember();
  World::Check(world_->Earn(member, 100, "e").status());
  v1::ReservePointsRequest reserve;
  reserve.set_program_id(kProgram);
  reserve.set_member_id(member);
  reserve.set_request_id("hold");
  reserve.set_amount(80);
  v1::ReservePointsResponse held;
  World::Check(world_->process->Call(handlers::ReservePoints, reserve, &held));
  v1::CaptureReservationRequest capture;
  capture.set_program_id(kProgram);
  capture.set_member_id(member);
  capture.set_request_id("capture");
  capture.set_reservation_id(held.reservation().reservation_id());
  capture.set_amount(50);
  v1::CaptureReservationResponse captured;
  World::Check(world_->process->Call(handlers::CaptureReservation, capture, &captured));
  std::string entry_id;
  for (const v1::Entry& entry : world_->Entries(member)) {
    if (entry.kind() == v1::ENTRY_KIND_CAPTURE) entry_id = entry.entry_id();
  }
  const v1::Order order = world_->Record(member, member, {{"A", 2000, 50}}, {entry_id});
  world_->Return(order, member, {{1, 500}});
  EXPECT_EQ(world_->Active(member), 62);
  world_->Return(order, member + "2");
  EXPECT_EQ(world_->Active(member), 100);
}

TEST_F(ReturnsTest, TheEventSaysWhatCameBack) {
  const std::string member = NewMember();
  const v1::Order order = Sold(member);
  const v1::OrderReturn returned = world_->Return(order, member, {{1, 1500}});
  const std::string told =
      world_->database.Admin("SELECT count(*) FROM outbox WHERE position('" + returned.return_id() +
                             "'::bytea IN events) > 0")[0];
  EXPECT_EQ(told, "1");
}

}  // namespace
}  // namespace laurel::members
