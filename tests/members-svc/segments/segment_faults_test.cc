// Each entering and leaving is told once, whatever dies and whoever else evaluates.
#include <gmock/gmock.h>

#include <thread>

#include "tests/members-svc/segments/fixture.h"
#include "tests/members-svc/stopping_clock.h"

namespace laurel::members {
namespace {

using ::testing::ElementsAre;
using testing::Process;
using testing::SegmentTest;
using testing::StoppingClock;

class SegmentFaultsTest : public SegmentTest {
 protected:
  static constexpr int kMembers = 30;
  std::vector<std::string> EnrolAll() {
    std::vector<std::string> members;
    for (int i = 0; i < kMembers; ++i) members.push_back(world_.Enrol(std::to_string(i)));
    return members;
  }
  int ToldOf(const std::string& change) {
    const auto told = Told();
    return static_cast<int>(std::count(told.begin(), told.end(), change));
  }
};

TEST_F(SegmentFaultsTest, TwoProcessesAndTheDailyWorkTellEachChangeOnce) {
  CreateAndSweep("vip", Spent(100));
  for (const std::string& member : EnrolAll()) Buy(member, 200);
  world_.clock.Advance(absl::Hours(24));
  Process other(world_.database, world_.clock);
  const auto queued = world_.process->tiers.Take(1000);
  EXPECT_EQ(queued.size(), static_cast<size_t>(kMembers));
  for (const auto& member : queued) {
    other.tiers.Note(member);
    world_.process->tiers.Note(member);
  }
  std::thread second([&] { RunWorker(other); });
  std::thread third([&] {
    const std::atomic<bool> stopping = false;
    DailyWork work = Worker(other);
    for (auto more = work.Round(stopping); !more.ok() || *more; more = work.Round(stopping)) {
    }
  });
  RunWorker();
  second.join();
  third.join();
  EXPECT_EQ(ToldOf("+vip"), kMembers);
  EXPECT_EQ(Told().size(), static_cast<size_t>(kMembers));
  EXPECT_EQ(Counts(), "vip:30 ");
}

TEST_F(SegmentFaultsTest, TwoWhoPutTheSameIntoAListTellItOnce) {
  const std::string list = Create("list");
  const auto members = EnrolAll();
  int first = 0;
  int second = 0;
  std::thread other([&] { second = AddTo(list, members); });
  first = AddTo(list, members);
  other.join();
  EXPECT_EQ(first + second, kMembers);
  EXPECT_EQ(ToldOf("+list"), kMembers);
}

TEST_F(SegmentFaultsTest, WhatACrashLostIsFoundByTheDailyWorkAndToldOnce) {
  CreateAndSweep("vip", Spent(100));
  const auto members = EnrolAll();
  RunDays();
  // The process that takes these orders dies before it evaluates anybody.
  for (const std::string& member : members) Buy(member, 200);
  world_.process->tiers.Take(1000);
  world_.clock.Advance(absl::Hours(24));
  const std::atomic<bool> stopping = false;
  int pieces = 0;
  for (;; ++pieces) {
    // Each piece by a process of its own, whose lease has run out when the next one comes.
    DailyWork work = Worker(*world_.process, {.slices = 100, .lease = -absl::Seconds(1)});
    const auto more = work.Round(stopping);
    ASSERT_TRUE(more.ok()) << more.status();
    if (!*more) break;
  }
  EXPECT_GT(pieces, 20);
  EXPECT_EQ(ToldOf("+vip"), kMembers);
  // The day is done a second time.
  world_.database.Admin(
      "UPDATE daily_runs SET phase = 2, slice = 0, end_us = NULL WHERE phase = 4");
  RunDays();
  EXPECT_EQ(Told().size(), static_cast<size_t>(kMembers));
}

TEST_F(SegmentFaultsTest, ASweepThatDiesGoesOnWhereItWas) {
  for (const std::string& member : EnrolAll()) Buy(member, 200);
  const v1::SegmentCondition spent = Spent(100);
  Create("vip", &spent);
  const std::atomic<bool> stopping = false;
  int rounds = 0;
  for (;; ++rounds) {
    Process process(world_.database, world_.clock);
    TierWorker worker({*process.pool, process.clock, process.ids, process.relay, process.tiers},
                      {.slices = 100});
    const auto more = worker.Round(stopping);
    ASSERT_TRUE(more.ok()) << more.status();
    if (!*more) break;
  }
  EXPECT_EQ(rounds, 11);
  EXPECT_EQ(Counts(), "vip:30 ");
  EXPECT_EQ(Told().size(), static_cast<size_t>(kMembers));
}

// On a programme that lives somebody always moves a bound.
TEST_F(SegmentFaultsTest, ASweepThatQuintilesBeganComputesNone) {
  const auto members = EnrolAll();
  for (size_t i = 0; i < members.size(); ++i) Buy(members[i], static_cast<int64_t>(100 * i));
  v1::SegmentCondition condition;
  condition.mutable_scores()->mutable_monetary()->set_least(5);
  condition.mutable_scores()->mutable_monetary()->set_most(5);
  Create("spender", &condition);
  TierWorker worker({*world_.process->pool, world_.clock, world_.process->ids,
                     world_.process->relay, world_.process->tiers},
                    {.slices = 1024, .round = absl::Minutes(1)});
  const std::atomic<bool> stopping = false;
  for (size_t round = 0; round < 5; ++round) {
    for (const std::string& member : members) Buy(member, 5000);
    const auto more = worker.Round(stopping);
    ASSERT_TRUE(more.ok()) << more.status();
  }
  EXPECT_EQ(
      world_.database.Admin("SELECT version || ' ' || swept_version FROM segment_programs")[0],
      "2 2");
  // The next night takes new ones.
  GoTo(absl::CivilSecond(2026, 3, 11, 1));
  RunDays();
  EXPECT_EQ(world_.database.Admin("SELECT version FROM segment_programs")[0], "3");
  RunWorker();
  EXPECT_EQ(world_.database.Admin("SELECT version FROM segment_programs")[0], "3");
}

TEST_F(SegmentFaultsTest, ASliceThatAStopCutShortIsSweptAgain) {
  for (const std::string& member : EnrolAll()) Buy(member, 200);
  const v1::SegmentCondition spent = Spent(100);
  Create("vip", &spent);
  world_.process->tiers.Take(1000);
  std::atomic<bool> stopping = false;
  const StoppingClock clock(world_.clock.Now(), stopping);
  const Process& process = *world_.process;
  TierWorker worker(
      {*process.pool, clock, world_.process->ids, world_.process->relay, world_.process->tiers});
  ASSERT_TRUE(worker.Round(stopping).ok());
  ASSERT_TRUE(stopping);
  EXPECT_EQ(world_.database.Admin("SELECT swept_slices FROM segment_programs")[0], "0");
  RunWorker();
  EXPECT_EQ(Counts(), "vip:30 ");
}

// Segments that ask for products read orders' lines.
TEST_F(SegmentFaultsTest, WhoCannotBeEvaluatedKeepsNobodyWaiting) {
  v1::SegmentCondition tea;
  tea.mutable_purchases()->mutable_lines()->add_categories("tea");
  tea.mutable_purchases()->set_within_days(30);
  tea.mutable_purchases()->set_least_orders(1);
  const std::string drinkers = CreateAndSweep("drinker", tea);
  const std::string bob = world_.Enrol("bob");
  const std::string ada = world_.Enrol("ada");
  Buy(ada, 200, "", "tea");
  Buy(bob, 200, "", "tea");
  world_.database.Admin("UPDATE orders SET content = '\\xff' WHERE member_id = '" +
                        base::ToString(*base::DecodeId("mem", ada)) + "'");
  RunWorker();
  EXPECT_THAT(MembersOf(drinkers), ElementsAre(bob));
  world_.clock.Advance(absl::Hours(24));
  RunDays();
  EXPECT_EQ(world_.database.Admin("SELECT count(*) FROM daily_runs WHERE end_us IS NULL")[0], "0");
}

TEST_F(SegmentFaultsTest, WhatIsNotCommittedIsNotTold) {
  CreateAndSweep("vip", Spent(100));
  Buy(world_.Enrol("ada"), 200);
  world_.database.Admin(
      "ALTER TABLE outbox ADD CONSTRAINT crash CHECK (position_us < 0) NOT VALID");
  TierWorker worker({*world_.process->pool, world_.clock, world_.process->ids,
                     world_.process->relay, world_.process->tiers});
  const std::atomic<bool> stopping = false;
  EXPECT_FALSE(worker.Round(stopping).ok());
  EXPECT_EQ(RowsOf("segment_members"), 0);
  EXPECT_EQ(RowsOf("segment_looks"), 0);
  world_.database.Admin("ALTER TABLE outbox DROP CONSTRAINT crash");
  RunWorker();
  EXPECT_THAT(Told(), ElementsAre("+vip")) << "still in the queue";
}

}  // namespace
}  // namespace laurel::members
