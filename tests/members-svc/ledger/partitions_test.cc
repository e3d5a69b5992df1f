// A ledger that is four hundred days old: every read and correction goes on beside all others. A
// statement that goes over the parent locks the partitions of all days, in each connection.
#include <gtest/gtest.h>

#include <atomic>
#include <thread>

#include "members-svc/handlers/ledger_handlers.h"
#include "members-svc/ledger/request_key.h"
#include "tests/members-svc/ledger/fixture.h"

namespace laurel::members {
namespace {

using testing::kProgram;
using testing::kStart;
using testing::Process;
using testing::World;

constexpr int kDays = 400;
constexpr int kCallers = 8;

TEST(Partitions, FourHundredDaysHoldUpNothing) {
  World world;
  world.MakeProgram();
  const std::string member = world.Enrol("ada");
  const int today = DayOf(kStart);
  // One by one: a transaction that made them all would hold all their locks.
  for (int day = today - kDays; day < today; ++day) {
    world.database.Admin("SELECT ensure_day(" + std::to_string(day) + ")");
  }
  const auto first = world.Earn(member, 1000000, "first");
  ASSERT_TRUE(first.ok()) << first.status();
  world.clock.Advance(absl::Hours(30));
  Process other(world.database, world.clock);
  std::atomic<int> failed = 0;
  const auto expect = [&failed](const absl::Status& status) {
    if (!status.ok() && ++failed == 1) ADD_FAILURE() << status;
  };
  const auto caller = [&](int number) {
    Process& process = number % 2 == 0 ? *world.process : other;
    for (int i = 0; i < 5; ++i) {
      const std::string id = std::to_string(number) + "-" + std::to_string(i);
      v1::SpendPointsRequest spend;
      spend.set_program_id(kProgram);
      spend.set_member_id(member);
      spend.set_request_id("spend-" + id);
      spend.set_amount(10);
      v1::SpendPointsResponse spent;
      expect(process.Call(handlers::SpendPoints, spend, &spent));
      v1::RefundPointsRequest refund;
      refund.set_program_id(kProgram);
      refund.set_member_id(member);
      refund.set_request_id("refund-" + id);
      refund.set_spend_entry_id(spent.entry().entry_id());
      v1::RefundPointsResponse refunded;
      expect(process.Call(handlers::RefundPoints, refund, &refunded));
      v1::ClawBackPointsRequest claw;
      claw.set_program_id(kProgram);
      claw.set_member_id(member);
      claw.set_request_id("claw-" + id);
      claw.set_accrual_entry_id(first->entry_id());
      claw.set_amount(1);
      v1::ClawBackPointsResponse taken;
      expect(process.Call(handlers::ClawBackPoints, claw, &taken));
      v1::ListEntriesRequest list;
      list.set_program_id(kProgram);
      list.set_member_id(member);
      v1::ListEntriesResponse listed;
      expect(handlers::ListEntries(process.deps, process.call, list, &listed));
      v1::GetBalanceAsOfRequest as_of;
      as_of.set_program_id(kProgram);
      as_of.set_member_id(member);
      as_of.mutable_time()->set_seconds(absl::ToUnixSeconds(kStart + absl::Hours(1)));
      v1::GetBalanceAsOfResponse balance;
      expect(handlers::GetBalanceAsOf(process.deps, process.call, as_of, &balance));
    }
  };
  std::vector<std::thread> callers;
  for (int i = 0; i < kCallers; ++i) callers.emplace_back(caller, i);
  for (std::thread& thread : callers) thread.join();
  EXPECT_EQ(failed, 0);
  EXPECT_EQ(world.Balance(member).active(), 1000000 - kCallers * 5);
  const auto proof = world.Verify();
  EXPECT_TRUE(proof.valid()) << proof.DebugString();
}

}  // namespace
}  // namespace laurel::members
