// The ledger against the real database: one request id, one effect, one answer; refusals that leave
// no trace; proof that finds what a superuser changes.
#include <gtest/gtest.h>

#include "lib/status/error.h"
#include "tests/members-svc/ledger/fixture.h"

namespace laurel::members {
namespace {

using status::ReasonOf;
using testing::kProgram;
using testing::World;

class LedgerTest : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    world_ = new World;
    world_->MakeProgram();
  }
  static void TearDownTestSuite() { delete world_; }

  std::string NewMember() { return world_->Enrol("m" + std::to_string(++members_)); }
  v1::RecordOrderRequest OrderOf(const std::string& member, int64_t amount,
                                 const std::string& request_id) {
    v1::RecordOrderRequest request;
    request.set_program_id(kProgram);
    request.set_member_id(member);
    request.set_request_id(request_id);
    request.set_external_id("ext-" + request_id);
    request.set_currency_code("USD");
    auto* line = request.add_lines();
    line->set_sku("123");
    line->set_quantity_thousandths(1000);
    line->set_amount_minor_units(amount);
    return request;
  }
  absl::StatusOr<v1::Order> Record(const v1::RecordOrderRequest& request) {
    v1::RecordOrderResponse response;
    const absl::Status status = world_->process->Call(handlers::RecordOrder, request, &response);
    if (!status.ok()) return status;
    return response.order();
  }

  static World* world_;
  static int members_;
};
World* LedgerTest::world_ = nullptr;
int LedgerTest::members_ = 0;

TEST_F(LedgerTest, APostIsAnEntryAndARepeatedRequestIsTheSameEntry) {
  const std::string member = NewMember();
  const auto first = world_->Earn(member, 100, "earn-1");
  ASSERT_TRUE(first.ok()) << first.status();
  EXPECT_EQ(first->seq(), 1);
  EXPECT_EQ(first->active_after(), 100);
  const auto again = world_->Earn(member, 100, "earn-1");
  ASSERT_TRUE(again.ok()) << again.status();
  EXPECT_EQ(again->SerializeAsString(), first->SerializeAsString());
  EXPECT_EQ(ReasonOf(world_->Earn(member, 101, "earn-1").status()), "REQUEST_ID_REUSED");
  EXPECT_EQ(world_->Balance(member).active(), 100);
}

TEST_F(LedgerTest, ADatedRequestIdIsFoundAgainDaysLater) {
  const std::string member = NewMember();
  base::IdSource ids(7);
  const std::string id = base::ToString(ids.Next(world_->clock.Now()));
  const auto first = world_->Earn(member, 5, id);
  ASSERT_TRUE(first.ok()) << first.status();
  world_->clock.Advance(absl::Hours(24 * 9));
  const auto again = world_->Earn(member, 5, id);
  ASSERT_TRUE(again.ok()) << again.status();
  EXPECT_EQ(again->entry_id(), first->entry_id());
  EXPECT_EQ(world_->Balance(member).active(), 5);
}

TEST_F(LedgerTest, AnUndatedRequestIdIsFoundAgainAcrossMidnight) {
  const std::string member = NewMember();
  ASSERT_TRUE(world_->Earn(member, 5, "night").ok());
  world_->clock.Advance(absl::Hours(30));
  ASSERT_TRUE(world_->Earn(member, 5, "night").ok());
  EXPECT_EQ(world_->Balance(member).active(), 5);
}

TEST_F(LedgerTest, ADatedRequestIdSentDaysAfterItWasMadeIsStillOneEffect) {
  const std::string member = NewMember();
  base::IdSource ids(8);
  const std::string id = base::ToString(ids.Next(world_->clock.Now() - absl::Hours(24 * 5)));
  ASSERT_TRUE(world_->Earn(member, 5, id).ok());
  world_->clock.Advance(absl::Hours(20));
  ASSERT_TRUE(world_->Earn(member, 5, id).ok());
  EXPECT_EQ(world_->Balance(member).active(), 5);
}

