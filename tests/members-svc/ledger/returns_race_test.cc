// Returns of one order from two processes at once: nothing of it is returned twice, whether points
// move or not, and a batch with many of them counts each.
#include <gtest/gtest.h>

#include <atomic>
#include <thread>

#include "tests/members-svc/ledger/returns_fixture.h"

namespace laurel::members {
namespace {

using testing::PolicyOf;
using testing::Process;
using testing::ReturnsWorld;

constexpr int kUnits = 20;
constexpr int kTries = 60;

// `kTries` returns of one unit each of an order of `kUnits`; how many succeeded.
struct Race {
  explicit Race(ReturnsWorld& shared) : world(shared), other(world.database, world.clock) {}

  int Run(const v1::Order& order) {
    std::atomic<int> next{0};
    std::atomic<int> succeeded{0};
    std::atomic<int> wrong{0};
    std::vector<std::thread> threads;
    for (int t = 0; t < 12; ++t) {
      threads.emplace_back([&] {
        for (int i = next++; i < kTries; i = next++) {
          const auto returned = ReturnsWorld::TryReturn(
              i % 2 == 0 ? *world.process : other,
              ReturnsWorld::ReturnOf(order, "unit" + std::to_string(i), {{1, 1000}}));
          if (returned.ok()) {
            ++succeeded;
          } else if (status::ReasonOf(returned.status()) != "ORDER_RETURNED") {
            ++wrong;
          }
        }
      });
    }
    for (std::thread& thread : threads) thread.join();
    EXPECT_EQ(wrong, 0);
    return succeeded;
  }
  int64_t Conflicts() const {
    return world.process->ledger.counters().conflicts + other.ledger.counters().conflicts;
  }

  ReturnsWorld& world;
  Process other;
};

TEST(ReturnsRace, UnitsReturnedAtOnceAreReturnedOnce) {
  ReturnsWorld world({PolicyOf(v1::CLAW_BACK_POLICY_UNLIMITED)});
  v1::Campaign limited = ReturnsWorld::PerUnit(7);
  // Of the member alone: a limit of all members is a locked row, behind which nothing conflicts.
  limited.mutable_member_limit()->set_max_points(1000);
  world.AddCampaign(limited);
  const std::string member = world.Enrol("m");
  ASSERT_TRUE(world.Earn(member, 100, "e").ok());
  const std::string spend = world.Spend(member, 33, "s")->entry_id();
  const v1::Order order = world.Record(member, "o", {{"A", kUnits * 1000, 1900}}, {spend});
  EXPECT_EQ(world.Active(member), 67 + 7 * 19);
  Race race(world);
  EXPECT_EQ(race.Run(order), kUnits);
  EXPECT_EQ(world.Active(member), 100);
  EXPECT_EQ(world.Counted(), "0/0/0");
  const v1::Order returned = world.Get(order);
  EXPECT_EQ(returned.state(), v1::ORDER_STATE_RETURNED);
  EXPECT_EQ(returned.return_ids_size(), kUnits);
  EXPECT_EQ(world.Faults(), "");
  EXPECT_GT(race.Conflicts(), 0) << "the conflict path was not taken, so this showed nothing";
}

// No entry is written, so that no head guards anything: the key of the returns does.
TEST(ReturnsRace, UnitsOfAnOrderThatEarnedNothingToo) {
  ReturnsWorld world;
  const std::string member = world.Enrol("m");
  const v1::Order order = world.Record(member, "o", {{"A", kUnits * 1000, 1900}});
  Race race(world);
  EXPECT_EQ(race.Run(order), kUnits);
  EXPECT_EQ(world.Get(order).returned_lines(0).quantity_thousandths(), kUnits * 1000);
  EXPECT_EQ(world.Get(order).return_ids_size(), kUnits);
  EXPECT_EQ(world.Faults(), "");
}

// One batch with many returns of one order, and the same request twice in it.
TEST(ReturnsRace, ManyReturnsInOneBatchCountEach) {
  ReturnsWorld world;
  world.AddCampaign(ReturnsWorld::PerUnit(1));
  const std::string member = world.Enrol("m");
  const v1::Order order = world.Record(member, "o", {{"A", 10000, 1000}});
  std::vector<Command> commands;
  for (int i = 0; i < 14; ++i) {
    Command& command = commands.emplace_back();
    command.program_id = *base::DecodeId("prg", testing::kProgram);
    command.member_id = *base::DecodeId("mem", member);
    command.request_key = base::HashedUuid("batch" + std::to_string(i / 2));
    command.content_hash = std::string(16, 'h');
    ReturnOrder back{.order_id = *base::DecodeId("ord", order.order_id()),
                     .order = std::make_shared<const v1::Order>(order)};
    back.lines.emplace_back().set_line_number(1);
    back.lines.back().set_quantity_thousandths(1000);
    command.what = std::move(back);
  }
  for (const auto& outcome : world.process->ledger.RunAll(std::move(commands))) {
    EXPECT_TRUE(outcome.ok()) << outcome.status();
  }
  EXPECT_EQ(world.Active(member), 3);
  EXPECT_EQ(world.Get(order).returned_lines(0).quantity_thousandths(), 7000);
  EXPECT_EQ(world.Faults(), "");
}

TEST(ReturnsRace, ARedemptionPaysForOneOrderWhoeverRecordsItFirst) {
  ReturnsWorld world;
  Process other(world.database, world.clock);
  const std::string member = world.Enrol("m");
  ASSERT_TRUE(world.Earn(member, 100, "e").ok());
  for (int round = 0; round < 10; ++round) {
    const std::string spend = world.Spend(member, 5, "s" + std::to_string(round))->entry_id();
    std::atomic<int> succeeded{0};
    std::vector<std::thread> threads;
    for (int i = 0; i < 4; ++i) {
      threads.emplace_back([&, i] {
        const auto request = ReturnsWorld::OrderOf(
            member, std::to_string(round) + "/" + std::to_string(i), {{"A", 1000, 100}}, {spend});
        v1::RecordOrderResponse response;
        Process& process = i % 2 == 0 ? *world.process : other;
        const absl::Status status = process.Call(handlers::RecordOrder, request, &response);
        if (status.ok()) {
          ++succeeded;
        } else {
          EXPECT_EQ(status::ReasonOf(status), "SPEND_OF_ANOTHER_ORDER");
        }
      });
    }
    for (std::thread& thread : threads) thread.join();
    EXPECT_EQ(succeeded, 1);
  }
  EXPECT_EQ(world.Faults(), "");
}

}  // namespace
}  // namespace laurel::members
