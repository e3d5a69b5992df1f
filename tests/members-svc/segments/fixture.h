// A programme with segments, members who buy, and what members-svc does by itself.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "laurel/events/v1/event.pb.h"
#include "lib/status/error.h"
#include "members-svc/handlers/segment_handlers.h"
#include "members-svc/jobs/daily_work.h"
#include "members-svc/jobs/tier_worker.h"
#include "tests/members-svc/ledger/fixture.h"

namespace laurel::members::testing {

class SegmentTest : public ::testing::Test {
 protected:
  SegmentTest() { world_.MakeProgram(); }

  const Deps& deps() { return world_.process->deps; }
  const server::Call& call() { return world_.process->call; }

  template <typename Request>
  Request Ask() {
    Request request;
    request.set_program_id(kProgram);
    return request;
  }
  // A handler's answer; what is refused ends the test.
  template <typename Response, typename Request>
  Response Get(absl::Status (*handler)(const Deps&, const server::Call&, const Request&, Response*),
               const Request& request) {
    Response response;
    World::Check(handler(deps(), call(), request, &response));
    return response;
  }
  template <typename Response, typename Request>
  std::string Refusal(absl::Status (*handler)(const Deps&, const server::Call&, const Request&,
                                              Response*),
                      const Request& request) {
    Response response;
    return std::string(status::ReasonOf(handler(deps(), call(), request, &response)));
  }

  // Who bought for at least so much within the last 30 days.
  static v1::SegmentCondition Spent(int64_t minor_units) {
    v1::SegmentCondition condition;
    condition.mutable_purchases()->set_within_days(30);
    condition.mutable_purchases()->set_least_minor_units(minor_units);
    return condition;
  }
  // Its id. No condition: a list.
  std::string Create(const std::string& name, const v1::SegmentCondition* condition = nullptr) {
    auto request = Ask<v1::CreateSegmentRequest>();
    v1::Segment* segment = request.mutable_segment();
    segment->set_display_name(name);
    segment->set_kind(condition == nullptr ? v1::SEGMENT_KIND_STATIC : v1::SEGMENT_KIND_DYNAMIC);
    if (condition != nullptr) *segment->mutable_condition() = *condition;
    return Get(handlers::CreateSegment, request).segment().segment_id();
  }
  // Then every process knows of it, and every member has been looked at.
  std::string CreateAndSweep(const std::string& name, const v1::SegmentCondition& condition) {
    const std::string id = Create(name, &condition);
    RunWorker();
    return id;
  }
  int AddTo(const std::string& segment, const std::vector<std::string>& members) {
    auto request = Ask<v1::AddSegmentMembersRequest>();
    request.set_segment_id(segment);
    request.mutable_member_ids()->Add(members.begin(), members.end());
    return Get(handlers::AddSegmentMembers, request).added_count();
  }
  int TakeOut(const std::string& segment, const std::vector<std::string>& members) {
    auto request = Ask<v1::RemoveSegmentMembersRequest>();
    request.set_segment_id(segment);
    request.mutable_member_ids()->Add(members.begin(), members.end());
    return Get(handlers::RemoveSegmentMembers, request).removed_count();
  }
  v1::PreviewSegmentResponse Preview(const v1::SegmentCondition& condition, int sample = 0) {
    auto request = Ask<v1::PreviewSegmentRequest>();
    *request.mutable_condition() = condition;
    request.set_sample_size(sample);
    return Get(handlers::PreviewSegment, request);
  }
  std::vector<std::string> MembersOf(const std::string& segment) {
    auto request = Ask<v1::ListSegmentMembersRequest>();
    request.set_segment_id(segment);
    std::vector<std::string> out;
    const v1::ListSegmentMembersResponse answer = Get(handlers::ListSegmentMembers, request);
    for (const auto& member : answer.members()) out.push_back(member.member_id());
    return out;
  }
  v1::GetMemberSegmentsResponse SegmentsOf(const std::string& member) {
    auto request = Ask<v1::GetMemberSegmentsRequest>();
    request.set_member_id(member);
    return Get(handlers::GetMemberSegments, request);
  }
  // "vip:1 list:2 ", as of the last evaluations.
  std::string Counts() {
    const v1::CountMembersBySegmentResponse answer =
        Get(handlers::CountMembersBySegment, Ask<v1::CountMembersBySegmentRequest>());
    std::string out;
    for (const auto& count : answer.counts()) {
      absl::StrAppend(&out, count.display_name(), ":", count.member_count(), " ");
    }
    return out;
  }

