// Adjustments that need two people: SetAdjustmentLimit, ProposeAdjustment, ApproveAdjustment,
// RejectAdjustment, ListAdjustments.
#include <gtest/gtest.h>

#include <future>
#include <set>

#include "lib/status/error.h"
#include "members-svc/handlers/adjustment_handlers.h"
#include "tests/members-svc/world.h"

namespace laurel::members::testing {
namespace {

using namespace handlers;  // NOLINT: the rpcs under test

server::Call As(const World& world, const std::string& who) {
  server::Call call = world.AsStaff();
  call.caller.subject = who;
  return call;
}

v1::ProposeAdjustmentRequest Proposal(World& world, const std::string& member, int64_t delta) {
  v1::ProposeAdjustmentRequest request;
  request.set_program_id(world.program_id());
  request.set_member_id(member);
  request.set_request_id(world.NewRequestId());
  request.set_delta(delta);
  request.set_reason("the shop burned down");
  return request;
}

absl::StatusOr<v1::Adjustment> Approve(const World& world, const std::string& who,
                                       const std::string& id) {
  v1::ApproveAdjustmentRequest request;
  request.set_program_id(world.program_id());
  request.set_adjustment_id(id);
  const auto answer = Ask(ApproveAdjustment, world, As(world, who), request);
  if (!answer.ok()) return answer.status();
  return answer->adjustment();
}

absl::StatusOr<v1::Adjustment> Reject(const World& world, const std::string& who,
                                      const std::string& id) {
  v1::RejectAdjustmentRequest request;
  request.set_program_id(world.program_id());
  request.set_adjustment_id(id);
  const auto answer = Ask(RejectAdjustment, world, As(world, who), request);
  if (!answer.ok()) return answer.status();
  return answer->adjustment();
}

absl::Status Alone(World& world, const std::string& member, int64_t delta) {
  v1::AdjustPointsRequest request;
  request.set_program_id(world.program_id());
  request.set_member_id(member);
  request.set_request_id(world.NewRequestId());
  request.set_delta(delta);
  request.set_reason("a mistake");
  v1::AdjustPointsResponse response;
  std::promise<absl::Status> done;
  handlers::AdjustPoints(world.deps(), As(world, "ann"), request, &response,
                         [&done](absl::Status status) { done.set_value(std::move(status)); });
  return done.get_future().get();
}

void SetLimit(World& world, int64_t limit) {
  v1::SetAdjustmentLimitRequest request;
  request.set_program_id(world.program_id());
  request.set_request_id(world.NewRequestId());
  request.set_max_delta(limit);
  const auto answer = Ask(SetAdjustmentLimit, world, world.AsStaff(), request);
  ASSERT_TRUE(answer.ok()) << answer.status();
}

int64_t ActiveOf(const World& world, const std::string& member) {
  v1::ListBalancesRequest request;
  request.set_program_id(world.program_id());
  request.set_member_id(member);
  return Ask(ListBalances, world, world.AsStaff(), request)->balances(0).active();
}

TEST(Adjustments, AboveTheLimitASecondPersonApproves) {
  World world;
  const std::string member = world.Enrol("a").member_id();
  EXPECT_TRUE(Alone(world, member, 1000).ok()) << "no limit yet";
  SetLimit(world, 100);
  EXPECT_TRUE(Alone(world, member, 100).ok());
  EXPECT_REASON(Alone(world, member, 101), "APPROVAL_REQUIRED");
  EXPECT_REASON(Alone(world, member, -101), "APPROVAL_REQUIRED");
  const auto request = Proposal(world, member, 500);
  const auto proposed = Ask(ProposeAdjustment, world, As(world, "ann"), request);
  ASSERT_TRUE(proposed.ok()) << proposed.status();
  const auto again = Ask(ProposeAdjustment, world, As(world, "ann"), request);
  ASSERT_TRUE(again.ok());
  const std::string id = proposed->adjustment().adjustment_id();
  EXPECT_EQ(again->adjustment().adjustment_id(), id);
  EXPECT_EQ(ActiveOf(world, member), 1100) << "nothing has moved";
  EXPECT_REASON(Approve(world, "ann", id).status(), "SECOND_PERSON_REQUIRED");
  const auto approved = Approve(world, "bob", id);
  ASSERT_TRUE(approved.ok()) << approved.status();
  EXPECT_EQ(approved->proposer(), "staff:ann");
  EXPECT_EQ(approved->decider(), "staff:bob");
  EXPECT_EQ(ActiveOf(world, member), 1600);
  const auto twice = Approve(world, "cid", id);
  ASSERT_TRUE(twice.ok()) << twice.status();
  EXPECT_EQ(twice->entry_id(), approved->entry_id());
  EXPECT_EQ(twice->decider(), "staff:bob");
  EXPECT_EQ(ActiveOf(world, member), 1600);
  EXPECT_REASON(Reject(world, "bob", id).status(), "ADJUSTMENT_STATE");
  v1::ListEntriesRequest entries;
  entries.set_program_id(world.program_id());
  entries.set_member_id(member);
  const auto newest = Ask(ListEntries, world, world.AsStaff(), entries)->entries(0);
  EXPECT_EQ(newest.actor(), "staff:ann staff:bob");
  EXPECT_EQ(newest.reason(), "the shop burned down");
  SetLimit(world, 0);
  EXPECT_TRUE(Alone(world, member, 101).ok());
}

TEST(Adjustments, AnAnswerThatWasLostIsFoundByApprovingAgain) {
  World world;
  const std::string member = world.Enrol("a").member_id();
  const auto proposed =
      Ask(ProposeAdjustment, world, As(world, "ann"), Proposal(world, member, 500));
  const std::string id = proposed->adjustment().adjustment_id();
  const auto first = Approve(world, "bob", id);
  ASSERT_TRUE(first.ok()) << first.status();
  // As if the process had died between the ledger's commit and the note of the entry.
  world.database().Admin("UPDATE adjustments SET entry_id = NULL");
  world.clock().Advance(absl::Hours(24 * 5));
  const auto second = Approve(world, "cid", id);
  ASSERT_TRUE(second.ok()) << second.status();
  EXPECT_EQ(second->entry_id(), first->entry_id());
  EXPECT_EQ(ActiveOf(world, member), 500);
}

TEST(Adjustments, WhatTheLedgerRefusesStaysApprovedAndIsTriedAgain) {
  World world;
  const std::string member = world.Enrol("a").member_id();
  const auto proposed =
      Ask(ProposeAdjustment, world, As(world, "ann"), Proposal(world, member, -50));
  const std::string id = proposed->adjustment().adjustment_id();
  EXPECT_REASON(Approve(world, "bob", id).status(), "INSUFFICIENT_POINTS");
  ASSERT_TRUE(Alone(world, member, 60).ok());
  ASSERT_TRUE(Approve(world, "bob", id).ok());
  EXPECT_EQ(ActiveOf(world, member), 10);
}

TEST(Adjustments, AProposalWaitsADayForItsSecondPerson) {
  World world;
  const std::string member = world.Enrol("a").member_id();
  const auto propose = [&] {
    return Ask(ProposeAdjustment, world, As(world, "ann"), Proposal(world, member, 500))
        ->adjustment()
        .adjustment_id();
  };
  const std::string late = propose();
  world.clock().Advance(absl::Hours(24));
  const std::string in_time = propose();
  EXPECT_REASON(Approve(world, "bob", late).status(), "PROPOSAL_EXPIRED");
  world.clock().Advance(absl::Hours(24) - absl::Microseconds(1));
  EXPECT_TRUE(Approve(world, "bob", in_time).ok());
  EXPECT_EQ(ActiveOf(world, member), 500);
  EXPECT_TRUE(Reject(world, "bob", late).ok()) << "it can be put away";
}

TEST(Adjustments, TwoWhoApproveAtOnceCarryItOutOnce) {
  World world;
  const std::string member = world.Enrol("a").member_id();
  const auto proposed =
      Ask(ProposeAdjustment, world, As(world, "ann"), Proposal(world, member, 500));
  const std::string id = proposed->adjustment().adjustment_id();
  std::vector<std::future<absl::StatusOr<v1::Adjustment>>> answers;
  for (const char* who : {"bob", "cid", "dan", "eve"}) {
    answers.push_back(
        std::async(std::launch::async, [&world, &id, who] { return Approve(world, who, id); }));
  }
  std::set<std::string> deciders;
  for (auto& answer : answers) {
    const auto approved = answer.get();
    ASSERT_TRUE(approved.ok()) << approved.status();
    deciders.insert(approved->decider());
  }
  EXPECT_EQ(deciders.size(), 1U);
  EXPECT_EQ(ActiveOf(world, member), 500);
}

TEST(Adjustments, ARejectedOneIsNeverCarriedOut) {
  World world;
  const std::string member = world.Enrol("a").member_id();
  const auto proposed =
      Ask(ProposeAdjustment, world, As(world, "ann"), Proposal(world, member, 500));
  const std::string id = proposed->adjustment().adjustment_id();
  ASSERT_TRUE(Reject(world, "ann", id).ok()) << "one may take one's own back";
  EXPECT_TRUE(Reject(world, "bob", id).ok());
  EXPECT_REASON(Approve(world, "bob", id).status(), "ADJUSTMENT_STATE");
  EXPECT_EQ(ActiveOf(world, member), 0);
  EXPECT_REASON(Approve(world, "bob", "adj_01jd0000000000000000000000").status(),
                "ADJUSTMENT_NOT_FOUND");
}

TEST(Adjustments, AreListedByStateAndPage) {
  World world;
  const std::string member = world.Enrol("a").member_id();
  std::vector<std::string> ids;
  for (int i = 1; i <= 3; ++i) {
    const auto proposed =
        Ask(ProposeAdjustment, world, As(world, "ann"), Proposal(world, member, i));
    ids.push_back(proposed->adjustment().adjustment_id());
  }
  ASSERT_TRUE(Reject(world, "bob", ids[1]).ok());
  v1::ListAdjustmentsRequest request;
  request.set_program_id(world.program_id());
  request.set_state(v1::ADJUSTMENT_STATE_PROPOSED);
  request.set_page_size(1);
  const auto first = Ask(ListAdjustments, world, world.AsStaff(), request);
  ASSERT_TRUE(first.ok()) << first.status();
  ASSERT_EQ(first->adjustments_size(), 1);
  EXPECT_EQ(first->adjustments(0).adjustment_id(), ids[0]);
  request.set_page_token(first->next_page_token());
  const auto second = Ask(ListAdjustments, world, world.AsStaff(), request);
  ASSERT_TRUE(second.ok()) << second.status();
  ASSERT_EQ(second->adjustments_size(), 1);
  EXPECT_EQ(second->adjustments(0).adjustment_id(), ids[2]);
  EXPECT_TRUE(second->next_page_token().empty());
}

}  // namespace
}  // namespace laurel::members::testing
