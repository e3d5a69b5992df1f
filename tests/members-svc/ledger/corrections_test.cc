// Corrections over the real database, rpc by rpc: AdjustPoints, TransferPoints, ClawBackPoints,
// ReinstatePoints, ActivatePoints, CancelPending, and the caps of accruals. Each is idempotent,
// says who asked, and leaves a ledger that verifies.
#include <gtest/gtest.h>

#include "lib/status/error.h"
#include "tests/members-svc/ledger/fixture.h"

namespace laurel::members {
namespace {

using status::ReasonOf;
using testing::kProgram;
using testing::World;

v1::WalletType TypeOf(const std::string& code) {
  v1::WalletType type;
  type.set_code(code);
  type.set_singular("point");
  type.set_plural("points");
  return type;
}

std::vector<v1::WalletType> Types() {
  v1::WalletType points = TypeOf("points");
  points.mutable_expiry()->set_form(v1::ExpiryPolicy::FORM_DAYS);
  points.mutable_expiry()->set_count(10);
  points.set_reinstate_days(5);
  points.set_transfers(v1::TRANSFER_POLICY_KEEP_EXPIRY);
  points.set_below_zero(v1::BELOW_ZERO_POLICY_CLAMP);
  v1::WalletType fresh = TypeOf("fresh");
  fresh.mutable_expiry()->set_form(v1::ExpiryPolicy::FORM_DAYS);
  fresh.mutable_expiry()->set_count(10);
  fresh.set_transfers(v1::TRANSFER_POLICY_RESTART_EXPIRY);
  v1::WalletType capped = TypeOf("capped");
  auto* cap = capped.add_earning_caps();
  cap->set_period(v1::EarningLimit::PERIOD_DAY);
  cap->set_amount(100);
  capped.set_max_balance(150);
  capped.set_max_balance_effect(v1::CAP_EFFECT_REFUSE);
  v1::WalletType waiting = TypeOf("waiting");
  waiting.set_pending_event_days(14);
  waiting.mutable_expiry()->set_form(v1::ExpiryPolicy::FORM_DAYS);
  waiting.mutable_expiry()->set_count(30);
  return {points, fresh, capped, waiting};
}

class CorrectionsTest : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    world_ = new World;
    world_->MakeProgram(Types());
  }
  static void TearDownTestSuite() { delete world_; }

  std::string NewMember() { return world_->Enrol("c" + std::to_string(++members_)); }

  template <typename Request>
  static Request RequestOf(const std::string& member, const std::string& id,
                           const std::string& type = "") {
    Request request;
    request.set_program_id(kProgram);
    request.set_member_id(member);
    request.set_request_id(id);
    request.set_wallet_type(type);
    return request;
  }
  template <typename Response, typename Handler, typename Request>
  static absl::StatusOr<v1::Entry> Ask(Handler handler, const Request& request) {
    Response response;
    const absl::Status status = world_->process->Call(handler, request, &response);
    if (!status.ok()) return status;
    return response.entry();
  }

  absl::StatusOr<v1::Entry> Earn(const std::string& member, int64_t amount, const std::string& id,
                                 const std::string& type = "") {
    auto request = RequestOf<v1::EarnPointsRequest>(member, id, type);
    request.set_amount(amount);
    return Ask<v1::EarnPointsResponse>(handlers::EarnPoints, request);
  }
  absl::StatusOr<v1::Entry> Adjust(const std::string& member, int64_t delta, const std::string& id,
                                   const std::string& type = "") {
    auto request = RequestOf<v1::AdjustPointsRequest>(member, id, type);
    request.set_delta(delta);
    request.set_reason("a kind word");
    return Ask<v1::AdjustPointsResponse>(handlers::AdjustPoints, request);
  }
  absl::StatusOr<v1::Entry> Transfer(const std::string& from, const std::string& to, int64_t amount,
                                     const std::string& id, const std::string& type = "") {
    auto request = RequestOf<v1::TransferPointsRequest>(from, id, type);
    request.set_to_member_id(to);
    request.set_amount(amount);
    return Ask<v1::TransferPointsResponse>(handlers::TransferPoints, request);
  }
  absl::StatusOr<v1::Entry> ClawBack(const std::string& member, const std::string& accrual,
                                     int64_t amount, const std::string& id,
                                     const std::string& type = "") {
    auto request = RequestOf<v1::ClawBackPointsRequest>(member, id, type);
    request.set_accrual_entry_id(accrual);
    request.set_amount(amount);
    return Ask<v1::ClawBackPointsResponse>(handlers::ClawBackPoints, request);
  }
  absl::StatusOr<v1::Entry> Reinstate(const std::string& member, const std::string& expiry,
                                      const std::string& id) {
    auto request = RequestOf<v1::ReinstatePointsRequest>(member, id);
    request.set_expiry_entry_id(expiry);
    return Ask<v1::ReinstatePointsResponse>(handlers::ReinstatePoints, request);
  }
  absl::StatusOr<v1::Entry> Activate(const std::string& member, const std::string& accrual,
                                     const std::string& id) {
    auto request = RequestOf<v1::ActivatePointsRequest>(member, id, "waiting");
    request.set_accrual_entry_id(accrual);
    return Ask<v1::ActivatePointsResponse>(handlers::ActivatePoints, request);
  }
  absl::StatusOr<v1::Entry> Cancel(const std::string& member, const std::string& accrual,
                                   const std::string& id) {
    auto request = RequestOf<v1::CancelPendingRequest>(member, id, "waiting");
    request.set_accrual_entry_id(accrual);
    return Ask<v1::CancelPendingResponse>(handlers::CancelPending, request);
  }

