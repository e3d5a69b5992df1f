// ReverseEntry over the real database: what an entry did is undone wholly, once, to the same lots,
// or it is said why not; and claw-backs of accruals that have expired in part.
#include <gtest/gtest.h>

#include "lib/status/error.h"
#include "members-svc/handlers/adjustment_handlers.h"
#include "tests/members-svc/ledger/fixture.h"

namespace laurel::members {
namespace {

using status::ReasonOf;
using testing::kProgram;
using testing::World;

v1::WalletType TypeOf(const std::string& code, int days, v1::BelowZeroPolicy below_zero) {
  v1::WalletType type;
  type.set_code(code);
  type.set_singular("point");
  type.set_plural("points");
  type.mutable_expiry()->set_form(v1::ExpiryPolicy::FORM_DAYS);
  type.mutable_expiry()->set_count(days);
  type.set_transfers(v1::TRANSFER_POLICY_KEEP_EXPIRY);
  type.set_below_zero(below_zero);
  if (below_zero == v1::BELOW_ZERO_POLICY_OVERDRAFT) type.set_overdraft_limit(1000);
  return type;
}

class ReversalTest : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    world_ = new World;
    v1::WalletType points = TypeOf("points", 10, v1::BELOW_ZERO_POLICY_CLAMP);
    points.set_reinstate_days(5);
    v1::WalletType waiting = TypeOf("waiting", 30, v1::BELOW_ZERO_POLICY_REFUSE);
    waiting.set_pending_event_days(14);
    v1::WalletType careful = TypeOf("careful", 10, v1::BELOW_ZERO_POLICY_REFUSE);
    careful.set_claw_back(v1::CLAW_BACK_POLICY_ONLY_PENDING);
    world_->MakeProgram(
        {points, TypeOf("deep", 10, v1::BELOW_ZERO_POLICY_OVERDRAFT), waiting, careful});
  }
  static void TearDownTestSuite() { delete world_; }

  std::string NewMember() { return world_->Enrol("r" + std::to_string(++members_)); }
  static std::string NewId() { return "request-" + std::to_string(++requests_); }

  template <typename Response, typename Handler, typename Request>
  static absl::StatusOr<v1::Entry> Ask(Handler handler, const std::string& member,
                                       Request request) {
    request.set_program_id(kProgram);
    request.set_member_id(member);
    if (request.request_id().empty()) request.set_request_id(NewId());
    Response response;
    const absl::Status status = world_->process->Call(handler, request, &response);
    if (!status.ok()) return status;
    return response.entry();
  }
  absl::StatusOr<v1::Entry> Earn(const std::string& member, int64_t amount,
                                 const std::string& type = "") {
    v1::EarnPointsRequest request;
    request.set_amount(amount);
    request.set_wallet_type(type);
    return Ask<v1::EarnPointsResponse>(handlers::EarnPoints, member, request);
  }
  absl::StatusOr<v1::Entry> Spend(const std::string& member, int64_t amount,
                                  const std::string& type = "") {
    v1::SpendPointsRequest request;
    request.set_amount(amount);
    request.set_wallet_type(type);
    return Ask<v1::SpendPointsResponse>(handlers::SpendPoints, member, request);
  }
  absl::StatusOr<v1::Entry> Adjust(const std::string& member, int64_t delta) {
    v1::AdjustPointsRequest request;
    request.set_delta(delta);
    request.set_reason("a mistake");
    return Ask<v1::AdjustPointsResponse>(handlers::AdjustPoints, member, request);
  }
  absl::StatusOr<v1::Entry> Transfer(const std::string& from, const std::string& to,
                                     int64_t amount) {
    v1::TransferPointsRequest request;
    request.set_to_member_id(to);
    request.set_amount(amount);
    return Ask<v1::TransferPointsResponse>(handlers::TransferPoints, from, request);
  }
  absl::StatusOr<v1::Entry> ClawBack(const std::string& member, const v1::Entry& accrual,
                                     int64_t amount, const std::string& type = "") {
    v1::ClawBackPointsRequest request;
    request.set_accrual_entry_id(accrual.entry_id());
    request.set_amount(amount);
    request.set_wallet_type(type);
    return Ask<v1::ClawBackPointsResponse>(handlers::ClawBackPoints, member, request);
  }
  absl::StatusOr<v1::Entry> Reverse(const std::string& member, const v1::Entry& entry,
                                    const std::string& id = NewId()) {
    v1::ReverseEntryRequest request;
    request.set_request_id(id);
    request.set_entry_id(entry.entry_id());
    request.set_reason("it should not have been");
    return Ask<v1::ReverseEntryResponse>(handlers::ReverseEntry, member, request);
  }
  // Balances and lots of a wallet, but not its history.
  static std::string HeadOf(const std::string& member, const std::string& type_no = "1") {
    const base::Uuid id = *base::DecodeId("mem", member);
    const auto rows = world_->database.Admin(
        "SELECT concat_ws(' ', active, pending, reserved, lifetime_earned, lifetime_spent, "
        "lifetime_expired, lifetime_reversed, lifetime_adjusted, encode(lots, 'hex')) "
        "FROM wallets WHERE wallet_no = " +
        type_no + " AND owner_id = '" + base::ToString(id) + "'");
    return rows.empty() ? "" : rows[0];
  }
  static void ExpectSound() {
    const auto proof = world_->Verify();
    EXPECT_TRUE(proof.valid()) << proof.DebugString();
  }