  // An order of one line, made now; its id.
  std::string Buy(const std::string& member, int64_t amount, const std::string& store = "",
                  const std::string& category = "") {
    auto request = Ask<v1::RecordOrderRequest>();
    request.set_member_id(member);
    request.set_request_id(absl::StrCat("order-", ++orders_));
    request.set_currency_code("USD");
    request.set_store(store);
    auto* line = request.add_lines();
    line->set_sku("tea");
    line->set_category(category);
    line->set_quantity_thousandths(2000);
    line->set_amount_minor_units(amount);
    v1::RecordOrderResponse response;
    World::Check(world_.process->Call(handlers::RecordOrder, request, &response));
    return response.order().order_id();
  }
  void Cancel(const std::string& order) {
    auto request = Ask<v1::CancelOrderRequest>();
    request.set_order_id(order);
    request.set_request_id("cancel-" + order.substr(4));
    Get(handlers::CancelOrder, request);
  }

  static void RunWorker(Process& process) {
    const BirthdayKeys birthdays{process.keys, process.index};
    TierWorker worker({*process.pool, process.clock, process.ids, process.relay, process.tiers,
                       &process.campaigns, &birthdays});
    const std::atomic<bool> stopping = false;
    for (auto more = worker.Round(stopping);; more = worker.Round(stopping)) {
      ASSERT_TRUE(more.ok()) << more.status();
      if (!*more) return;
    }
  }
  void RunWorker() { RunWorker(*world_.process); }
  static DailyWork Worker(Process& process, DailyWorkOptions options = {},
                          const BirthdayKeys* birthdays = nullptr) {
    return DailyWork({*process.pool, process.clock, process.ids, process.ledger, process.campaigns,
                      process.relay, nullptr, birthdays},
                     options);
  }
  void RunDays() {
    const BirthdayKeys birthdays{world_.process->keys, world_.process->index};
    DailyWork work =
        Worker(*world_.process, {.slices = 1024, .round = absl::Minutes(1)}, &birthdays);
    const std::atomic<bool> stopping = false;
    for (auto more = work.Round(stopping);; more = work.Round(stopping)) {
      ASSERT_TRUE(more.ok()) << more.status();
      if (!*more) return;
    }
  }
  void GoTo(absl::CivilSecond at) {
    world_.clock.Advance(absl::FromCivil(at, absl::UTCTimeZone()) - world_.clock.Now());
  }

  // What the outbox tells of segments, in its order: "+vip" entered, "-vip" left.
  std::vector<std::string> Told() {
    std::vector<std::string> out;
    for (const std::string& row : world_.database.Admin(
             "SELECT encode(events, 'hex') FROM outbox ORDER BY position_us, outbox_id")) {
      events::v1::DeliverRequest batch;
      EXPECT_TRUE(batch.ParseFromString(absl::HexStringToBytes(row)));
      for (const events::v1::Event& event : batch.events()) {
        if (event.has_segment_entered())
          out.push_back("+" + event.segment_entered().display_name());
        if (event.has_segment_left()) out.push_back("-" + event.segment_left().display_name());
      }
    }
    return out;
  }
  int64_t RowsOf(const std::string& table) {
    return std::stoll(world_.database.Admin("SELECT count(*) FROM " + table)[0]);
  }

  World world_;
  int orders_ = 0;
};

}  // namespace laurel::members::testing
