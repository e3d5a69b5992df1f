// Orders that were nobody's: found, returned and cancelled by the id that the till was given, and
// proved.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/members-svc/ledger/unmatched_fixture.h"

namespace laurel::members {
namespace {

using status::ReasonOf;
using ::testing::Contains;
using ::testing::IsEmpty;
using testing::kProgram;
using testing::UnmatchedWorld;

class UnmatchedProofTest : public ::testing::Test {
 protected:
  static void SetUpTestSuite() { world_ = new UnmatchedWorld; }
  static void TearDownTestSuite() { delete world_; }

  static std::string New(const std::string& what) { return what + std::to_string(++names_); }
  // Two units for 20.00, of nobody.
  static v1::Order Kept(const std::string& external_id = "") {
    v1::RecordOrderRequest request = UnmatchedWorld::OrderOf(New("order"));
    request.set_external_id(external_id);
    request.mutable_lines(0)->set_quantity_thousandths(2000);
    request.mutable_lines(0)->set_amount_minor_units(2000);
    const auto order = world_->Record(request);
    EXPECT_TRUE(order.ok()) << order.status();
    EXPECT_TRUE(order->unmatched());
    return *order;
  }
  static v1::Order Attached(const std::string& order_id, const std::string& member) {
    const auto order = world_->Attach(order_id, member, New("attach"));
    EXPECT_TRUE(order.ok()) << order.status();
    return *order;
  }
  // One unit of its line.
  static absl::StatusOr<v1::OrderReturn> Return(const std::string& order_id,
                                                const std::string& request_id,
                                                const std::string& program_id = kProgram) {
    v1::ReturnOrderRequest request;
    request.set_program_id(program_id);
    request.set_order_id(order_id);
    request.set_request_id(request_id);
    request.add_lines()->set_line_number(1);
    request.mutable_lines(0)->set_quantity_thousandths(1000);
    v1::ReturnOrderResponse response;
    const absl::Status status =
        handlers::ReturnOrder(world_->first().deps, world_->first().call, request, &response);
    if (!status.ok()) return status;
    return response.order_return();
  }
  static absl::StatusOr<v1::OrderReturn> Cancel(const std::string& order_id) {
    v1::CancelOrderRequest request;
    request.set_program_id(kProgram);
    request.set_order_id(order_id);
    request.set_request_id(New("cancel"));
    v1::CancelOrderResponse response;
    const absl::Status status =
        handlers::CancelOrder(world_->first().deps, world_->first().call, request, &response);
    if (!status.ok()) return status;
    return response.order_return();
  }

  static std::vector<std::string> Faults() {
    std::vector<std::string> out;
    const v1::VerifyLedgerResponse found = world_->world().Verify();
    for (const v1::LedgerFault& fault : found.faults()) {
      out.push_back(fault.what());
    }
    return out;
  }
  // What the verifier says while the database is so; then it is put back.
  static std::vector<std::string> FaultsWith(const std::string& change, const std::string& back) {
    world_->world().database.Admin(change);
    std::vector<std::string> faults = Faults();
    world_->world().database.Admin(back);
    return faults;
  }
  static std::string Uuid(const std::string& order_id) {
    return "'" + base::ToString(*base::DecodeId("ord", order_id)) + "'";
  }