  static void ExpectSound() {
    const auto proof = world_->Verify();
    EXPECT_TRUE(proof.valid()) << proof.DebugString();
  }

  static World* world_;
  static int members_;
};
World* CorrectionsTest::world_ = nullptr;
int CorrectionsTest::members_ = 0;

TEST_F(CorrectionsTest, AdjustPointsSaysWhoAndWhyAndHappensOnce) {
  const std::string member = NewMember();
  const auto first = Adjust(member, 40, "adj-1");
  ASSERT_TRUE(first.ok()) << first.status();
  EXPECT_EQ(first->kind(), v1::ENTRY_KIND_ADJUSTMENT);
  EXPECT_EQ(first->reason(), "a kind word");
  EXPECT_EQ(first->actor(), "peer:operator");
  const auto again = Adjust(member, 40, "adj-1");
  ASSERT_TRUE(again.ok());
  EXPECT_EQ(again->SerializeAsString(), first->SerializeAsString());
  EXPECT_EQ(ReasonOf(Adjust(member, 41, "adj-1").status()), "REQUEST_ID_REUSED");
  const auto down = Adjust(member, -100, "adj-2");
  ASSERT_TRUE(down.ok()) << down.status();
  EXPECT_EQ(down->active_delta(), -40) << "clamped";
  EXPECT_EQ(world_->BalanceOf(member).lifetime_adjusted(), 0);
  EXPECT_EQ(ReasonOf(Adjust(member, -1, "adj-3").status()), "INSUFFICIENT_POINTS");
  ExpectSound();
}

TEST_F(CorrectionsTest, TransferPointsMovesBothSidesOrNeither) {
  const std::string giver = NewMember();
  const std::string taker = NewMember();
  const auto earned = Earn(giver, 100, "e");
  ASSERT_TRUE(earned.ok());
  const auto first = Transfer(giver, taker, 60, "t");
  ASSERT_TRUE(first.ok()) << first.status();
  EXPECT_EQ(first->kind(), v1::ENTRY_KIND_TRANSFER_OUT);
  EXPECT_EQ(first->counterpart_member_id(), taker);
  ASSERT_TRUE(Transfer(giver, taker, 60, "t").ok());
  EXPECT_EQ(world_->BalanceOf(giver).active(), 40);
  EXPECT_EQ(world_->BalanceOf(taker).active(), 60);
  const v1::Entry in = world_->Entries(taker).front();
  EXPECT_EQ(in.kind(), v1::ENTRY_KIND_TRANSFER_IN);
  EXPECT_EQ(in.counterpart_member_id(), giver);
  EXPECT_EQ(in.lots(0).expire_time().seconds(), earned->expire_time().seconds()) << "expiry kept";
  EXPECT_EQ(ReasonOf(Transfer(giver, taker, 41, "t2").status()), "INSUFFICIENT_POINTS");
  EXPECT_EQ(ReasonOf(Transfer(giver, giver, 1, "t3").status()), "SAME_MEMBER");
  EXPECT_EQ(ReasonOf(Transfer(giver, "mem_01jd0000000000000000000000", 1, "t4").status()),
            "MEMBER_NOT_FOUND");
  EXPECT_EQ(ReasonOf(Transfer(giver, taker, 1, "t5", "capped").status()), "TRANSFERS_NOT_ALLOWED");
  EXPECT_EQ(world_->BalanceOf(giver).active() + world_->BalanceOf(taker).active(), 100);
  ExpectSound();
}

