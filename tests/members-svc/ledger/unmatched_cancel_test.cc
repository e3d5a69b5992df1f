// Orders of nobody that are cancelled: nobody can have them any more, whoever enrols, attaches or
// asks again, and whoever does so at the same time.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <thread>

#include "tests/members-svc/ledger/unmatched_fixture.h"

namespace laurel::members {
namespace {

using status::ReasonOf;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using testing::kProgram;
using testing::Process;
using testing::UnmatchedWorld;

v1::CancelOrderRequest Cancelling(const std::string& order_id, const std::string& request_id) {
  v1::CancelOrderRequest request;
  request.set_program_id(kProgram);
  request.set_order_id(order_id);
  request.set_request_id(request_id);
  request.set_reason("sent back");
  return request;
}
absl::StatusOr<v1::OrderReturn> Cancel(Process& process, const v1::CancelOrderRequest& request) {
  v1::CancelOrderResponse response;
  const absl::Status status = handlers::CancelOrder(process.deps, process.call, request, &response);
  if (!status.ok()) return status;
  return response.order_return();
}

class UnmatchedCancelTest : public ::testing::Test {
 protected:
  absl::StatusOr<v1::OrderReturn> Cancel(const std::string& order_id,
                                         const std::string& request_id) {
    return members::Cancel(world_.first(), Cancelling(order_id, request_id));
  }
  std::string ReasonOfReturn(const std::string& order_id) {
    v1::ReturnOrderRequest request;
    request.set_program_id(kProgram);
    request.set_order_id(order_id);
    request.set_request_id("return");
    v1::ReturnOrderResponse response;
    return ReasonOf(
        handlers::ReturnOrder(world_.first().deps, world_.first().call, request, &response));
  }
  std::vector<std::string> Faults() {
    std::vector<std::string> out;
    const v1::VerifyLedgerResponse found = world_.world().Verify();
    for (const v1::LedgerFault& fault : found.faults()) out.push_back(fault.what());
    return out;
  }