  static World* world_;
  static int members_;
  static int requests_;
};
World* ReversalTest::world_ = nullptr;
int ReversalTest::members_ = 0;
int ReversalTest::requests_ = 0;

TEST_F(ReversalTest, ReverseEntryOfAnAccrualLeavesTheWalletAsBeforeAndHappensOnce) {
  const std::string member = NewMember();
  ASSERT_TRUE(Earn(member, 30).ok());
  const std::string before = HeadOf(member);
  world_->clock.Advance(absl::Hours(24));
  const auto earned = Earn(member, 100);
  ASSERT_TRUE(earned.ok());
  const auto undone = Reverse(member, *earned, "once");
  ASSERT_TRUE(undone.ok()) << undone.status();
  EXPECT_EQ(undone->kind(), v1::ENTRY_KIND_REVERSAL);
  EXPECT_EQ(undone->undone_kind(), v1::ENTRY_KIND_ACCRUAL);
  EXPECT_EQ(undone->undone_seq(), earned->seq());
  EXPECT_EQ(undone->active_delta(), -100);
  EXPECT_EQ(undone->reason(), "it should not have been");
  EXPECT_EQ(undone->actor(), "peer:operator");
  EXPECT_EQ(undone->lots(0).expire_time().seconds(), earned->expire_time().seconds());
  EXPECT_EQ(HeadOf(member), before);
  EXPECT_EQ(Reverse(member, *earned, "once")->entry_id(), undone->entry_id());
  EXPECT_EQ(ReasonOf(Reverse(member, *earned).status()), "ALREADY_REVERSED");
  EXPECT_EQ(ReasonOf(ClawBack(member, *earned, 0).status()), "CLAW_BACK_EXCEEDS_ACCRUAL");
  EXPECT_EQ(ReasonOf(Reverse(member, *undone).status()), "ENTRY_NOT_REVERSIBLE");
  EXPECT_EQ(ReasonOf(Reverse(NewMember(), *earned).status()), "ENTRY_NOT_FOUND");
  ExpectSound();
}

TEST_F(ReversalTest, AnAccrualWhosePointsAreSpentIsUndoneOnlyWhereTheWalletMayGoBelowZero) {
  const std::string member = NewMember();
  const auto shallow = Earn(member, 100);
  const auto deep = Earn(member, 100, "deep");
  ASSERT_TRUE(Spend(member, 60).ok());
  ASSERT_TRUE(Spend(member, 60, "deep").ok());
  const std::string before = HeadOf(member);
  EXPECT_EQ(ReasonOf(Reverse(member, *shallow).status()), "INSUFFICIENT_POINTS");
  EXPECT_EQ(HeadOf(member), before) << "all or nothing, also where debits are clamped";
  const auto undone = Reverse(member, *deep);
  ASSERT_TRUE(undone.ok()) << undone.status();
  EXPECT_EQ(undone->active_after(), -60);
  ExpectSound();
}

