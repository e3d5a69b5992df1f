// Households over the real database: one pool, limits per member, whose the points are that are
// left behind, and that a request is one effect wherever its member has gone meanwhile.
#include "members-svc/domain/household.h"

#include "members-svc/handlers/ledger_handlers.h"
#include "members-svc/jobs/settle_due.h"
#include "tests/members-svc/ledger/household_fixture.h"

namespace laurel::members {
namespace {

using status::ReasonOf;
using testing::HouseholdTest;
using testing::kProgram;
using testing::Process;
using testing::World;

TEST_F(HouseholdTest, MembersHaveOnePoolAndItsEntriesNameWhoActed) {
  const std::string ann = NewMember();
  const std::string bob = NewMember();
  const std::string stranger = NewMember();
  const std::string household = Household(ann);
  ASSERT_TRUE(Add(household, bob).ok());
  ASSERT_TRUE(Earn(ann, 100).ok());
  ASSERT_TRUE(Earn(bob, 50).ok());
  ASSERT_TRUE(Earn(bob, 7, "own").ok());
  const auto spent = Spend(bob, 120);
  ASSERT_TRUE(spent.ok()) << spent.status();
  EXPECT_EQ(spent->member_id(), bob);
  EXPECT_EQ(spent->household_id(), household);
  EXPECT_EQ(Active(ann), 30);
  EXPECT_EQ(Balances(ann).balances(0).household_id(), household);
  EXPECT_EQ(Active(bob, "own"), 7);
  EXPECT_EQ(Active(ann, "own"), 0);
  EXPECT_EQ(Active(stranger), 0);
  const auto entries = Entries(ann);
  ASSERT_EQ(entries.size(), 3U);
  EXPECT_EQ(entries[0].member_id(), bob);
  EXPECT_EQ(entries[2].member_id(), ann);
  EXPECT_TRUE(Entries(stranger).empty());
  v1::GetEntryRequest get;
  get.set_entry_id(entries[0].entry_id());
  EXPECT_EQ(Ask<v1::GetEntryResponse>(handlers::GetEntry, get, ann)->entry().seq(), 3);
  EXPECT_EQ(ReasonOf(Ask<v1::GetEntryResponse>(handlers::GetEntry, get, stranger).status()),
            "ENTRY_NOT_FOUND");
  const auto schedule =
      *Ask<v1::GetScheduleResponse>(handlers::GetSchedule, v1::GetScheduleRequest(), ann);
  EXPECT_EQ(schedule.balance().household_id(), household);
  EXPECT_EQ(schedule.rows(0).expiring(), 30);
  const auto mine =
      *Ask<v1::GetHouseholdResponse>(handlers::GetHousehold, v1::GetHouseholdRequest(), bob);
  EXPECT_EQ(mine.household().members_size(), 2);
  EXPECT_EQ(ReasonOf(Ask<v1::GetHouseholdResponse>(handlers::GetHousehold,
                                                   v1::GetHouseholdRequest(), stranger)
                         .status()),
            "HOUSEHOLD_NOT_FOUND");
}

TEST_F(HouseholdTest, AHouseholdIsNoMember) {
  const std::string ann = NewMember();
  std::string owner = Household(ann);
  owner.replace(0, 3, "mem");
  EXPECT_EQ(ReasonOf(Earn(owner, 1).status()), "MEMBER_NOT_FOUND");
  EXPECT_EQ(ReasonOf(Ask<v1::ListBalancesResponse>(handlers::ListBalances,
                                                   v1::ListBalancesRequest(), owner)
                         .status()),
            "MEMBER_NOT_FOUND");
}

TEST_F(HouseholdTest, ALimitCountsWhatAMemberSpendsHoldsAndGives) {
  const std::string ann = NewMember();
  const std::string bob = NewMember();
  const std::string carl = NewMember();
  ASSERT_TRUE(Add(Household(ann), bob).ok());
  ASSERT_TRUE(Earn(ann, 1000).ok());
  ASSERT_TRUE(Limit(bob, "points", 100).ok());
  ASSERT_TRUE(Spend(bob, 30).ok());
  ASSERT_TRUE(Hold(bob, 30).ok());
  v1::TransferPointsRequest give;
  give.set_to_member_id(carl);
  give.set_amount(30);
  ASSERT_TRUE(Ask<v1::TransferPointsResponse>(handlers::TransferPoints, give, bob).ok());
  EXPECT_EQ(Active(carl), 30);
  const absl::Status refused = Spend(bob, 11).status();
  EXPECT_EQ(ReasonOf(refused), "HOUSEHOLD_LIMIT_REACHED");
  EXPECT_EQ(refused.code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_TRUE(Spend(bob, 10).ok());
  EXPECT_EQ(ReasonOf(Hold(bob, 1).status()), "HOUSEHOLD_LIMIT_REACHED");
  EXPECT_TRUE(Spend(ann, 500).ok()) << "another member has no limit";
  world_->clock.Advance(absl::Hours(24));
  EXPECT_TRUE(Spend(bob, 100).ok()) << "a new day";
  give.set_to_member_id(ann);
  EXPECT_EQ(ReasonOf(Ask<v1::TransferPointsResponse>(handlers::TransferPoints, give, bob).status()),
            "SAME_MEMBER");
}

TEST_F(HouseholdTest, WhoLeavesTakesWhatIsLeftOfItsOwn) {
  const std::string ann = NewMember();
  const std::string bob = NewMember();
  ASSERT_TRUE(Earn(bob, 5).ok());  // before the household: its own
  ASSERT_TRUE(Add(Household(ann), bob).ok());
  ASSERT_TRUE(Earn(ann, 100).ok());
  ASSERT_TRUE(Earn(bob, 80).ok());
  ASSERT_TRUE(Spend(bob, 30).ok());
  ASSERT_TRUE(Spend(ann, 120).ok());  // more than its own
  ASSERT_TRUE(Earn(ann, 10, "shared").ok());
  ASSERT_TRUE(Earn(bob, 10, "shared").ok());
  const std::string id = NewId();
  const auto left = Leave(bob, id);
  ASSERT_TRUE(left.ok()) << left.status();
  EXPECT_TRUE(left->membership().has_leave_time());
  EXPECT_EQ(Leave(bob, id)->SerializeAsString(), left->SerializeAsString()) << "repeated";
  EXPECT_EQ(ReasonOf(Leave(bob).status()), "NOT_IN_HOUSEHOLD");
  EXPECT_EQ(Active(bob), 35) << "its own five, and the thirty that are still there of its fifty";
  EXPECT_EQ(Active(ann), 0);
  EXPECT_EQ(Active(bob, "shared"), 0);
  EXPECT_EQ(Active(ann, "shared"), 20) << "these stay";
  ASSERT_TRUE(Leave(ann).ok());
  EXPECT_EQ(Active(ann, "shared"), 20) << "the last takes all";
  EXPECT_TRUE(Spend(ann, 20, "shared").ok());
}

TEST_F(HouseholdTest, ARequestIsOneEffectThoughItsMemberHasJoinedOrLeft) {
  const std::string ann = NewMember();
  const std::string bob = NewMember();
  const std::string household = Household(ann);
  const auto before = Earn(bob, 10, "", "same-1");
  ASSERT_TRUE(Add(household, bob).ok());
  EXPECT_EQ(Earn(bob, 10, "", "same-1")->entry_id(), before->entry_id());
  const auto within = Earn(bob, 20, "", "same-2");
  ASSERT_TRUE(Leave(bob).ok());
  EXPECT_EQ(Earn(bob, 20, "", "same-2")->entry_id(), within->entry_id());
  EXPECT_EQ(ReasonOf(Earn(bob, 21, "", "same-2").status()), "REQUEST_ID_REUSED");
  EXPECT_EQ(Active(bob), 30);
}

TEST_F(HouseholdTest, WhatWasDoneInAWalletIsCorrectedThereThoughItsMemberHasJoinedOrLeft) {
  const std::string ann = NewMember();
  const std::string bob = NewMember();
  const std::string household = Household(ann);
  const auto refund = [](const v1::Entry& spend, const std::string& member) {
    v1::RefundPointsRequest request;
    request.set_spend_entry_id(spend.entry_id());
    return Ask<v1::RefundPointsResponse>(handlers::RefundPoints, request, member);
  };
  const auto capture = [](const v1::Reservation& held, const std::string& member) {
    v1::CaptureReservationRequest request;
    request.set_reservation_id(held.reservation_id());
    return Ask<v1::CaptureReservationResponse>(handlers::CaptureReservation, request, member);
  };
  const auto own_earned = Earn(bob, 100);
  const auto own_spent = Spend(bob, 40);
  const auto own_held = Hold(bob, 10);
  ASSERT_TRUE(Add(household, bob).ok());
  ASSERT_TRUE(Earn(bob, 1000).ok());
  const auto spent = Spend(bob, 300);
  const auto held = Hold(bob, 50);
  const auto earned = Earn(bob, 20);

  EXPECT_TRUE(refund(*own_spent, bob).ok());
  EXPECT_TRUE(capture(*own_held, bob).ok());
  v1::ClawBackPointsRequest claw;
  claw.set_accrual_entry_id(own_earned->entry_id());
  claw.set_amount(50);
  EXPECT_TRUE(Ask<v1::ClawBackPointsResponse>(handlers::ClawBackPoints, claw, bob).ok());
  EXPECT_EQ(Active(bob), 670) << "none of that was the pool's";

  ASSERT_TRUE(Leave(bob).ok());
  EXPECT_EQ(Active(bob), 710) << "what it brought, and its own";
  EXPECT_TRUE(refund(*spent, bob).ok());
  EXPECT_TRUE(capture(*held, bob).ok());
  EXPECT_EQ(Active(ann), 300) << "the pool paid, so the pool is given back";
  claw.set_accrual_entry_id(earned->entry_id());
  claw.set_amount(0);
  EXPECT_TRUE(Ask<v1::ClawBackPointsResponse>(handlers::ClawBackPoints, claw, bob).ok());
  EXPECT_EQ(Active(ann), 280);
  EXPECT_EQ(Active(bob), 710);
  EXPECT_EQ(ReasonOf(refund(*spent, ann).status()), "ALREADY_REFUNDED")
      << "a request of another member of the pool";
}

TEST_F(HouseholdTest, ContributePointsMovesOwnPointsIntoThePool) {
  const std::string ann = NewMember();
  ASSERT_TRUE(Earn(ann, 40).ok());
  v1::ContributePointsRequest request;
  request.set_amount(25);
  const auto ask = [&] {
    return Ask<v1::ContributePointsResponse>(handlers::ContributePoints, request, ann);
  };
  EXPECT_EQ(ReasonOf(ask().status()), "NOT_IN_HOUSEHOLD");
  Household(ann);
  request.set_request_id(NewId());
  const auto moved = ask();
  ASSERT_TRUE(moved.ok()) << moved.status();
  EXPECT_EQ(moved->entry().active_delta(), -25);
  EXPECT_EQ(ask()->entry().entry_id(), moved->entry().entry_id());
  EXPECT_EQ(Balances(ann).balances(0).active(), 25);
  EXPECT_EQ(Balances(ann).balances(1).active(), 15) << "its own, beside the pool";
  request.set_request_id(NewId());
  EXPECT_EQ(ReasonOf(ask().status()), "INSUFFICIENT_POINTS");
  request.set_wallet_type("own");
  EXPECT_EQ(ReasonOf(ask().status()), "WALLET_TYPE_NOT_POOLED");
}

TEST_F(HouseholdTest, AnOrderEarnsIntoThePoolAndAReservationOfItIsCaptured) {
  v1::CreateCampaignRequest make;
  make.set_program_id(kProgram);
  make.set_request_id(NewId());
  make.set_activate(true);
  make.mutable_campaign()->set_display_name("fixed");
  make.mutable_campaign()->mutable_fixed_points()->set_points(70);
  v1::CreateCampaignResponse made;
  World::Check(handlers::CreateCampaign(world_->process->deps, world_->process->call, make, &made));
  const std::string ann = NewMember();
  const std::string bob = NewMember();
  ASSERT_TRUE(Add(Household(ann), bob).ok());
  v1::RecordOrderRequest order;
  order.set_currency_code("USD");
  auto* line = order.add_lines();
  line->set_sku("1");
  line->set_quantity_thousandths(1000);
  line->set_amount_minor_units(100);
  ASSERT_TRUE(Ask<v1::RecordOrderResponse>(handlers::RecordOrder, order, bob).ok());
  EXPECT_EQ(Active(ann), 70);
  v1::ExplainEntryRequest explain;
  explain.set_entry_id(Entries(ann)[0].entry_id());
  EXPECT_EQ(Ask<v1::ExplainEntryResponse>(handlers::ExplainEntry, explain, bob)
                ->campaigns()
                .recomputed_points(),
            70);
  EXPECT_FALSE(Ask<v1::ExplainEntryResponse>(handlers::ExplainEntry, explain, ann)->has_campaigns())
      << "the order is the other member's";
  const auto held = Hold(ann, 50);
  ASSERT_TRUE(held.ok()) << held.status();
  EXPECT_EQ(held->member_id(), ann);
  v1::CaptureReservationRequest capture;
  capture.set_reservation_id(held->reservation_id());
  capture.set_amount(20);
  EXPECT_EQ(ReasonOf(Ask<v1::CaptureReservationResponse>(handlers::CaptureReservation, capture,
                                                         NewMember())
                         .status()),
            "RESERVATION_NOT_FOUND");
  ASSERT_TRUE(Ask<v1::CaptureReservationResponse>(handlers::CaptureReservation, capture, ann).ok());
  EXPECT_EQ(Active(bob), 50);
  ASSERT_TRUE(Hold(bob, 50).ok());
  ASSERT_TRUE(Leave(bob).ok());
  world_->clock.Advance(absl::Hours(24 * 40));
  ASSERT_TRUE(
      ExpireReservations(*world_->process->pool, world_->clock, world_->process->ledger).ok());
  std::atomic<bool> stopping = false;
  ASSERT_TRUE(
      SettleDueWallets(*world_->process->pool, world_->clock, world_->process->ledger, {}, stopping)
          .ok());
  EXPECT_EQ(Entries(ann)[0].kind(), v1::ENTRY_KIND_EXPIRY);
  EXPECT_EQ(Entries(ann)[0].member_id(), "") << "by time";
  world_->clock.Advance(absl::Seconds(1));
}

TEST_F(HouseholdTest, WhatDoesNotFitIsRefusedWithItsReason) {
  const std::string ann = NewMember();
  const std::string bob = NewMember();
  EXPECT_EQ(ReasonOf(Limit(ann, "points", 1)), "NOT_IN_HOUSEHOLD");
  const std::string household = Household(ann);
  EXPECT_EQ(ReasonOf(Add(household, ann).status()), "ALREADY_IN_HOUSEHOLD");
  EXPECT_EQ(ReasonOf(Add("hsh_01jd0000000000000000000001", bob).status()), "HOUSEHOLD_NOT_FOUND");
  EXPECT_EQ(ReasonOf(Limit(ann, "own", 1)), "HOUSEHOLD_LIMITS_INVALID");
  EXPECT_EQ(ReasonOf(Limit(ann, "points", -1)), "HOUSEHOLD_LIMITS_INVALID");
  EXPECT_EQ(ReasonOf(Limit(ann, "none", 1)), "WALLET_TYPE_NOT_FOUND");
  for (int i = 1; i < kMaxHouseholdMembers; ++i) ASSERT_TRUE(Add(household, NewMember()).ok());
  EXPECT_EQ(ReasonOf(Add(household, bob).status()), "HOUSEHOLD_FULL");
}

}  // namespace
}  // namespace laurel::members