  static UnmatchedWorld* world_;
  static int names_;
};
UnmatchedWorld* UnmatchedProofTest::world_ = nullptr;
int UnmatchedProofTest::names_ = 0;

TEST_F(UnmatchedProofTest, TheTillsIdFindsReturnsAndCancelsIt) {
  const std::string member = world_->Enrol(New("CARD"));
  const v1::Order kept = Kept();
  const v1::Order order = Attached(kept.order_id(), member);
  EXPECT_EQ(world_->Points(member), 20);
  const std::string id = New("return");
  const auto half = Return(kept.order_id(), id);
  ASSERT_TRUE(half.ok()) << half.status();
  EXPECT_EQ(half->order_id(), order.order_id()) << "it is the member's order that is returned";
  EXPECT_EQ(half->member_id(), member);
  EXPECT_EQ(world_->Points(member), 10);
  EXPECT_EQ(Return(kept.order_id(), id)->SerializeAsString(), half->SerializeAsString());
  EXPECT_EQ(world_->Get(kept.order_id())->state(), v1::ORDER_STATE_PARTLY_RETURNED);
  const auto rest = Cancel(kept.order_id());
  ASSERT_TRUE(rest.ok()) << rest.status();
  EXPECT_EQ(rest->number(), 2);
  EXPECT_EQ(world_->Points(member), 0);
  EXPECT_EQ(ReasonOf(Cancel(order.order_id()).status()), "ORDER_RETURNED");
  EXPECT_EQ(world_->Get(order.order_id())->state(), v1::ORDER_STATE_CANCELLED);
  EXPECT_THAT(Faults(), IsEmpty());
}

TEST_F(UnmatchedProofTest, WhatIsNobodysIsReturnedOnceItIsAttached) {
  const v1::Order kept = Kept();
  EXPECT_EQ(ReasonOf(Return(kept.order_id(), New("return")).status()), "ORDER_UNMATCHED");
  EXPECT_TRUE(world_->Get(kept.order_id())->unmatched()) << "nothing has changed";
  EXPECT_EQ(ReasonOf(Return("ord_01jd0000000000000000000000", New("return")).status()),
            "ORDER_NOT_FOUND");
  const std::string member = world_->Enrol(New("CARD"));
  Attached(kept.order_id(), member);
  EXPECT_EQ(
      ReasonOf(Return(kept.order_id(), New("return"), "prg_01jd000000000000000000000z").status()),
      "ORDER_NOT_FOUND")
      << "it is none of another programme's";
  ASSERT_TRUE(Return(kept.order_id(), New("return")).ok());
  EXPECT_EQ(world_->Points(member), 10);
}

TEST_F(UnmatchedProofTest, WhereTheDirectoryDoesNotLeadToItIsNamed) {
  const v1::Order kept = Kept(New("receipt"));
  ASSERT_THAT(Faults(), IsEmpty());
  const std::string own = " FROM members.order_directory WHERE order_id = " + Uuid(kept.order_id());
  EXPECT_EQ(world_->Count("SELECT count(*)" + own), 2) << "its request and its external id";
  const std::string copy = "CREATE TABLE members.kept_rows AS SELECT *" + own;
  const std::string back =
      "INSERT INTO members.order_directory SELECT * FROM members.kept_rows ON CONFLICT DO NOTHING; "
      "DROP TABLE members.kept_rows";
  const std::string fault =
      "the unmatched order " + kept.order_id() + ": the directory of orders does not lead to it";
  for (const char* order : {"ASC", "DESC"}) {
    const auto faults =
        FaultsWith(copy + "; DELETE FROM members.order_directory WHERE key_id = (SELECT key_id" +
                       own + " ORDER BY key_id " + order + " LIMIT 1)",
                   back);
    EXPECT_THAT(faults, ::testing::ElementsAre(fault));
  }
  EXPECT_THAT(Faults(), IsEmpty());
}

TEST_F(UnmatchedProofTest, AnOrderAndTheOneThatItWasNameOneAnother) {
  const std::string member = world_->Enrol(New("CARD"));
  const v1::Order kept = Kept();
  const v1::Order order = Attached(kept.order_id(), member);
  const v1::Order other = Attached(Kept().order_id(), member);
  ASSERT_THAT(Faults(), IsEmpty());
  const std::string row = " WHERE order_id = " + Uuid(kept.order_id());
  const std::string update = "UPDATE members.unmatched_orders SET ";
  EXPECT_THAT(FaultsWith(update + "attached_order_id = " + Uuid(other.order_id()) + row,
                         update + "attached_order_id = " + Uuid(order.order_id()) + row),
              Contains("the order " + order.order_id() +
                       ": the unmatched order that it was is not attached to it"));
  EXPECT_THAT(FaultsWith(update + "member_id = '01890000-0000-7000-8000-000000000001'" + row,
                         update + "member_id = '" + base::ToString(*base::DecodeId("mem", member)) +
                             "'" + row),
              Contains("the order " + order.order_id() +
                       ": the unmatched order that it was is not attached to it"));
  EXPECT_THAT(
      FaultsWith(update + "total_minor_units = 1" + row, update + "total_minor_units = 2000" + row),
      Contains("the order " + order.order_id() +
               ": the unmatched order that it was says something else"));
  EXPECT_THAT(
      FaultsWith("CREATE TABLE members.kept_rows AS SELECT * FROM members.unmatched_orders" + row +
                     "; DELETE FROM members.unmatched_orders" + row,
                 "INSERT INTO members.unmatched_orders SELECT * FROM members.kept_rows; "
                 "DROP TABLE members.kept_rows"),
      Contains("the order " + order.order_id() + ": the unmatched order that it was is not there"));
  EXPECT_THAT(Faults(), IsEmpty());
}

TEST_F(UnmatchedProofTest, OneThatIsAttachedToNoOrderIsNamed) {
  const v1::Order kept = Kept();
  const std::string row = " WHERE order_id = " + Uuid(kept.order_id());
  EXPECT_THAT(FaultsWith("UPDATE members.unmatched_orders SET attach_us = create_us, member_id = "
                         "'01890000-0000-7000-8000-000000000001', attached_order_id = "
                         "'01890000-0000-7000-8000-000000000002'" +
                             row,
                         "UPDATE members.unmatched_orders SET attach_us = NULL, member_id = NULL, "
                         "attached_order_id = NULL" +
                             row),
              ::testing::ElementsAre("the unmatched order " + kept.order_id() +
                                     ": it is attached to an order that is not there"));
  EXPECT_THAT(Faults(), IsEmpty());
}

}  // namespace
}  // namespace laurel::members
