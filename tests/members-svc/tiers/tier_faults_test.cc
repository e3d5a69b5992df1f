// Each change of tier is told once, whatever dies and whoever else evaluates; and what TierService
// refuses.
#include <gmock/gmock.h>

#include <thread>

#include "members-svc/jobs/evaluate_tiers.h"
#include "tests/members-svc/stopping_clock.h"
#include "tests/members-svc/tiers/fixture.h"

namespace laurel::members {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using testing::kProgram;
using testing::Process;
using testing::SetOf;
using testing::TierTest;
using testing::World;
using Downgrade = v1::TierDowngrade;

v1::TierSet Monthly(v1::TierMetric metric = v1::TIER_METRIC_SPEND) {
  v1::TierSet set = SetOf({0, 100, 500}, v1::TIER_WINDOW_ROLLING_MONTHS, Downgrade::FORM_AT_ONCE);
  set.set_window_months(1);
  set.set_metric(metric);
  return set;
}

class TierFaultsTest : public TierTest {
 protected:
  static constexpr int kMembers = 30;
  std::vector<std::string> EnrolAll() {
    std::vector<std::string> members;
    for (int i = 0; i < kMembers; ++i) members.push_back(world_.Enrol(std::to_string(i)));
    return members;
  }
  // How often each change was told.
  int ToldOf(const std::string& change) {
    const auto told = Told();
    return static_cast<int>(std::count(told.begin(), told.end(), change));
  }
};

TEST_F(TierFaultsTest, WhatACrashLostIsFoundByTheDailyWorkAndToldOnce) {
  CreateAndSweep(Monthly());
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
  EXPECT_EQ(ToldOf("bronze>silver"), kMembers);
  EXPECT_EQ(Told().size(), static_cast<size_t>(kMembers));
  // The day is done a second time.
  world_.database.Admin(
      "UPDATE daily_runs SET phase = 2, slice = 0, end_us = NULL WHERE phase = 4");
  RunDays();
  EXPECT_EQ(Told().size(), static_cast<size_t>(kMembers));
}

TEST_F(TierFaultsTest, EntriesThatACrashLostAreFoundByTheirWallets) {
  CreateAndSweep(Monthly(v1::TIER_METRIC_POINTS_EARNED));
  const std::string ada = world_.Enrol("ada");
  RunDays();
  ASSERT_TRUE(world_.Earn(ada, 200, "earn").ok());
  world_.process->tiers.Take(1000);
  world_.clock.Advance(absl::Hours(24));
  RunDays();
  EXPECT_THAT(Told(), ElementsAre("bronze>silver"));
}

TEST_F(TierFaultsTest, AReturnThatACrashLostIsFoundByItsTime) {
  CreateAndSweep(Monthly());
  const std::string ada = world_.Enrol("ada");
  const std::string order = Buy(ada, 200);
  RunWorker();
  RunDays();
  world_.clock.Advance(absl::Hours(72));
  RunDays();
  v1::CancelOrderRequest request;
  request.set_program_id(kProgram);
  request.set_order_id(order);
  request.set_request_id("cancel");
  v1::CancelOrderResponse response;
  ASSERT_TRUE(handlers::CancelOrder(deps(), call(), request, &response).ok());
  world_.process->tiers.Take(1000);
  world_.clock.Advance(absl::Hours(24));
  RunDays();
  EXPECT_THAT(Told(), ElementsAre("bronze>silver", "silver>bronze"));
}

TEST_F(TierFaultsTest, TwoProcessesAndTheDailyWorkTellEachChangeOnce) {
  CreateAndSweep(Monthly());
  const auto members = EnrolAll();
  for (const std::string& member : members) Buy(member, 200);
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
  EXPECT_EQ(ToldOf("bronze>silver"), kMembers);
  EXPECT_EQ(Told().size(), static_cast<size_t>(kMembers));
}

// What is recorded about ada does not parse; visits are read from there.
TEST_F(TierFaultsTest, WhoCannotBeEvaluatedKeepsNobodyWaiting) {
  v1::TierSet visits = SetOf({0, 1}, v1::TIER_WINDOW_LIFETIME, Downgrade::FORM_NONE);
  visits.set_metric(v1::TIER_METRIC_VISITS);
  CreateAndSweep(visits);
  const std::string ada = world_.Enrol("ada");
  const std::string bob = world_.Enrol("bob");
  for (const std::string& member : {ada, bob}) Buy(member, 200, {}, "store");
  world_.database.Admin("UPDATE orders SET content = '\\xff' WHERE member_id = '" +
                        base::ToString(*base::DecodeId("mem", ada)) + "'");
  int passed_over = 0;
  Process& process = *world_.process;
  TierWorker worker({*process.pool, process.clock, process.ids, process.relay, process.tiers,
                     nullptr, nullptr, [&] { ++passed_over; }});
  const std::atomic<bool> stopping = false;
  const auto more = worker.Round(stopping);
  ASSERT_TRUE(more.ok()) << more.status();
  EXPECT_GT(passed_over, 0);
  EXPECT_THAT(Told(), ElementsAre("bronze>silver"));
  EXPECT_EQ(process.tiers.Take(10).size(), 0u) << "the daily work tries again";
  // The day ends, and so does a sweep.
  world_.clock.Advance(absl::Hours(24));
  Buy(bob, 200, {}, "store");
  RunDays();
  EXPECT_EQ(world_.database.Admin("SELECT count(*) FROM daily_runs WHERE end_us IS NULL")[0], "0");
  ASSERT_TRUE(Update(visits).ok());
  RunWorker();
  EXPECT_EQ(world_.database.Admin("SELECT swept_version FROM tier_sets")[0], "2");
}

TEST_F(TierFaultsTest, TheQueueIsServedBeforeTheNextSlices) {
  const auto members = EnrolAll();
  CreateAndSweep(Monthly());
  for (const std::string& member : members) Buy(member, 200);
  ASSERT_TRUE(Update(Monthly()).ok());
  Process& process = *world_.process;
  TierWorker worker({*process.pool, process.clock, process.ids, process.relay, process.tiers},
                    {.members = 4, .slices = 1, .round = absl::Minutes(1)});
  const std::atomic<bool> stopping = false;
  const auto more = worker.Round(stopping);
  ASSERT_TRUE(more.ok()) << more.status();
  EXPECT_EQ(world_.database.Admin("SELECT swept_slices FROM tier_sets")[0], "1");
  EXPECT_EQ(ToldOf("bronze>silver"), kMembers);
}

TEST_F(TierFaultsTest, ASliceThatAStopCutShortIsSweptAgain) {
  for (const std::string& member : EnrolAll()) Buy(member, 200);
  ASSERT_TRUE(Create(Monthly()).ok());
  std::atomic<bool> stopping = false;
  const testing::StoppingClock clock(world_.clock.Now(), stopping);
  Process& process = *world_.process;
  TierWorker worker({*process.pool, clock, process.ids, process.relay, process.tiers});
  ASSERT_TRUE(worker.Round(stopping).ok());
  ASSERT_TRUE(stopping);
  EXPECT_EQ(world_.database.Admin("SELECT swept_slices FROM tier_sets")[0], "0");
  RunWorker();
  EXPECT_EQ(ToldOf("bronze>silver"), kMembers);
}

TEST_F(TierFaultsTest, WhoHasReadTheTierSetBeforeItsChangeGoesByTheNewOne) {
  CreateAndSweep(Monthly());
  const std::string ada = world_.Enrol("ada");
  Buy(ada, 200);
  RunWorker();
  Process& process = *world_.process;
  StoredTierSet read;
  World::Check(process.pool->Read(absl::Now() + absl::Seconds(10), [&](db::Tx& tx) -> absl::Status {
    LAUREL_ASSIGN_OR_RETURN(read, GetTierSetRow(tx, *base::DecodeId("prg", kProgram), "club"));
    return absl::OkStatus();
  }));
  v1::TierSet strict = Monthly();
  strict.mutable_tiers(1)->set_threshold(400);
  ASSERT_TRUE(Update(strict).ok());
  RunWorker();
  EXPECT_THAT(Told(), ElementsAre("bronze>silver", "silver>bronze"));
  Buy(ada, 20);
  const auto evaluated =
      EvaluateTiersOf(*process.pool, process.ids, read, {*base::DecodeId("mem", ada)},
                      world_.clock.Now(), nullptr, nullptr);
  ASSERT_TRUE(evaluated.ok()) << evaluated.status();
  EXPECT_EQ(evaluated->events, 0);
  EXPECT_EQ(world_.database.Admin(
                "SELECT newest_version || ' ' || tier || ' ' || value FROM member_tiers")[0],
            "2 bronze 220");
}

TEST_F(TierFaultsTest, WhatIsNotCommittedIsNotTold) {
  CreateAndSweep(Monthly());
  const std::string ada = world_.Enrol("ada");
  Buy(ada, 200);
  world_.database.Admin(
      "ALTER TABLE outbox ADD CONSTRAINT crash CHECK (position_us < 0) NOT VALID");
  TierWorker worker({*world_.process->pool, world_.clock, world_.process->ids,
                     world_.process->relay, world_.process->tiers});
  const std::atomic<bool> stopping = false;
  EXPECT_FALSE(worker.Round(stopping).ok());
  EXPECT_EQ(world_.database.Admin("SELECT count(*) FROM member_tiers")[0], "0");
  world_.database.Admin("ALTER TABLE outbox DROP CONSTRAINT crash");
  RunWorker();
  EXPECT_THAT(Told(), ElementsAre("bronze>silver")) << "still in the queue";
}

TEST_F(TierFaultsTest, WhatIsSetWronglyIsRefusedByItsPath) {
  v1::TierSet set = Monthly(v1::TIER_METRIC_POINTS_EARNED);
  set.set_wallet_type("miles");
  set.mutable_tiers(2)->set_threshold(100);
  const absl::Status refused = Create(set);
  EXPECT_EQ(refused.code(), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(status::ReasonOf(refused), "TIER_SET_INVALID");
  EXPECT_THAT(refused.ToString(), HasSubstr("tierSet.walletType"));
  EXPECT_THAT(refused.ToString(), HasSubstr("tierSet.tiers[2].threshold"));
  EXPECT_EQ(world_.database.Admin("SELECT count(*) FROM tier_sets")[0], "0");
  ASSERT_TRUE(Create(Monthly()).ok());
  EXPECT_EQ(status::ReasonOf(Create(Monthly())), "TIER_SET_EXISTS");
  for (int i = 2; i <= 16; ++i) {
    set = Monthly();
    set.set_code(absl::StrCat("club", i));
    ASSERT_TRUE(Create(set).ok());
  }
  set.set_code("club17");
  EXPECT_EQ(status::ReasonOf(Create(set)), "TOO_MANY_TIER_SETS");
  v1::ListTierSetsRequest request;
  request.set_program_id(kProgram);
  v1::ListTierSetsResponse response;
  World::Check(handlers::ListTierSets(deps(), call(), request, &response));
  EXPECT_EQ(response.tier_sets_size(), 16);
  EXPECT_EQ(response.tier_sets(1).code(), "club2");
}

TEST_F(TierFaultsTest, WhatIsNotThereIsNotFound) {
  const std::string ada = world_.Enrol("ada");
  EXPECT_EQ(status::ReasonOf(Give(ada, "gold").status()), "TIER_SET_NOT_FOUND");
  ASSERT_TRUE(Create(Monthly()).ok());
  EXPECT_EQ(status::ReasonOf(Give(ada, "platinum").status()), "TIER_NOT_FOUND");
  EXPECT_EQ(status::ReasonOf(Give(ada, "gold", world_.clock.Now()).status()), "TIER_END_TIME_PAST");
  const std::string nobody = base::EncodeId("mem", base::Uuid{1, 2});
  EXPECT_EQ(status::ReasonOf(Give(nobody, "gold").status()), "MEMBER_NOT_FOUND");
  v1::GetTierSetRequest request;
  request.set_program_id(kProgram);
  request.set_code("club");
  v1::GetTierSetResponse response;
  World::Check(handlers::GetTierSet(deps(), call(), request, &response));
  EXPECT_EQ(response.tier_set().version(), 1);
  request.set_version(2);
  EXPECT_EQ(status::ReasonOf(handlers::GetTierSet(deps(), call(), request, &response)),
            "TIER_SET_NOT_FOUND");
  request.set_version(0);
  request.set_code("clubs");
  EXPECT_EQ(status::ReasonOf(handlers::GetTierSet(deps(), call(), request, &response)),
            "TIER_SET_NOT_FOUND");
  EXPECT_EQ(world_.database.Admin("SELECT count(*) FROM manual_tiers")[0], "0");
}

TEST_F(TierFaultsTest, ARequestIdGivesATierOnce) {
  CreateAndSweep(Monthly());
  v1::SetManualTierRequest request;
  request.set_program_id(kProgram);
  request.set_member_id(world_.Enrol("ada"));
  request.set_tier_set("club");
  request.set_tier("gold");
  request.set_reason("because");
  request.set_request_id("once");
  v1::SetManualTierResponse first, again;
  ASSERT_TRUE(handlers::SetManualTier(deps(), call(), request, &first).ok());
  world_.clock.Advance(absl::Hours(1));
  ASSERT_TRUE(handlers::SetManualTier(deps(), call(), request, &again).ok());
  EXPECT_EQ(first.SerializeAsString(), again.SerializeAsString());
  EXPECT_THAT(Told(), ElementsAre("bronze>gold"));
  request.set_tier("silver");
  EXPECT_EQ(status::ReasonOf(handlers::SetManualTier(deps(), call(), request, &again)),
            "REQUEST_ID_REUSED");
}

}  // namespace
}  // namespace laurel::members
