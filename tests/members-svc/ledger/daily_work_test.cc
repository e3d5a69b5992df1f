// The daily work over the real database: its order, its days in two zones over clock changes,
// killed in each phase, run twice and by two processes. ListDailyRuns shows it.
#include "members-svc/jobs/daily_work.h"

#include <gtest/gtest.h>

#include <set>
#include <thread>

#include "absl/strings/escaping.h"
#include "laurel/events/v1/event.pb.h"
#include "members-svc/handlers/job_handlers.h"
#include "tests/members-svc/ledger/fixture.h"

namespace laurel::members {
namespace {

using testing::kProgram;
using testing::Process;
using testing::World;

constexpr char kYork[] = "prg_01jd0000000000000000000010";

class DailyWorkTest : public ::testing::Test {
 protected:
  DailyWorkTest() { world_.MakeProgram({Type()}); }

  static v1::WalletType Type() {
    v1::WalletType type;
    type.set_code("points");
    type.set_singular("point");
    type.set_plural("points");
    type.mutable_expiry()->set_form(v1::ExpiryPolicy::FORM_DAYS);
    type.mutable_expiry()->set_count(30);
    type.set_pending_days(2);
    type.set_expiry_notice_days(7);
    return type;
  }
  static DailyWork Worker(Process& process, DailyWorkOptions options = {}) {
    return DailyWork({*process.pool, process.clock, process.ids, process.ledger, process.campaigns,
                      process.relay},
                     options);
  }
  static void RunAll(DailyWork& work) {
    const std::atomic<bool> stopping = false;
    for (auto more = work.Round(stopping);; more = work.Round(stopping)) {
      ASSERT_TRUE(more.ok()) << more.status();
      if (!*more) return;
    }
  }
  void RunAll() {
    DailyWork work = Worker(*world_.process);
    RunAll(work);
  }
  std::vector<v1::DailyRun> Runs(const std::string& program = kProgram) {
    v1::ListDailyRunsRequest request;
    request.set_program_id(program);
    v1::ListDailyRunsResponse response;
    World::Check(
        handlers::ListDailyRuns(world_.process->deps, world_.process->call, request, &response));
    return {response.runs().begin(), response.runs().end()};
  }
  // What the outbox tells of points that will expire: amounts, by the day on which they expire.
  std::string Notices() {
    std::string out;
    for (const std::string& row : world_.database.Admin(
             "SELECT encode(events, 'hex') FROM outbox ORDER BY position_us, outbox_id")) {
      events::v1::DeliverRequest batch;
      EXPECT_TRUE(batch.ParseFromString(absl::HexStringToBytes(row)));
      for (const events::v1::Event& event : batch.events()) {
        if (!event.has_points_expiring()) continue;
        const auto& told = event.points_expiring();
        out += std::to_string(told.amount()) + "@" +
               absl::FormatTime("%m-%d", absl::FromUnixSeconds(told.expire_time().seconds()),
                                absl::UTCTimeZone()) +
               " ";
      }
    }
    return out;
  }
  int64_t Notified() {
    return std::stoll(world_.database.Admin("SELECT sum(notified_count) FROM daily_runs")[0]);
  }
  void NextDay(int days = 1) { world_.clock.Advance(absl::Hours(24 * days)); }