TEST_F(CorrectionsTest, ATransferMayStartTheExpiryAnew) {
  const std::string giver = NewMember();
  const std::string taker = NewMember();
  ASSERT_TRUE(Earn(giver, 10, "e", "fresh").ok());
  world_->clock.Advance(absl::Hours(24 * 6));
  ASSERT_TRUE(Transfer(giver, taker, 10, "t", "fresh").ok());
  world_->clock.Advance(absl::Hours(24 * 6));
  EXPECT_EQ(world_->BalanceOf(taker, "fresh").active(), 10);
}

TEST_F(CorrectionsTest, R5AClawBackHappensOnceAndClamps) {
  const std::string member = NewMember();
  const auto earned = Earn(member, 150, "e");
  ASSERT_TRUE(earned.ok());
  ASSERT_TRUE(world_->Spend(member, 100, "s").ok());
  const auto first = ClawBack(member, earned->entry_id(), 150, "c");
  ASSERT_TRUE(first.ok()) << first.status();
  EXPECT_EQ(first->active_delta(), -50);
  EXPECT_EQ(first->undone_seq(), earned->seq());
  const auto again = ClawBack(member, earned->entry_id(), 150, "c");
  ASSERT_TRUE(again.ok());
  EXPECT_EQ(again->entry_id(), first->entry_id());
  EXPECT_EQ(world_->BalanceOf(member).active(), 0);
  EXPECT_EQ(ReasonOf(ClawBack(member, earned->entry_id(), 0, "c2").status()),
            "CLAW_BACK_EXCEEDS_ACCRUAL");
  EXPECT_EQ(ReasonOf(ClawBack(member, first->entry_id(), 0, "c3").status()), "ACCRUAL_NOT_FOUND");
  ExpectSound();
}

TEST_F(CorrectionsTest, ClawBackPointsInPartsSumsToTheAccrual) {
  const std::string member = NewMember();
  const auto earned = Earn(member, 100, "e");
  ASSERT_TRUE(earned.ok());
  ASSERT_TRUE(ClawBack(member, earned->entry_id(), 30, "c1").ok());
  EXPECT_EQ(ReasonOf(ClawBack(member, earned->entry_id(), 71, "c2").status()),
            "CLAW_BACK_EXCEEDS_ACCRUAL");
  const auto rest = ClawBack(member, earned->entry_id(), 0, "c3");
  ASSERT_TRUE(rest.ok()) << rest.status();
  EXPECT_EQ(rest->active_delta(), -70);
  EXPECT_EQ(world_->BalanceOf(member).lifetime_reversed(), 100);
  ExpectSound();
}

TEST_F(CorrectionsTest, ReinstatePointsOnceWithinTheWindow) {
  const std::string member = NewMember();
  ASSERT_TRUE(Earn(member, 80, "e").ok());
  world_->clock.Advance(absl::Hours(24 * 12));
  ASSERT_TRUE(Adjust(member, 1, "touch").ok());
  auto entries = world_->Entries(member);
  ASSERT_EQ(entries.at(1).kind(), v1::ENTRY_KIND_EXPIRY);
  const std::string expiry = entries.at(1).entry_id();
  EXPECT_EQ(ReasonOf(Reinstate(member, entries.at(0).entry_id(), "r0").status()),
            "EXPIRY_NOT_FOUND");
  const auto back = Reinstate(member, expiry, "r1");
  ASSERT_TRUE(back.ok()) << back.status();
  EXPECT_EQ(back->active_delta(), 80);
  EXPECT_TRUE(back->has_expire_time());
  ASSERT_TRUE(Reinstate(member, expiry, "r1").ok());
  EXPECT_EQ(ReasonOf(Reinstate(member, expiry, "r2").status()), "ALREADY_REINSTATED");
  EXPECT_EQ(world_->BalanceOf(member).active(), 81);
  EXPECT_EQ(world_->BalanceOf(member).lifetime_expired(), 0);
  world_->clock.Advance(absl::Hours(24 * 20));
  ASSERT_TRUE(Adjust(member, 1, "touch-2").ok());
  entries = world_->Entries(member);
  EXPECT_EQ(ReasonOf(Reinstate(member, entries.at(1).entry_id(), "r3").status()),
            "REINSTATE_WINDOW_PASSED");
  ExpectSound();
}

TEST_F(CorrectionsTest, ActivatePointsWhenTheEventHasCome) {
  const std::string member = NewMember();
  const auto first = Earn(member, 100, "e1", "waiting");
  const auto second = Earn(member, 40, "e2", "waiting");
  ASSERT_TRUE(first.ok() && second.ok());
  EXPECT_TRUE(first->has_cancel_time());
  EXPECT_FALSE(first->has_activate_time());
  world_->clock.Advance(absl::Hours(24 * 3));
  const auto active = Activate(member, first->entry_id(), "a");
  ASSERT_TRUE(active.ok()) << active.status();
  EXPECT_EQ(active->active_delta(), 100);
  EXPECT_TRUE(active->has_expire_time()) << "its clock starts with the event";
  ASSERT_TRUE(Activate(member, first->entry_id(), "a").ok());
  EXPECT_EQ(ReasonOf(Activate(member, first->entry_id(), "a2").status()), "NOT_PENDING");
  const auto claw = ClawBack(member, first->entry_id(), 30, "c", "waiting");
  ASSERT_TRUE(claw.ok()) << claw.status();
  EXPECT_EQ(claw->active_delta(), -30) << "its own active points";
  EXPECT_EQ(world_->BalanceOf(member, "waiting").pending(), 40);
  ExpectSound();
}