TEST_F(LedgerTest, ARefusedRequestLeavesNoTraceAndItsIdMaySucceedLater) {
  const std::string member = NewMember();
  EXPECT_EQ(ReasonOf(world_->Spend(member, 10, "spend").status()), "INSUFFICIENT_POINTS");
  EXPECT_EQ(world_->Balance(member).seq(), 0);
  ASSERT_TRUE(world_->Earn(member, 10, "earn").ok());
  EXPECT_TRUE(world_->Spend(member, 10, "spend").ok());
}

TEST_F(LedgerTest, UnknownMembersAndWalletTypesAreNotFound) {
  EXPECT_EQ(ReasonOf(world_->Earn("mem_01jd0000000000000000000000", 1, "x").status()),
            "MEMBER_NOT_FOUND");
  v1::EarnPointsRequest request;
  request.set_program_id(kProgram);
  request.set_member_id(NewMember());
  request.set_amount(1);
  request.set_request_id("y");
  request.set_wallet_type("miles");
  v1::EarnPointsResponse response;
  EXPECT_EQ(ReasonOf(world_->process->Call(handlers::EarnPoints, request, &response)),
            "WALLET_TYPE_NOT_FOUND");
}

TEST_F(LedgerTest, ARefundGoesBackOnce) {
  const std::string member = NewMember();
  ASSERT_TRUE(world_->Earn(member, 100, "e").ok());
  const auto spend = world_->Spend(member, 60, "s");
  ASSERT_TRUE(spend.ok());
  v1::RefundPointsRequest request;
  request.set_program_id(kProgram);
  request.set_member_id(member);
  request.set_request_id("r1");
  request.set_spend_entry_id(spend->entry_id());
  v1::RefundPointsResponse response;
  ASSERT_TRUE(world_->process->Call(handlers::RefundPoints, request, &response).ok());
  EXPECT_EQ(response.entry().active_delta(), 60);
  EXPECT_TRUE(world_->process->Call(handlers::RefundPoints, request, &response).ok());
  request.set_request_id("r2");
  EXPECT_EQ(ReasonOf(world_->process->Call(handlers::RefundPoints, request, &response)),
            "ALREADY_REFUNDED");
  request.set_spend_entry_id(spend->entry_id().substr(0, 29) + "z");
  EXPECT_EQ(ReasonOf(world_->process->Call(handlers::RefundPoints, request, &response)),
            "SPEND_NOT_FOUND");
  EXPECT_EQ(world_->Balance(member).active(), 100);
  EXPECT_EQ(world_->Balance(member).lifetime_spent(), 0);
}

TEST_F(LedgerTest, AReservationEndsExactlyOnce) {
  const std::string member = NewMember();
  ASSERT_TRUE(world_->Earn(member, 100, "e").ok());
  v1::ReservePointsRequest hold;
  hold.set_program_id(kProgram);
  hold.set_member_id(member);
  hold.set_request_id("h");
  hold.set_amount(70);
  v1::ReservePointsResponse held;
  ASSERT_TRUE(world_->process->Call(handlers::ReservePoints, hold, &held).ok());
  EXPECT_EQ(world_->Balance(member).reserved(), 70);
  v1::CaptureReservationRequest capture;
  capture.set_program_id(kProgram);
  capture.set_member_id(member);
  capture.set_reservation_id(held.reservation().reservation_id());
  capture.set_request_id("c0");
  capture.set_amount(71);
  v1::CaptureReservationResponse captured;
  EXPECT_EQ(ReasonOf(world_->process->Call(handlers::CaptureReservation, capture, &captured)),
            "CAPTURE_EXCEEDS_RESERVATION");
  capture.set_amount(50);
  capture.set_request_id("c1");
  ASSERT_TRUE(world_->process->Call(handlers::CaptureReservation, capture, &captured).ok());
  EXPECT_EQ(captured.reservation().captured_amount(), 50);
  EXPECT_EQ(captured.reservation().amount(), 70);
  const std::string first = captured.SerializeAsString();
  ASSERT_TRUE(world_->process->Call(handlers::CaptureReservation, capture, &captured).ok());
  EXPECT_EQ(captured.SerializeAsString(), first);
  capture.set_request_id("c2");
  EXPECT_EQ(ReasonOf(world_->process->Call(handlers::CaptureReservation, capture, &captured)),
            "RESERVATION_ENDED");
  EXPECT_EQ(world_->Balance(member).active(), 50);
  EXPECT_EQ(world_->Balance(member).reserved(), 0);
}

