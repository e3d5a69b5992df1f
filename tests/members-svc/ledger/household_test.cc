// Households over the real database: one pool, limits per member, whose the points are that are
// left behind, and that a request is one effect wherever its member has gone meanwhile.
#include "members-svc/domain/household.h"

#include <gtest/gtest.h>

#include <atomic>
#include <thread>

#include "lib/status/error.h"
#include "members-svc/handlers/household_handlers.h"
#include "members-svc/handlers/ledger_handlers.h"
#include "members-svc/jobs/expire_reservations.h"
#include "members-svc/jobs/settle_due.h"
#include "tests/members-svc/ledger/fixture.h"

namespace laurel::members {
namespace {

using status::ReasonOf;
using testing::kProgram;
using testing::Process;
using testing::World;

v1::WalletType TypeOf(const std::string& code, std::optional<v1::LeavePolicy> on_leave) {
  v1::WalletType type;
  type.set_code(code);
  type.set_singular("point");
  type.set_plural("points");
  type.mutable_expiry()->set_form(v1::ExpiryPolicy::FORM_DAYS);
  type.mutable_expiry()->set_count(30);
  type.set_transfers(v1::TRANSFER_POLICY_KEEP_EXPIRY);
  if (on_leave) type.mutable_pool()->set_on_leave(*on_leave);
  return type;
}

class HouseholdTest : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    world_ = new World;
    world_->MakeProgram({TypeOf("points", v1::LEAVE_POLICY_TAKE_OWN),
                         TypeOf("shared", v1::LEAVE_POLICY_POINTS_STAY), TypeOf("own", {})});
    other_ = new Process(world_->database, world_->clock);
  }
  static void TearDownTestSuite() {
    delete other_;
    delete world_;
  }
  void TearDown() override {
    World::Check(ExpireReservations(*world_->process->pool, world_->clock, world_->process->ledger)
                     .status());
    const auto proof = world_->Verify();
    EXPECT_TRUE(proof.valid()) << proof.DebugString();
  }

  static std::string NewMember() { return world_->Enrol("h" + std::to_string(++members_)); }
  static std::string NewId() { return "r" + std::to_string(++requests_); }

  // The answer of a handler of either kind.
  template <typename Response, typename Handler, typename Request>
  static absl::StatusOr<Response> Ask(Handler handler, Request request, const std::string& member,
                                      Process& process = *world_->process) {
    request.set_program_id(kProgram);
    request.set_member_id(member);
    if constexpr (requires { request.request_id(); }) {
      if (request.request_id().empty()) request.set_request_id(NewId());
    }
    Response response;
    absl::Status status;
    if constexpr (std::is_invocable_v<Handler, const Deps&, const server::Call&, const Request&,
                                      Response*, server::Done>) {
      status = process.Call(handler, request, &response);
    } else {
      status = handler(process.deps, process.call, request, &response);
    }
    if (!status.ok()) return status;
    return response;
  }
  static std::string Household(const std::string& member) {
    return Ask<v1::CreateHouseholdResponse>(handlers::CreateHousehold, v1::CreateHouseholdRequest(),
                                            member)
        ->household()
        .household_id();
  }
  static absl::StatusOr<v1::AddHouseholdMemberResponse> Add(const std::string& household,
                                                            const std::string& member) {
    v1::AddHouseholdMemberRequest request;
    request.set_household_id(household);
    return Ask<v1::AddHouseholdMemberResponse>(handlers::AddHouseholdMember, request, member);
  }
  static absl::StatusOr<v1::LeaveHouseholdResponse> Leave(const std::string& member,
                                                          const std::string& id = "") {
    v1::LeaveHouseholdRequest request;
    request.set_request_id(id);
    return Ask<v1::LeaveHouseholdResponse>(handlers::LeaveHousehold, request, member);
  }
  static absl::Status Limit(const std::string& member, const std::string& type, int64_t amount) {
    v1::SetHouseholdLimitsRequest request;
    auto* limit = request.add_limits();
    limit->set_wallet_type(type);
    limit->set_amount(amount);
    limit->set_period(v1::MemberLimit::PERIOD_DAY);
    return Ask<v1::SetHouseholdLimitsResponse>(handlers::SetHouseholdLimits, request, member)
        .status();
  }
  static absl::StatusOr<v1::Entry> Earn(const std::string& member, int64_t amount,
                                        const std::string& type = "", const std::string& id = "",
                                        Process& process = *world_->process) {
    v1::EarnPointsRequest request;
    request.set_amount(amount);
    request.set_wallet_type(type);
    request.set_request_id(id);
    auto response = Ask<v1::EarnPointsResponse>(handlers::EarnPoints, request, member, process);
    if (!response.ok()) return response.status();
    return response->entry();
  }
  static absl::StatusOr<v1::Entry> Spend(const std::string& member, int64_t amount,
                                         const std::string& type = "",
                                         Process& process = *world_->process) {
    v1::SpendPointsRequest request;
    request.set_amount(amount);
    request.set_wallet_type(type);
    auto response = Ask<v1::SpendPointsResponse>(handlers::SpendPoints, request, member, process);
    if (!response.ok()) return response.status();
    return response->entry();
  }
  static absl::StatusOr<v1::Reservation> Hold(const std::string& member, int64_t amount) {
    v1::ReservePointsRequest request;
    request.set_amount(amount);
    auto response = Ask<v1::ReservePointsResponse>(handlers::ReservePoints, request, member);
    if (!response.ok()) return response.status();
    return response->reservation();
  }
  static v1::ListBalancesResponse Balances(const std::string& member) {
    return *Ask<v1::ListBalancesResponse>(handlers::ListBalances, v1::ListBalancesRequest(),
                                          member);
  }
  // The first of the type: the pool, where there is one.
  static int64_t Active(const std::string& member, const std::string& type = "points") {
    const v1::ListBalancesResponse answer = Balances(member);
    for (const v1::Balance& balance : answer.balances()) {
      if (balance.wallet_type() == type) return balance.active();
    }
    return -1;
  }
  static std::vector<v1::Entry> Entries(const std::string& member) {
    const auto response =
        *Ask<v1::ListEntriesResponse>(handlers::ListEntries, v1::ListEntriesRequest(), member);
    return {response.entries().begin(), response.entries().end()};
  }

