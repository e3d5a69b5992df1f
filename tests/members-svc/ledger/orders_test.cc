// Orders as they are read back, batches of them, and a reservation that is given up.
#include <gtest/gtest.h>

#include "lib/status/error.h"
#include "lib/status/mapping.h"
#include "tests/members-svc/ledger/fixture.h"

namespace laurel::members {
namespace {

using status::ReasonOf;
using testing::kProgram;
using testing::Process;
using testing::World;

constexpr char kOtherProgram[] = "prg_01jd000000000000000000000a";

class OrdersTest : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    world_ = new World;
    world_->MakeProgram();
  }
  static void TearDownTestSuite() { delete world_; }

  Process& process() { return *world_->process; }
  std::string NewMember() { return world_->Enrol("o" + std::to_string(++members_)); }

  static v1::RecordOrderRequest OrderOf(const std::string& member, const std::string& request_id) {
    v1::RecordOrderRequest request;
    request.set_program_id(kProgram);
    request.set_member_id(member);
    request.set_request_id(request_id);
    request.set_currency_code("USD");
    auto* line = request.add_lines();
    line->set_sku("123");
    line->set_quantity_thousandths(1000);
    line->set_amount_minor_units(1999);
    return request;
  }
  v1::Order Record(const std::string& member, const std::string& request_id) {
    v1::RecordOrderResponse response;
    EXPECT_TRUE(process().Call(handlers::RecordOrder, OrderOf(member, request_id), &response).ok());
    return response.order();
  }
  server::Call AsMember(const std::string& member) {
    server::Call call = process().call;
    call.caller = {};
    call.caller.kind = laurel::api::v1::CALLER_KIND_MEMBER;
    call.caller.program_id = kProgram;
    call.caller.subject = member;
    call.caller.roles = {laurel::api::v1::ROLE_MEMBER};
    return call;
  }
  absl::StatusOr<v1::Order> Get(const server::Call& call, const std::string& order_id,
                                const std::string& program_id = kProgram) {
    v1::GetOrderRequest request;
    request.set_program_id(program_id);
    request.set_order_id(order_id);
    v1::GetOrderResponse response;
    const absl::Status status = handlers::GetOrder(process().deps, call, request, &response);
    if (!status.ok()) return status;
    return response.order();
  }

  static World* world_;
  static int members_;
};
World* OrdersTest::world_ = nullptr;
int OrdersTest::members_ = 0;

TEST_F(OrdersTest, AnOrderIsFoundByItsIdAlone) {
  const v1::Order order = Record(NewMember(), "get-1");
  const auto found = Get(process().call, order.order_id());
  ASSERT_TRUE(found.ok()) << found.status();
  EXPECT_EQ(found->SerializeAsString(), order.SerializeAsString());
}

TEST_F(OrdersTest, AForeignOrderAndNoneAtAllAreTheSameBytes) {
  const std::string owner = NewMember();
  const server::Call other = AsMember(NewMember());
  const std::string order_id = Record(owner, "get-2").order_id();
  EXPECT_TRUE(Get(AsMember(owner), order_id).ok());
  const absl::Status unknown = Get(other, "ord_01jd0000000000000000000000").status();
  EXPECT_EQ(ReasonOf(unknown), "ORDER_NOT_FOUND");
  EXPECT_EQ(Get(other, order_id).status().ToString(), unknown.ToString());
  EXPECT_EQ(Get(process().call, order_id, kOtherProgram).status().ToString(), unknown.ToString());
}

TEST_F(OrdersTest, AListIsPagedNewestFirstAndHoldsTheMembersOwn) {
  const std::string member = NewMember();
  std::vector<std::string> recorded;
  for (int i = 0; i < 5; ++i) {
    world_->clock.Advance(absl::Seconds(1));
    recorded.insert(recorded.begin(), Record(member, "list-" + std::to_string(i)).order_id());
    Record(NewMember(), "list-other-" + std::to_string(i));
  }
  v1::ListOrdersRequest request;
  request.set_program_id(kProgram);
  request.set_member_id(member);
  request.set_page_size(2);
  std::vector<std::string> listed;
  do {
    v1::ListOrdersResponse page;
    ASSERT_TRUE(handlers::ListOrders(process().deps, process().call, request, &page).ok());
    EXPECT_LE(page.orders_size(), 2);
    for (const auto& order : page.orders()) listed.push_back(order.order_id());
    request.set_page_token(page.next_page_token());
  } while (!request.page_token().empty());
  EXPECT_EQ(listed, recorded);
}

TEST_F(OrdersTest, APageTokenIsGoodForItsMemberOnly) {
  const std::string member = NewMember();
  Record(member, "token-1");
  Record(member, "token-2");
  v1::ListOrdersRequest request;
  request.set_program_id(kProgram);
  request.set_member_id(member);
  request.set_page_size(1);
  v1::ListOrdersResponse page;
  ASSERT_TRUE(handlers::ListOrders(process().deps, process().call, request, &page).ok());
  request.set_member_id(NewMember());
  request.set_page_token(page.next_page_token());
  EXPECT_EQ(ReasonOf(handlers::ListOrders(process().deps, process().call, request, &page)),
            "PAGE_TOKEN_INVALID");
}