TEST_F(ReversalTest, AnAccrualOfWhichSomethingWasTakenBackOrHasExpiredIsNotUndone) {
  const std::string member = NewMember();
  const auto clawed = Earn(member, 100);
  ASSERT_TRUE(ClawBack(member, *clawed, 10).ok());
  EXPECT_EQ(ReasonOf(Reverse(member, *clawed).status()), "ENTRY_CORRECTED");
  const std::string other = NewMember();
  const auto gone = Earn(other, 100);
  ASSERT_TRUE(Spend(other, 30).ok());
  world_->clock.Advance(absl::Hours(24 * 12));
  EXPECT_EQ(ReasonOf(Reverse(other, *gone).status()), "POINTS_EXPIRED");
  ExpectSound();
}

TEST_F(ReversalTest, PendingPointsAreTakenOutOfTheirPendingLot) {
  const std::string member = NewMember();
  ASSERT_TRUE(Earn(member, 40, "waiting").ok());
  const std::string before = HeadOf(member, "3");
  const auto earned = Earn(member, 60, "waiting");
  const auto undone = Reverse(member, *earned);
  ASSERT_TRUE(undone.ok()) << undone.status();
  EXPECT_EQ(undone->pending_delta(), -60);
  EXPECT_EQ(HeadOf(member, "3"), before);
  ExpectSound();
}

TEST_F(ReversalTest, ARedemptionGoesBackToItsLotsAndExcludesARefund) {
  const std::string member = NewMember();
  ASSERT_TRUE(Earn(member, 50).ok());
  world_->clock.Advance(absl::Hours(48));
  ASSERT_TRUE(Earn(member, 50).ok());
  const std::string before = HeadOf(member);
  const auto spent = Spend(member, 70);
  ASSERT_TRUE(Reverse(member, *spent).ok());
  EXPECT_EQ(HeadOf(member), before);
  v1::RefundPointsRequest refund;
  refund.set_spend_entry_id(spent->entry_id());
  EXPECT_EQ(
      ReasonOf(Ask<v1::RefundPointsResponse>(handlers::RefundPoints, member, refund).status()),
      "ALREADY_REFUNDED");
  const auto refunded = Spend(member, 20);
  refund.set_spend_entry_id(refunded->entry_id());
  ASSERT_TRUE(Ask<v1::RefundPointsResponse>(handlers::RefundPoints, member, refund).ok());
  EXPECT_EQ(ReasonOf(Reverse(member, *refunded).status()), "ALREADY_REFUNDED");
  ExpectSound();
}

TEST_F(ReversalTest, AnAdjustmentIsUndoneUpAndDownAndAboveTheLimitNeedsTwoPeople) {
  const std::string member = NewMember();
  ASSERT_TRUE(Earn(member, 50).ok());
  const std::string before = HeadOf(member);
  const auto up = Adjust(member, 25);
  ASSERT_TRUE(Reverse(member, *up).ok());
  EXPECT_EQ(HeadOf(member), before);
  const auto down = Adjust(member, -45);
  v1::SetAdjustmentLimitRequest limit;
  limit.set_program_id(kProgram);
  limit.set_max_delta(44);
  v1::SetAdjustmentLimitResponse set;
  World::Check(
      handlers::SetAdjustmentLimit(world_->process->deps, world_->process->call, limit, &set));
  EXPECT_EQ(ReasonOf(Reverse(member, *down).status()), "APPROVAL_REQUIRED");
  limit.set_max_delta(0);
  World::Check(
      handlers::SetAdjustmentLimit(world_->process->deps, world_->process->call, limit, &set));
  ASSERT_TRUE(Reverse(member, *down).ok());
  EXPECT_EQ(HeadOf(member), before);
  ExpectSound();
}

