// What a programme says about whose its orders are, and what one visit is.
#include <gtest/gtest.h>

#include "members-svc/store/split_reads.h"
#include "tests/members-svc/ledger/unmatched_fixture.h"

namespace laurel::members {
namespace {

using status::ReasonOf;
using testing::kProgram;
using testing::kStart;
using testing::Process;
using testing::UnmatchedWorld;
using testing::World;

TEST(UnmatchedSettings, AProgrammeSaysHowItsOrdersAreMatched) {
  v1::Program settings;
  settings.add_order_matching(v1::MATCH_KIND_EMAIL);
  settings.add_order_matching(v1::MATCH_KIND_CARD);
  settings.set_attach_window_days(2);
  settings.set_visit_window_minutes(60);
  UnmatchedWorld world(settings);
  v1::GetProgramRequest request;
  request.set_program_id(kProgram);
  v1::GetProgramResponse response;
  World::Check(handlers::GetProgram(world.first().deps, world.first().call, request, &response));
  EXPECT_EQ(response.program().order_matching_size(), 2);
  EXPECT_EQ(response.program().attach_window_days(), 2);
  EXPECT_EQ(response.program().visit_window_minutes(), 60);

  const std::string by_card = world.Enrol("CARD");
  const std::string by_email = world.Enrol("OTHER", "a@example.com", "c-1");
  v1::RecordOrderRequest order = UnmatchedWorld::OfCard("1", "CARD");
  order.mutable_customer()->set_email("a@example.com");
  EXPECT_EQ(world.Record(order)->member_id(), by_email);
  // An external id is not looked at here.
  v1::RecordOrderRequest other = UnmatchedWorld::OrderOf("2");
  other.mutable_customer()->set_external_id("c-1");
  const auto kept = world.Record(other);
  EXPECT_TRUE(kept->unmatched());
  world.world().clock.Advance(absl::Hours(49));
  EXPECT_EQ(ReasonOf(world.Attach(kept->order_id(), by_card, "3").status()),
            "ATTACH_WINDOW_PASSED");
}

TEST(UnmatchedSettings, AnotherProgrammesOrderIsNotThere) {
  UnmatchedWorld world;
  const auto kept = world.Record(UnmatchedWorld::OrderOf("1"));
  ASSERT_TRUE(kept.ok()) << kept.status();
  const std::string other = "prg_01jd000000000000000000000y";
  v1::CreateProgramRequest program;
  program.mutable_program()->set_program_id(other);
  program.mutable_program()->set_display_name("Other");
  program.mutable_program()->set_currency_code("USD");
  program.mutable_program()->set_time_zone("UTC");
  v1::CreateProgramResponse made;
  World::Check(handlers::CreateProgram(world.first().deps, world.first().call, program, &made));
  v1::EnrolMemberRequest enrol;
  enrol.set_program_id(other);
  enrol.set_external_id("somebody");
  v1::EnrolMemberResponse member;
  World::Check(handlers::EnrolMember(world.first().deps, world.first().call, enrol, &member));
  v1::AttachOrderRequest attach;
  attach.set_program_id(other);
  attach.set_order_id(kept->order_id());
  attach.set_member_id(member.member().member_id());
  attach.set_request_id("2");
  v1::AttachOrderResponse response;
  EXPECT_EQ(ReasonOf(world.first().Call(handlers::AttachOrder, attach, &response)),
            "ORDER_NOT_FOUND");
  EXPECT_TRUE(world.Get(kept->order_id())->unmatched());
}

TEST(UnmatchedSettings, AProcessWhoseClockIsBehindAttachesWhatAnotherHasKept) {
  UnmatchedWorld world;
  const std::string member = world.Enrol("ANNA");
  const auto kept = world.Record(UnmatchedWorld::OrderOf("order"));
  ASSERT_TRUE(kept.ok()) << kept.status();
  base::ManualClock late(world.world().clock.Now() - absl::Seconds(1));
  Process behind(world.world().database, late);
  const auto order = UnmatchedWorld::Attach(behind, kept->order_id(), member, "attach");
  ASSERT_TRUE(order.ok()) << order.status();
  EXPECT_GE(base::FromTimestamp(order->create_time()), base::FromTimestamp(kept->create_time()));
  EXPECT_EQ(world.Points(member), 19);
  EXPECT_EQ(world.world().Verify().faults_size(), 0);
}

TEST(UnmatchedSettings, TwinsInOneBatchFindTheSameMember) {
  UnmatchedWorld world;
  const std::string member = world.Enrol("CARD");
  v1::BatchRecordOrdersRequest request;
  request.set_program_id(kProgram);
  *request.add_requests() = UnmatchedWorld::OfCard("1", "CARD");
  *request.add_requests() = request.requests(0);
  for (auto& item : *request.mutable_requests()) item.clear_program_id();
  v1::BatchRecordOrdersResponse response;
  ASSERT_TRUE(world.first().Call(handlers::BatchRecordOrders, request, &response).ok());
  EXPECT_EQ(response.results(0).order().member_id(), member);
  EXPECT_EQ(response.results(1).order().SerializeAsString(),
            response.results(0).order().SerializeAsString());
  EXPECT_EQ(world.Points(member), 19);
}

TEST(SplitReceipts, WhoSplitsMostIsNamedFirst) {
  UnmatchedWorld world;
  const std::string anna = world.Enrol("ANNA");
  const std::string bert = world.Enrol("BERT");
  int orders = 0;
  const auto buy = [&](const std::string& member, const std::string& store, absl::Time when) {
    v1::RecordOrderRequest request = UnmatchedWorld::OrderOf("buy" + std::to_string(++orders));
    request.set_member_id(member);
    request.set_store(store);
    base::SetTimestamp(when, request.mutable_occur_time());
    EXPECT_TRUE(world.Record(request).ok());
  };
  for (int i = 0; i < 4; ++i) buy(anna, "s1", kStart - absl::Hours(30) + absl::Minutes(i));
  for (int i = 0; i < 2; ++i) buy(bert, "s1", kStart - absl::Hours(30) + absl::Minutes(i));
  buy(bert, "s2", kStart - absl::Hours(30));
  buy(bert, "s1", kStart - absl::Hours(20));
  for (int i = 0; i < 9; ++i) buy(bert, "s1", kStart - absl::Hours(24 * 9));  // before the range
  v1::ListSplitReceiptsRequest request;
  request.set_program_id(kProgram);
  base::SetTimestamp(kStart - absl::Hours(48), request.mutable_start_time());
  base::SetTimestamp(kStart, request.mutable_end_time());
  request.set_page_size(1);
  std::vector<v1::SplitReceipt> receipts;
  do {
    v1::ListSplitReceiptsResponse response;
    World::Check(
        handlers::ListSplitReceipts(world.first().deps, world.first().call, request, &response));
    for (const auto& receipt : response.receipts()) receipts.push_back(receipt);
    request.set_page_token(response.next_page_token());
  } while (!request.page_token().empty());
  ASSERT_EQ(receipts.size(), 2u);
  EXPECT_EQ(receipts[0].member_id(), anna);
  EXPECT_EQ(receipts[0].store(), "s1");
  EXPECT_EQ(receipts[0].day().day(), 9);
  EXPECT_EQ(receipts[0].visit_count(), 1);
  EXPECT_EQ(receipts[0].order_count(), 4);
  EXPECT_EQ(receipts[0].max_orders_per_visit(), 4);
  EXPECT_EQ(receipts[1].member_id(), bert);
  EXPECT_EQ(receipts[1].visit_count(), 2);  // ten hours apart, on one day
  EXPECT_EQ(receipts[1].order_count(), 3);
  EXPECT_EQ(receipts[1].max_orders_per_visit(), 2);
  // 7 orders in the range: so many may be read, and none after nobody waits any more.
  Process& process = world.first();
  const auto read = [&](int64_t most, int pages) {
    return process.deps.pool.Snapshot(absl::InfiniteFuture(), [&](db::Tx& tx) -> absl::Status {
      LAUREL_ASSIGN_OR_RETURN(const auto rules,
                              process.deps.campaigns.Current(tx, *base::DecodeId("prg", kProgram)));
      const auto still_awaited = [&pages]() -> absl::Status {
        return pages-- > 0 ? absl::OkStatus() : status::Refused("NOBODY_WAITS", "");
      };
      return ReadSplitDays(tx, *rules,
                           {.start = kStart - absl::Hours(48),
                            .end = kStart,
                            .still_awaited = still_awaited,
                            .most = most,
                            .at_once = 2})
          .status();
    });
  };
  EXPECT_EQ(read(8, 9), absl::OkStatus());
  EXPECT_EQ(ReasonOf(read(7, 9)), "REPORT_TOO_LARGE");
  EXPECT_EQ(ReasonOf(read(8, 2)), "NOBODY_WAITS");
  v1::ListSplitReceiptsResponse response;
  *request.mutable_end_time() = request.start_time();
  EXPECT_EQ(ReasonOf(handlers::ListSplitReceipts(world.first().deps, world.first().call, request,
                                                 &response)),
            "INVALID_REQUEST");
  base::SetTimestamp(kStart + absl::Hours(24 * 92), request.mutable_end_time());
  EXPECT_EQ(ReasonOf(handlers::ListSplitReceipts(world.first().deps, world.first().call, request,
                                                 &response)),
            "INVALID_REQUEST");
}

}  // namespace
}  // namespace laurel::members