TEST_F(OrdersTest, ABatchAnswersEachOrderInItsPlace) {
  const std::string member = NewMember();
  v1::BatchRecordOrdersRequest batch;
  batch.set_program_id(kProgram);
  *batch.add_requests() = OrderOf(member, "batch-1");
  *batch.add_requests() = OrderOf(member, "");
  *batch.add_requests() = OrderOf("mem_01jd0000000000000000000000", "batch-3");
  *batch.add_requests() = OrderOf(member, "batch-4");
  batch.mutable_requests(3)->set_program_id(kOtherProgram);
  *batch.add_requests() = OrderOf(member, "batch-1");  // a twin of the first
  v1::BatchRecordOrdersResponse response;
  ASSERT_TRUE(process().Call(handlers::BatchRecordOrders, batch, &response).ok());
  ASSERT_EQ(response.results_size(), 5);
  const auto reason = [&](int i) {
    return ReasonOf(status::FromProto(response.results(i).error()));
  };
  EXPECT_TRUE(response.results(0).has_order());
  EXPECT_EQ(reason(1), "IDEMPOTENCY_KEY_REQUIRED");
  EXPECT_EQ(reason(2), "MEMBER_NOT_FOUND");
  EXPECT_EQ(reason(3), "PROGRAM_NOT_FOUND");
  EXPECT_EQ(response.results(4).order().order_id(), response.results(0).order().order_id());
  v1::BatchRecordOrdersResponse again;
  ASSERT_TRUE(process().Call(handlers::BatchRecordOrders, batch, &again).ok());
  EXPECT_EQ(again.results(0).SerializeAsString(), response.results(0).SerializeAsString());
}

// What a request without an external id has written stays its own when the days on which request
// ids are looked for are over, and takes nobody with it.
TEST_F(OrdersTest, SentAgainMuchLaterAnOrderIsTheSameAndItsNeighboursAreRecorded) {
  const std::string dated = base::ToString(process().ids.Next(world_->clock.Now()));
  for (const std::string& id : {std::string("a"), dated}) {
    const std::string member = NewMember();
    // A UUIDv7 is found for a day from when it was made, or where it was used late.
    if (id == dated) world_->clock.Advance(absl::Hours(72));
    const v1::Order order = Record(member, id);
    world_->clock.Advance(absl::Hours(4 * 24));
    v1::BatchRecordOrdersRequest batch;
    batch.set_program_id(kProgram);
    *batch.add_requests() = OrderOf(member, id);
    *batch.add_requests() = OrderOf(NewMember(), "beside " + id);
    *batch.add_requests() = OrderOf(member, id);
    batch.mutable_requests(2)->set_store("north");
    v1::BatchRecordOrdersResponse response;
    ASSERT_TRUE(process().Call(handlers::BatchRecordOrders, batch, &response).ok());
    EXPECT_EQ(response.results(0).order().SerializeAsString(), order.SerializeAsString())
        << response.results(0).ShortDebugString();
    EXPECT_TRUE(response.results(1).has_order()) << response.results(1).ShortDebugString();
    EXPECT_EQ(ReasonOf(status::FromProto(response.results(2).error())), "REQUEST_ID_REUSED");
  }
}

// The directory leads to an order that is not there, which nothing here does: whatever is in
// conflict for ever is so alone.
TEST_F(OrdersTest, WhatIsInConflictForEverFailsAlone) {
  const std::string member = NewMember();
  const std::string id = base::ToString(process().ids.Next(world_->clock.Now()));
  const v1::Order order = Record(member, id);
  world_->database.Admin("DELETE FROM orders WHERE order_id = '" +
                         base::ToString(*base::DecodeId("ord", order.order_id())) + "'");
  v1::BatchRecordOrdersRequest batch;
  batch.set_program_id(kProgram);
  for (int i = 0; i < 3; ++i) {
    *batch.add_requests() = OrderOf(NewMember(), "beside the lost one " + std::to_string(i));
  }
  *batch.mutable_requests(1) = OrderOf(member, id);
  v1::BatchRecordOrdersResponse response;
  ASSERT_TRUE(process().Call(handlers::BatchRecordOrders, batch, &response).ok());
  EXPECT_TRUE(response.results(0).has_order()) << response.results(0).ShortDebugString();
  EXPECT_EQ(ReasonOf(status::FromProto(response.results(1).error())), "DATABASE_UNAVAILABLE");
  EXPECT_TRUE(response.results(2).has_order()) << response.results(2).ShortDebugString();
}

TEST_F(OrdersTest, ReleaseReservationGivesTheHeldPointsBackOnce) {
  const std::string member = NewMember();
  ASSERT_TRUE(world_->Earn(member, 100, "release-earn").ok());
  v1::ReservePointsRequest hold;
  hold.set_program_id(kProgram);
  hold.set_member_id(member);
  hold.set_request_id("release-hold");
  hold.set_amount(60);
  v1::ReservePointsResponse held;
  ASSERT_TRUE(process().Call(handlers::ReservePoints, hold, &held).ok());
  EXPECT_EQ(world_->Balance(member).active(), 40);
  v1::ReleaseReservationRequest release;
  release.set_program_id(kProgram);
  release.set_member_id(member);
  release.set_request_id("release-1");
  release.set_reservation_id(held.reservation().reservation_id());
  v1::ReleaseReservationResponse first, twin;
  ASSERT_TRUE(process().Call(handlers::ReleaseReservation, release, &first).ok());
  EXPECT_EQ(first.reservation().state(), v1::RESERVATION_STATE_RELEASED);
  ASSERT_TRUE(process().Call(handlers::ReleaseReservation, release, &twin).ok());
  EXPECT_EQ(twin.SerializeAsString(), first.SerializeAsString());
  release.set_request_id("release-2");
  EXPECT_EQ(ReasonOf(process().Call(handlers::ReleaseReservation, release, &twin)),
            "RESERVATION_ENDED");
  EXPECT_EQ(world_->Balance(member).active(), 100);
  EXPECT_TRUE(world_->Verify().valid());
}

}  // namespace
}  // namespace laurel::members