TEST_F(ReversalTest, ATransferIsUndoneOnBothSidesWhicheverIsNamed) {
  const std::string giver = NewMember();
  const std::string taker = NewMember();
  ASSERT_TRUE(Earn(giver, 100).ok());
  ASSERT_TRUE(Earn(taker, 7).ok());
  const std::string giver_before = HeadOf(giver);
  const std::string taker_before = HeadOf(taker);
  const auto out = Transfer(giver, taker, 60);
  ASSERT_TRUE(out.ok()) << out.status();
  const auto undone = Reverse(giver, *out);
  ASSERT_TRUE(undone.ok()) << undone.status();
  EXPECT_EQ(undone->active_delta(), 60);
  EXPECT_EQ(HeadOf(giver), giver_before);
  EXPECT_EQ(HeadOf(taker), taker_before);
  ASSERT_TRUE(Transfer(giver, taker, 30).ok());
  const v1::Entry in = world_->Entries(taker)[0];
  EXPECT_EQ(in.kind(), v1::ENTRY_KIND_TRANSFER_IN);
  const auto from_taker = Reverse(taker, in);
  ASSERT_TRUE(from_taker.ok()) << from_taker.status();
  EXPECT_EQ(from_taker->active_delta(), -30);
  EXPECT_EQ(HeadOf(giver), giver_before);
  EXPECT_EQ(HeadOf(taker), taker_before);
  EXPECT_EQ(ReasonOf(Reverse(giver, world_->Entries(giver)[1]).status()), "ALREADY_REVERSED");
  ASSERT_TRUE(Transfer(giver, taker, 50).ok());
  ASSERT_TRUE(Spend(taker, 40).ok());
  EXPECT_EQ(ReasonOf(Reverse(giver, world_->Entries(giver)[0]).status()), "INSUFFICIENT_POINTS");
  ExpectSound();
}

TEST_F(ReversalTest, AClawBackGivesTheAccrualItsPointsBackForgivenOnesToo) {
  const std::string member = NewMember();
  const auto earned = Earn(member, 100);
  ASSERT_TRUE(Spend(member, 60).ok());
  const std::string before = HeadOf(member);
  const auto claw = ClawBack(member, *earned, 0);
  ASSERT_TRUE(claw.ok()) << claw.status();
  EXPECT_EQ(claw->active_delta(), -40);
  EXPECT_EQ(claw->points_forgiven(), 60);
  ASSERT_TRUE(Reverse(member, *claw).ok());
  EXPECT_EQ(HeadOf(member), before);
  const auto again = ClawBack(member, *earned, 100);
  ASSERT_TRUE(again.ok()) << again.status();
  EXPECT_EQ(again->active_delta(), -40);
  ExpectSound();
}

TEST_F(ReversalTest, AnExpiryIsUndoneWithANewExpiryAndExcludesAReinstatement) {
  const std::string member = NewMember();
  ASSERT_TRUE(Earn(member, 80).ok());
  world_->clock.Advance(absl::Hours(24 * 12));
  ASSERT_TRUE(Adjust(member, 1).ok());
  const v1::Entry expiry = world_->Entries(member)[1];
  ASSERT_EQ(expiry.kind(), v1::ENTRY_KIND_EXPIRY);
  const auto undone = Reverse(member, expiry);
  ASSERT_TRUE(undone.ok()) << undone.status();
  EXPECT_EQ(undone->active_after(), 81);
  EXPECT_TRUE(undone->has_expire_time());
  v1::ReinstatePointsRequest reinstate;
  reinstate.set_expiry_entry_id(expiry.entry_id());
  EXPECT_EQ(
      ReasonOf(
          Ask<v1::ReinstatePointsResponse>(handlers::ReinstatePoints, member, reinstate).status()),
      "ALREADY_REINSTATED");
  ExpectSound();
}

TEST_F(ReversalTest, AnExpiryIsUndoneWithinTheWindowOfReinstatements) {
  const std::string member = NewMember();
  ASSERT_TRUE(Earn(member, 80).ok());
  ASSERT_TRUE(Earn(member, 70, "deep").ok());
  world_->clock.Advance(absl::Hours(24 * 18));
  ASSERT_TRUE(Adjust(member, 1).ok());
  EXPECT_EQ(ReasonOf(Reverse(member, world_->Entries(member, "points")[1]).status()),
            "REINSTATE_WINDOW_PASSED");
  ASSERT_TRUE(Earn(member, 1, "deep").ok());
  EXPECT_EQ(ReasonOf(Reverse(member, world_->Entries(member, "deep")[1]).status()),
            "REINSTATE_WINDOW_PASSED")
      << "the type has no window";
  ExpectSound();
}