TEST_F(CorrectionsTest, CancelPendingOrTheDeadlineEndsWhatNeverCame) {
  const std::string member = NewMember();
  const auto first = Earn(member, 100, "e1", "waiting");
  const auto second = Earn(member, 40, "e2", "waiting");
  ASSERT_TRUE(first.ok() && second.ok());
  const auto gone = Cancel(member, first->entry_id(), "x");
  ASSERT_TRUE(gone.ok()) << gone.status();
  EXPECT_EQ(gone->kind(), v1::ENTRY_KIND_CANCELLATION);
  EXPECT_EQ(gone->pending_delta(), -100);
  EXPECT_EQ(ReasonOf(Cancel(member, first->entry_id(), "x2").status()), "NOT_PENDING");
  world_->clock.Advance(absl::Hours(24 * 16));
  EXPECT_EQ(world_->BalanceOf(member, "waiting").pending(), 0);
  EXPECT_EQ(world_->BalanceOf(member, "waiting").lifetime_reversed(), 140);
  EXPECT_EQ(ReasonOf(Activate(member, second->entry_id(), "a").status()), "NOT_PENDING");
  ExpectSound();
}

TEST_F(CorrectionsTest, AnEarningCapTrimsPerDayAndTheEntrySaysHowMuch) {
  const std::string member = NewMember();
  EXPECT_EQ(Earn(member, 70, "e1", "capped")->points_over_caps(), 0);
  const auto trimmed = Earn(member, 70, "e2", "capped");
  ASSERT_TRUE(trimmed.ok()) << trimmed.status();
  EXPECT_EQ(trimmed->active_delta(), 30);
  EXPECT_EQ(trimmed->points_over_caps(), 40);
  EXPECT_EQ(Earn(member, 70, "e2", "capped")->active_delta(), 30) << "the first answer again";
  EXPECT_EQ(ReasonOf(Earn(member, 1, "e3", "capped").status()), "EARNING_CAP_REACHED");
  world_->clock.Advance(absl::Hours(24));
  EXPECT_EQ(ReasonOf(Earn(member, 51, "e4", "capped").status()), "BALANCE_CAP_REACHED");
  EXPECT_TRUE(Earn(member, 50, "e5", "capped").ok());
  EXPECT_EQ(world_->BalanceOf(member, "capped").active(), 150);
  ExpectSound();
}

TEST_F(CorrectionsTest, AnOrderBeyondACapIsRecordedWithoutThesePoints) {
  v1::CreateCampaignRequest make;
  make.set_program_id(kProgram);
  make.set_activate(true);
  make.mutable_campaign()->set_display_name("fixed");
  make.mutable_campaign()->set_wallet_type("capped");
  make.mutable_campaign()->mutable_fixed_points()->set_points(70);
  v1::CreateCampaignResponse made;
  World::Check(handlers::CreateCampaign(world_->process->deps, world_->process->call, make, &made));
  const std::string member = NewMember();
  const auto record = [&](const std::string& id) {
    v1::RecordOrderRequest request;
    request.set_program_id(kProgram);
    request.set_member_id(member);
    request.set_request_id(id);
    request.set_currency_code("USD");
    auto* line = request.add_lines();
    line->set_sku("1");
    line->set_quantity_thousandths(1000);
    line->set_amount_minor_units(100);
    v1::RecordOrderResponse response;
    World::Check(world_->process->Call(handlers::RecordOrder, request, &response));
    return response.order();
  };
  EXPECT_EQ(record("o1").points_earned().at("capped"), 70);
  const v1::Order second = record("o2");
  EXPECT_EQ(second.points_earned().at("capped"), 30);
  EXPECT_EQ(second.points_over_caps().at("capped"), 40);
  const v1::Order third = record("o3");
  EXPECT_FALSE(third.points_earned().contains("capped"));
  EXPECT_EQ(third.points_over_caps().at("capped"), 70);
  EXPECT_EQ(world_->BalanceOf(member, "capped").active(), 100);
  ExpectSound();
}

}  // namespace
}  // namespace laurel::members