TEST_F(LedgerTest, AnOrderWithItsExternalIdIsRecordedOnce) {
  const std::string member = NewMember();
  const auto first = Record(OrderOf(member, 1999, "o1"));
  ASSERT_TRUE(first.ok()) << first.status();
  const auto again = Record(OrderOf(member, 1999, "o1"));
  ASSERT_TRUE(again.ok()) << again.status();
  EXPECT_EQ(again->order_id(), first->order_id());
  EXPECT_EQ(ReasonOf(Record(OrderOf(member, 2000, "o1")).status()), "REQUEST_ID_REUSED");
  v1::RecordOrderRequest other = OrderOf(member, 1999, "o2");
  other.set_external_id("ext-o1");
  EXPECT_EQ(ReasonOf(Record(other).status()), "ORDER_EXISTS");
}

TEST_F(LedgerTest, AnOrderWithWrongCurrencyOrTimeIsRefused) {
  const std::string member = NewMember();
  v1::RecordOrderRequest request = OrderOf(member, 100, "bad");
  request.set_currency_code("EUR");
  EXPECT_EQ(ReasonOf(Record(request).status()), "CURRENCY_MISMATCH");
  request = OrderOf(member, 100, "bad");
  const int64_t now = absl::ToUnixSeconds(world_->clock.Now());
  request.mutable_occur_time()->set_seconds(now + 120);
  EXPECT_EQ(ReasonOf(Record(request).status()), "OCCUR_TIME_OUT_OF_RANGE");
  request.mutable_occur_time()->set_seconds(now - 31 * 86400);
  EXPECT_EQ(ReasonOf(Record(request).status()), "OCCUR_TIME_OUT_OF_RANGE");
  request.set_historical(true);
  EXPECT_TRUE(Record(request).ok());
}

TEST_F(LedgerTest, TheLedgerVerifiesAndTamperingIsNamed) {
  const std::string member = NewMember();
  for (int i = 1; i <= 3; ++i) {
    ASSERT_TRUE(world_->Earn(member, 10, "t" + std::to_string(i)).ok());
  }
  ASSERT_TRUE(world_->Verify().valid());
  const std::string owner = base::ToString(*base::DecodeId("mem", member));
  const std::string where = " WHERE owner_id = '" + owner + "' AND seq = 2";
  world_->database.Admin("UPDATE entries SET active_delta = 11" + where);
  const auto broken = world_->Verify();
  EXPECT_FALSE(broken.valid());
  ASSERT_EQ(broken.faults_size(), 1);
  EXPECT_EQ(broken.faults(0).member_id(), member);
  EXPECT_EQ(broken.faults(0).seq(), 2);
  world_->database.Admin("UPDATE entries SET active_delta = 10" + where);
  EXPECT_TRUE(world_->Verify().valid());
  world_->database.Admin(
      "UPDATE wallets SET lifetime_earned = 40, lifetime_spent = 10 WHERE owner_id = '" + owner +
      "'");
  EXPECT_FALSE(world_->Verify().valid());
  world_->database.Admin(
      "UPDATE wallets SET lifetime_earned = 30, lifetime_spent = 0 WHERE owner_id = '" + owner +
      "'");
  EXPECT_TRUE(world_->Verify().valid());
}

TEST_F(LedgerTest, TheApplicationCannotRewriteThePast) {
  auto pool = world_->database.NewPool(1);
  for (const char* what : {"UPDATE ON members.entries", "DELETE ON members.entries",
                           "DELETE ON members.wallets", "DELETE ON members.orders"}) {
    const std::string privilege = std::string(what).substr(0, std::string(what).find(' '));
    const std::string table = std::string(what).substr(std::string(what).rfind(' ') + 1);
    EXPECT_EQ(world_->database.Admin("SELECT has_table_privilege('members_app', '" + table +
                                     "', '" + privilege + "')")[0],
              "f")
        << what;
  }
}

}  // namespace
}  // namespace laurel::members