TEST_F(ReversalTest, WhereOnlyPendingPointsAreClawedBackAnActiveAccrualStays) {
  const std::string member = NewMember();
  const auto earned = Earn(member, 30, "careful");
  const std::string before = HeadOf(member, "4");
  EXPECT_EQ(ReasonOf(Reverse(member, *earned).status()), "INSUFFICIENT_POINTS");
  EXPECT_EQ(HeadOf(member, "4"), before);
  ExpectSound();
}

TEST_F(ReversalTest, WhatAJobExpiredBeforeItsDateIsNotTakenAgain) {
  const std::string member = NewMember();
  const auto earned = Earn(member, 100, "deep");
  Command expire;
  expire.program_id = *base::DecodeId("prg", kProgram);
  expire.member_id = *base::DecodeId("mem", member);
  expire.request_id = NewId();
  expire.request_key = base::HashedUuid(expire.request_id);
  expire.content_hash = std::string(32, 'x');
  expire.what = ExpirePoints{.wallet_type = "deep", .amount = 70, .reason = "", .actor = ""};
  ASSERT_TRUE(world_->process->ledger.Run(std::move(expire)).ok());
  ASSERT_TRUE(Earn(member, 50, "deep").ok());
  EXPECT_EQ(ReasonOf(Reverse(member, *earned).status()), "POINTS_EXPIRED");
  EXPECT_EQ(ReasonOf(ClawBack(member, *earned, 31, "deep").status()), "CLAW_BACK_EXCEEDS_ACCRUAL");
  const auto rest = ClawBack(member, *earned, 0, "deep");
  ASSERT_TRUE(rest.ok()) << rest.status();
  EXPECT_EQ(rest->active_delta(), -30);
  EXPECT_EQ(rest->active_after(), 50) << "what was earned later is its own";
  ExpectSound();
}

TEST_F(ReversalTest, AClawBackTakesWhatWasSpentBeforeTheRestExpired) {
  const std::string member = NewMember();
  const auto earned = Earn(member, 100, "deep");
  ASSERT_TRUE(Spend(member, 60, "deep").ok());
  world_->clock.Advance(absl::Hours(24 * 12));
  // Not settled yet: the claw-back itself settles it first.
  EXPECT_EQ(ReasonOf(ClawBack(member, *earned, 61, "deep").status()), "CLAW_BACK_EXCEEDS_ACCRUAL");
  const auto part = ClawBack(member, *earned, 20, "deep");
  ASSERT_TRUE(part.ok()) << part.status();
  EXPECT_EQ(part->active_delta(), -20);
  const auto rest = ClawBack(member, *earned, 0, "deep");
  ASSERT_TRUE(rest.ok()) << rest.status();
  EXPECT_EQ(rest->active_delta(), -40) << "40 have expired and are not taken twice";
  EXPECT_EQ(rest->active_after(), -60);
  EXPECT_EQ(ReasonOf(ClawBack(member, *earned, 0, "deep").status()), "NOTHING_TO_CLAW_BACK");
  ExpectSound();
}

TEST_F(ReversalTest, ClawBacksOfAllThatWasEarnedAndWhatHasExpiredSumToIt) {
  const std::string member = NewMember();
  const auto first = Earn(member, 100, "deep");
  const auto second = Earn(member, 50, "deep");
  ASSERT_TRUE(Spend(member, 120, "deep").ok());
  world_->clock.Advance(absl::Hours(24 * 12));
  ASSERT_TRUE(ClawBack(member, *first, 0, "deep").ok());
  const auto last = ClawBack(member, *second, 0, "deep");
  ASSERT_TRUE(last.ok()) << last.status();
  EXPECT_EQ(last->active_delta(), -20);
  EXPECT_EQ(last->active_after(), -120) << "as if nothing had been earned";
  ExpectSound();
}

}  // namespace
}  // namespace laurel::members