  inline static World* world_ = nullptr;
  inline static Process* other_ = nullptr;
  inline static int members_ = 0;
  inline static std::atomic<int> requests_ = 0;
};

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

TEST_F(HouseholdTest, ALimitIsNeverPassedByClientsOfTwoProcesses) {
  const std::string ann = NewMember();
  const std::string bob = NewMember();
  ASSERT_TRUE(Add(Household(ann), bob).ok());
  ASSERT_TRUE(Earn(ann, 10000).ok());
  ASSERT_TRUE(Limit(bob, "points", 100).ok());
  std::atomic<int> next = 0, done = 0, wrong = 0;
  std::vector<std::thread> clients;
  for (int t = 0; t < 16; ++t) {
    clients.emplace_back([&] {
      for (int i = next++; i < 64; i = next++) {
        const auto spent = Spend(bob, 7, "", i % 2 == 0 ? *world_->process : *other_);
        if (spent.ok()) ++done;
        if (!spent.ok() && ReasonOf(spent.status()) != "HOUSEHOLD_LIMIT_REACHED") ++wrong;
      }
    });
  }
  for (std::thread& client : clients) client.join();
  EXPECT_EQ(done, 14);
  EXPECT_EQ(wrong, 0);
  EXPECT_EQ(Active(ann), 10000 - 14 * 7);
}

TEST_F(HouseholdTest, MembersComeAndGoWhileTheyEarnAndNothingIsLostOrDoubled) {
  const std::string keeper = NewMember();
  const std::string household = Household(keeper);
  std::vector<std::string> guests;
  for (int i = 0; i < 4; ++i) guests.push_back(NewMember());
  std::atomic<bool> stop = false;
  std::thread mover([&] {
    for (size_t i = 0; !stop; ++i) {
      const std::string& guest = guests[i % guests.size()];
      (void)Add(household, guest);
      (void)Leave(guests[(i + 2) % guests.size()]);
    }
  });
  constexpr int kPosts = 300;
  std::atomic<int> next = 0, wrong = 0;
  std::vector<std::thread> clients;
  for (int t = 0; t < 8; ++t) {
    clients.emplace_back([&] {
      // Each request twice, by one process and by the other.
      for (int i = next++; i < 2 * kPosts; i = next++) {
        const std::string& guest = guests[static_cast<size_t>(i / 2) % guests.size()];
        Process& process = i % 2 == 0 ? *world_->process : *other_;
        if (!Earn(guest, 3, "", "move-" + std::to_string(i / 2), process).ok()) ++wrong;
      }
    });
  }
  for (std::thread& client : clients) client.join();
  stop = true;
  mover.join();
  EXPECT_EQ(wrong, 0);
  for (const std::string& guest : guests) (void)Leave(guest);
  ASSERT_TRUE(Leave(keeper).ok());
  int64_t sum = Active(keeper);
  for (const std::string& guest : guests) sum += Active(guest);
  EXPECT_EQ(sum, 3 * kPosts);
}

}  // namespace
}  // namespace laurel::members