  World world_;
};

TEST_F(DailyWorkTest, ADayIsSettledAndThenToldOfOnceHoweverOftenItRuns) {
  const std::string ada = world_.Enrol("ada");
  ASSERT_TRUE(world_.Earn(ada, 100, "one").ok());  // 10 March, active on the 12th, expires 12 April
  RunAll();
  auto runs = Runs();
  ASSERT_EQ(runs.size(), 1U);
  EXPECT_EQ(runs[0].day().month(), 3);
  EXPECT_EQ(runs[0].day().day(), 10);
  EXPECT_EQ(runs[0].phase(), v1::DAILY_PHASE_DONE);
  EXPECT_EQ(runs[0].settled_count(), 0);
  EXPECT_TRUE(runs[0].has_end_time());
  NextDay(2);
  RunAll();
  RunAll();
  EXPECT_EQ(Runs()[0].settled_count(), 1) << "pending points became active";
  EXPECT_EQ(world_.database.Admin("SELECT count(*) FROM entries WHERE kind = 2")[0], "1");
  EXPECT_EQ(Notices(), "");
  NextDay(23);  // 4 April
  RunAll();
  EXPECT_EQ(Notices(), "");
  NextDay();  // 5 April: seven days before
  RunAll();
  RunAll();
  EXPECT_EQ(Notices(), "100@04-12 ");
  NextDay();
  RunAll();
  EXPECT_EQ(Notices(), "100@04-12 ") << "told of once";
  NextDay(6);  // 12 April
  RunAll();
  EXPECT_EQ(Runs()[0].settled_count(), 1);
  EXPECT_EQ(world_.Balance(ada).active(), 0);
  EXPECT_TRUE(world_.Verify().valid());
}

TEST_F(DailyWorkTest, WhatWasDueOnDaysThatWereMissedIsToldOfWithTheNext) {
  const std::string ada = world_.Enrol("ada");
  RunAll();
  ASSERT_TRUE(world_.Earn(ada, 100, "one").ok());
  NextDay(3);
  ASSERT_TRUE(world_.Earn(ada, 50, "two").ok());
  NextDay(27);  // 9 April: nobody has run since 10 March
  RunAll();
  EXPECT_EQ(Notices(), "100@04-12 50@04-15 ");
  EXPECT_EQ(Runs().size(), 2U);
}

TEST_F(DailyWorkTest, EachProgrammesDayBeginsAtItsOwnMidnightOverAClockChange) {
  v1::CreateProgramRequest request;
  request.mutable_program()->set_program_id(kYork);
  request.mutable_program()->set_display_name("York");
  request.mutable_program()->set_currency_code("USD");
  request.mutable_program()->set_time_zone("America/New_York");
  *request.add_wallet_types() = Type();
  v1::CreateProgramResponse response;
  World::Check(
      handlers::CreateProgram(world_.process->deps, world_.process->call, request, &response));
  const auto at = [&](int month, int day, int hour, int minute) {
    const absl::Time time =
        absl::FromCivil(absl::CivilSecond(2026, month, day, hour, minute), absl::UTCTimeZone());
    world_.clock.Advance(time - world_.clock.Now());
    RunAll();
    const auto utc = Runs();
    const auto york = Runs(kYork);
    return std::pair(utc[0].day().day(), york[0].day().day());
  };
  EXPECT_EQ(at(10, 31, 23, 59), std::pair(31, 31));
  EXPECT_EQ(at(11, 1, 0, 0), std::pair(1, 31));
  EXPECT_EQ(at(11, 1, 3, 59), std::pair(1, 31));
  EXPECT_EQ(at(11, 1, 4, 0), std::pair(1, 1)) << "still summer time";
  EXPECT_EQ(at(11, 2, 4, 59), std::pair(2, 1)) << "a day of 25 hours";
  EXPECT_EQ(at(11, 2, 5, 0), std::pair(2, 2));
  EXPECT_EQ(Runs(kYork).size(), 3U);
}

TEST_F(DailyWorkTest, KilledAfterAnyPieceOfAnyPhaseItGoesOnWhereItWas) {
  constexpr int kMembers = 30;
  for (int i = 0; i < kMembers; ++i) {
    const std::string name = std::to_string(i);
    ASSERT_TRUE(world_.Earn(world_.Enrol(name), 10, "one-" + name).ok());
  }
  RunAll();
  NextDay(30);  // what is pending becomes active, and is told of
  const std::atomic<bool> stopping = false;
  int pieces = 0;
  std::set<int> phases;
  for (;;) {
    // Each piece by a process of its own, whose lease has run out when the next one comes.
    DailyWork work = Worker(*world_.process, {.slices = 100, .lease = -absl::Seconds(1)});
    const auto more = work.Round(stopping);
    ASSERT_TRUE(more.ok()) << more.status();
    if (!*more) break;
    phases.insert(Runs()[0].phase());
    ++pieces;
  }
  EXPECT_GT(pieces, 20);
  EXPECT_EQ(phases.size(), 4U);
  EXPECT_EQ(Runs()[0].settled_count(), kMembers);
  EXPECT_EQ(Notified(), kMembers);
  EXPECT_EQ(world_.database.Admin("SELECT count(*) FROM entries WHERE kind = 2")[0],
            std::to_string(kMembers));
}

TEST_F(DailyWorkTest, WhatAnOverloadedLedgerDoesNotTakeIsSettledBeforeTheDayGoesOn) {
  ASSERT_TRUE(world_.Earn(world_.Enrol("ada"), 10, "one").ok());
  RunAll();
  NextDay(30);
  Process overloaded(world_.database, world_.clock, {.batch = {.max_queue = 0}});
  DailyWork work = Worker(
      overloaded, {.slices = 1024, .round = absl::Minutes(1), .lease = absl::ZeroDuration()});
  const std::atomic<bool> stopping = false;
  for (int i = 0; i < 5; ++i) ASSERT_TRUE(*work.Round(stopping));
  EXPECT_EQ(Runs()[0].phase(), v1::DAILY_PHASE_SETTLE);
  EXPECT_EQ(Notified(), 0);
  RunAll();
  EXPECT_EQ(Runs()[0].settled_count(), 1);
  EXPECT_EQ(Notified(), 1);
}

TEST_F(DailyWorkTest, APieceThatDoesNotCommitTellsNothingAndIsDoneAgain) {
  const std::string ada = world_.Enrol("ada");
  ASSERT_TRUE(world_.Earn(ada, 100, "one").ok());
  RunAll();
  NextDay(27);
  DailyWork work = Worker(*world_.process, {.slices = 1024, .round = absl::Minutes(1)});
  const std::atomic<bool> stopping = false;
  while (Runs()[0].day().month() != 4 || Runs()[0].phase() != v1::DAILY_PHASE_NOTIFY) {
    ASSERT_TRUE(*work.Round(stopping));
  }
  world_.database.Admin("ALTER TABLE daily_runs ADD CONSTRAINT crash CHECK (phase < 4) NOT VALID");
  EXPECT_FALSE(work.Round(stopping).ok());
  EXPECT_EQ(Notices(), "");
  world_.database.Admin("ALTER TABLE daily_runs DROP CONSTRAINT crash");
  RunAll(work);
  EXPECT_EQ(Notices(), "100@04-12 ");
}

TEST_F(DailyWorkTest, TwoProcessesShareTheWorkAndTellOnce) {
  constexpr int kMembers = 40;
  for (int i = 0; i < kMembers; ++i) {
    const std::string name = std::to_string(i);
    ASSERT_TRUE(world_.Earn(world_.Enrol(name), 10, "one-" + name).ok());
  }
  RunAll();
  NextDay(30);
  Process other(world_.database, world_.clock);
  std::thread second([&] {
    const std::atomic<bool> stopping = false;
    DailyWork work = Worker(other, {.slices = 8, .lease = absl::ZeroDuration()});
    // Whoever has lost the day's lease meanwhile says so, and asks again.
    for (auto more = work.Round(stopping); !more.ok() || *more; more = work.Round(stopping)) {
    }
  });
  DailyWork work = Worker(*world_.process, {.slices = 8, .lease = absl::ZeroDuration()});
  const std::atomic<bool> stopping = false;
  for (auto more = work.Round(stopping); !more.ok() || *more; more = work.Round(stopping)) {
  }
  second.join();
  RunAll();
  EXPECT_EQ(Runs()[0].phase(), v1::DAILY_PHASE_DONE);
  EXPECT_EQ(Notified(), kMembers);
  EXPECT_EQ(world_.database.Admin("SELECT count(*) FROM entries WHERE kind = 2")[0],
            std::to_string(kMembers));
}

}  // namespace
}  // namespace laurel::members