  UnmatchedWorld world_;
};

TEST_F(UnmatchedCancelTest, WhoEnrolsLaterDoesNotGetWhatWasSentBack) {
  v1::RecordOrderRequest request = UnmatchedWorld::OfCard("order", "ANNA");
  request.set_external_id("receipt");
  const auto kept = world_.Record(request);
  ASSERT_TRUE(kept.ok()) << kept.status();
  const auto other = world_.Record(UnmatchedWorld::OfCard("other order", "ANNA"));
  EXPECT_EQ(world_.List().orders_size(), 2);
  const auto cancelled = Cancel(kept->order_id(), "cancel");
  ASSERT_TRUE(cancelled.ok()) << cancelled.status();
  EXPECT_EQ(cancelled->order_id(), kept->order_id());
  EXPECT_EQ(cancelled->member_id(), "");
  EXPECT_EQ(cancelled->number(), 1);
  ASSERT_EQ(cancelled->lines_size(), 1);
  EXPECT_EQ(cancelled->lines(0).quantity_thousandths(), 1000);
  EXPECT_EQ(cancelled->amount().minor_units(), 1999);
  EXPECT_EQ(cancelled->order_state(), v1::ORDER_STATE_CANCELLED);
  EXPECT_EQ(cancelled->entries_size(), 0);
  EXPECT_EQ(cancelled->reason(), "sent back");

  const v1::Order shown = *world_.Get(kept->order_id());
  EXPECT_TRUE(shown.unmatched());
  EXPECT_EQ(shown.state(), v1::ORDER_STATE_CANCELLED);
  EXPECT_THAT(shown.return_ids(), ElementsAre(cancelled->return_id()));
  EXPECT_EQ(shown.returned_lines_size(), 1);
  ASSERT_EQ(world_.List().orders_size(), 1);
  EXPECT_EQ(world_.List().orders(0).order().order_id(), other->order_id());

  const std::string member = world_.Enrol("ANNA");
  EXPECT_EQ(world_.AttachRound(), 1) << "the other one";
  EXPECT_EQ(world_.Points(member), 19);
  EXPECT_EQ(ReasonOf(world_.Attach(kept->order_id(), member, "attach").status()),
            "ORDER_CANCELLED");
  EXPECT_EQ(ReasonOfReturn(kept->order_id()), "ORDER_RETURNED");
  EXPECT_EQ(world_.Points(member), 19);
  EXPECT_EQ(world_.Count("SELECT count(*) FROM members.unmatched_identifiers"), 0);
  // Its external id stays taken, and sent again it is the same order.
  EXPECT_EQ(world_.Record(request)->order_id(), kept->order_id());
  request.set_request_id("another");
  EXPECT_EQ(ReasonOf(world_.Record(request).status()), "ORDER_EXISTS");
  EXPECT_THAT(Faults(), IsEmpty());
}

TEST_F(UnmatchedCancelTest, TheSameRequestIsAnsweredAgainAndOthersComeTooLate) {
  const std::string order = world_.Record(UnmatchedWorld::OrderOf("order"))->order_id();
  const auto first = Cancel(order, "cancel");
  ASSERT_TRUE(first.ok()) << first.status();
  world_.world().clock.Advance(absl::Hours(24 * 40));
  const auto again = members::Cancel(world_.other(), Cancelling(order, "cancel"));
  ASSERT_TRUE(again.ok()) << again.status();
  EXPECT_EQ(again->SerializeAsString(), first->SerializeAsString());
  v1::CancelOrderRequest changed = Cancelling(order, "cancel");
  changed.set_reason("something else");
  EXPECT_EQ(ReasonOf(members::Cancel(world_.first(), changed).status()), "REQUEST_ID_REUSED");
  EXPECT_EQ(ReasonOf(Cancel(order, "cancel again").status()), "ORDER_RETURNED");
  EXPECT_THAT(Faults(), IsEmpty());
}

TEST_F(UnmatchedCancelTest, WhenItHappenedIsNotBeforeTheOrderAndNotAhead) {
  const auto kept = world_.Record(UnmatchedWorld::OrderOf("order"));
  v1::CancelOrderRequest request = Cancelling(kept->order_id(), "cancel");
  const absl::Time occurred = base::FromTimestamp(kept->occur_time());
  base::SetTimestamp(occurred - absl::Seconds(1), request.mutable_occur_time());
  EXPECT_EQ(ReasonOf(members::Cancel(world_.first(), request).status()), "RETURN_BEFORE_ORDER");
  base::SetTimestamp(occurred + absl::Hours(1), request.mutable_occur_time());
  EXPECT_EQ(ReasonOf(members::Cancel(world_.first(), request).status()), "OCCUR_TIME_OUT_OF_RANGE");
  EXPECT_EQ(world_.Get(kept->order_id())->state(), v1::ORDER_STATE_RECORDED);
  v1::CancelOrderRequest foreign = Cancelling(kept->order_id(), "cancel");
  foreign.set_program_id("prg_01jd000000000000000000000z");
  EXPECT_EQ(ReasonOf(members::Cancel(world_.first(), foreign).status()), "ORDER_NOT_FOUND");
}

TEST_F(UnmatchedCancelTest, WhatACancellationDoesNotSayIsNamed) {
  const std::string order = world_.Record(UnmatchedWorld::OrderOf("order"))->order_id();
  ASSERT_TRUE(Cancel(order, "cancel").ok());
  ASSERT_THAT(Faults(), IsEmpty());
  auto& database = world_.world().database;
  const std::string named = "the unmatched order " + order + ": ";
  database.Admin("UPDATE members.unmatched_orders SET cancel_us = cancel_us + 1");
  EXPECT_THAT(Faults(), ElementsAre(named + "its cancellation says something else"));
  database.Admin("UPDATE members.unmatched_orders SET cancel_us = cancel_us - 1");
  // The key of its request, and that under which nobody can attach it any more.
  EXPECT_EQ(world_.Count("SELECT count(*) FROM members.order_directory"), 2);
  database.Admin(
      "DELETE FROM members.order_directory WHERE key_id <> "
      "(SELECT request_key FROM members.unmatched_orders)");
  EXPECT_THAT(Faults(), ElementsAre(named + "the directory of orders does not lead to it"));
}

// Whoever attaches and whoever cancels meet: one wins, and the other one is told so.
TEST(UnmatchedCancelRace, OneOfThoseWhoAttachAndCancelWins) {
  constexpr size_t kOrders = 40;
  UnmatchedWorld world;
  const std::string member = world.Enrol("ANNA");
  std::vector<std::string> orders;
  for (size_t i = 0; i < kOrders; ++i) {
    orders.push_back(
        world.Record(UnmatchedWorld::OrderOf("order" + std::to_string(i)))->order_id());
  }
  int attached = 0;
  for (size_t i = 0; i < kOrders; ++i) {
    const auto cancelling = Cancelling(orders[i], "cancel" + std::to_string(i));
    std::array<absl::StatusOr<v1::OrderReturn>, 2> cancelled;
    absl::StatusOr<v1::Order> order;
    std::thread first([&] { cancelled[0] = Cancel(world.first(), cancelling); });
    std::thread second([&] { cancelled[1] = Cancel(world.other(), cancelling); });
    order = UnmatchedWorld::Attach(world.process(static_cast<int>(i)), orders[i], member,
                                   "attach" + std::to_string(i));
    first.join();
    second.join();
    // What was attached first is returned: the request has one answer, whoever carried it out.
    for (const auto& one : cancelled) ASSERT_TRUE(one.ok()) << one.status();
    EXPECT_EQ(cancelled[0]->SerializeAsString(), cancelled[1]->SerializeAsString());
    EXPECT_EQ(order.ok(), cancelled[0]->member_id() == member);
    if (!order.ok()) {
      EXPECT_EQ(ReasonOf(order.status()), "ORDER_CANCELLED");
    }
    attached += order.ok();
  }
  EXPECT_EQ(world.Points(member), 0);
  EXPECT_EQ(world.Count("SELECT count(*) FROM members.orders"), attached);
  EXPECT_EQ(world.world().Verify().faults_size(), 0);
}

}  // namespace
}  // namespace laurel::members
