// Many at once: the last points of a wallet, hot wallets from two processes, reservations that
// expire while they are captured.
#include <gtest/gtest.h>

#include <atomic>
#include <thread>

#include "lib/status/error.h"
#include "members-svc/jobs/expire_reservations.h"
#include "members-svc/ledger/attempt.h"
#include "members-svc/ledger/request_key.h"
#include "tests/members-svc/ledger/fixture.h"

namespace laurel::members {
namespace {

using testing::kProgram;
using testing::Process;
using testing::World;

Command Post(const std::string& member, int64_t amount, bool earn, const std::string& request_id) {
  Command command;
  command.program_id = *base::DecodeId("prg", kProgram);
  command.member_id = *base::DecodeId("mem", member);
  command.request_id = request_id;
  command.request_key = base::HashedUuid(member + request_id);
  command.content_hash = request_id;
  command.what = PostPoints{.earn = earn,
                            .wallet_type = "points",
                            .amount = amount,
                            .occur_time = std::nullopt,
                            .reason = ""};
  return command;
}

// Runs `threads` threads over `count` numbered tasks.
void Parallel(int threads, int count, const std::function<void(int)>& task) {
  std::atomic<int> next{0};
  std::vector<std::thread> pool;
  for (int t = 0; t < threads; ++t) {
    pool.emplace_back([&] {
      for (int i = next++; i < count; i = next++) task(i);
    });
  }
  for (std::thread& thread : pool) thread.join();
}

TEST(LedgerRace, C10OneOfSixtyFourRedemptionsGetsTheLastPoints) {
  World world;
  world.MakeProgram();
  const std::string member = world.Enrol("c10");
  ASSERT_TRUE(world.Earn(member, 100, "earn").ok());
  Process other(world.database, world.clock);
  std::atomic<int> succeeded{0};
  std::atomic<int> refused{0};
  Parallel(64, 64, [&](int i) {
    Ledger& ledger = i % 2 == 0 ? world.process->ledger : other.ledger;
    const auto outcome = ledger.Run(Post(member, 100, false, "spend" + std::to_string(i)));
    if (outcome.ok()) ++succeeded;
    if (status::ReasonOf(outcome.status()) == "INSUFFICIENT_POINTS") ++refused;
  });
  EXPECT_EQ(succeeded, 1);
  EXPECT_EQ(refused, 63);
  EXPECT_EQ(world.Balance(member).active(), 0);
  EXPECT_TRUE(world.Verify().valid());
}

TEST(LedgerRace, TheFirstWritesToAWalletThatHasNoRowAllCount) {
  World world;
  world.MakeProgram();
  Process other(world.database, world.clock);
  for (int round = 0; round < 20; ++round) {
    const std::string member = world.Enrol("first" + std::to_string(round));
    Parallel(8, 8, [&](int i) {
      Ledger& ledger = i % 2 == 0 ? world.process->ledger : other.ledger;
      ASSERT_TRUE(ledger.Run(Post(member, 1, true, std::to_string(i))).ok());
    });
    ASSERT_EQ(world.Balance(member).active(), 8);
  }
  EXPECT_TRUE(world.Verify().valid());
}

TEST(LedgerRace, TheSameRequestsInTwoProcessesHaveOneEffect) {
  World world;
  world.MakeProgram();
  Process other(world.database, world.clock);
  std::vector<std::string> members;
  for (int i = 0; i < 10; ++i) members.push_back(world.Enrol("hot" + std::to_string(i)));
  constexpr int kPosts = 1000;
  std::atomic<int> failed{0};
  Parallel(16, 2 * kPosts, [&](int i) {
    const int post = i / 2;  // each request once per process
    Ledger& ledger = i % 2 == 0 ? world.process->ledger : other.ledger;
    const std::string& member = members[static_cast<size_t>(post) % members.size()];
    if (!ledger.Run(Post(member, 3, true, std::to_string(post))).ok()) ++failed;
  });
  EXPECT_EQ(failed, 0);
  int64_t sum = 0;
  for (const std::string& member : members) sum += world.Balance(member).active();
  EXPECT_EQ(sum, 3 * kPosts);
  const auto proof = world.Verify();
  EXPECT_TRUE(proof.valid());
  EXPECT_EQ(proof.entry_count(), kPosts);
  EXPECT_GT(world.process->ledger.counters().conflicts + other.ledger.counters().conflicts, 0)
      << "the conflict path was not taken, so this showed nothing";
}

TEST(LedgerRace, AReservationCapturedWhileItExpiresEndsOnce) {
  World world;
  world.MakeProgram();
  Process other(world.database, world.clock);
  for (int round = 0; round < 20; ++round) {
    const std::string member = world.Enrol("hold" + std::to_string(round));
    ASSERT_TRUE(world.Earn(member, 10, "e").ok());
    Command hold = Post(member, 10, false, "h");
    hold.what = ReservePoints{.wallet_type = "", .amount = 10, .hold = absl::Seconds(60)};
    const auto held = world.process->ledger.Run(std::move(hold));
    ASSERT_TRUE(held.ok());
    const std::string id = std::get<v1::Reservation>(*held).reservation_id();
    Command capture = Post(member, 10, false, "c");
    capture.what = EndReservation{.reservation_id = *base::DecodeId("rsv", id),
                                  .how = EndReservation::How::kCapture};
    absl::StatusOr<Outcome> captured = absl::UnknownError("");
    std::thread capturing([&] { captured = world.process->ledger.Run(std::move(capture)); });
    world.clock.Advance(absl::Seconds(61));
    ASSERT_TRUE(ExpireReservations(*other.pool, world.clock, other.ledger).ok());
    capturing.join();
    const v1::Balance balance = world.Balance(member);
    EXPECT_EQ(balance.reserved(), 0);
    EXPECT_EQ(balance.active(), captured.ok() ? 0 : 10);
  }
  EXPECT_TRUE(world.Verify().valid());
}

// Both attempts have looked for the request before either has written it; their days differ.
TEST(LedgerRace, AnOrderThatEarnsNothingIsRecordedOnceOnBothSidesOfMidnight) {
  World world;
  world.MakeProgram();
  Process& process = *world.process;
  const std::string member = world.Enrol("night");
  v1::RecordOrderRequest request;
  request.set_program_id(kProgram);
  request.set_member_id(member);
  request.set_request_id("night");
  request.set_currency_code("USD");
  request.add_lines()->set_sku("1");
  std::vector<Command> commands(1);
  commands[0] = Post(member, 1, true, "night");
  commands[0].what = RecordOrder{&request};
  const AttemptDeps deps{process.ids, process.index, process.campaigns};
  const int64_t midnight_us = (DayOf(world.clock.Now()) + 1) * 86400LL * 1000000;
  const absl::flat_hash_set<int> days = {DayOf(world.clock.Now()), DayOf(world.clock.Now()) + 1};
  const auto attempt = [&](int64_t now_us, const std::function<absl::Status()>& meanwhile) {
    return process.pool->TransactOnce([&](db::Pipeline& tx) -> absl::Status {
      BatchState state;
      LAUREL_RETURN_IF_ERROR(Load(tx, deps, {.now_us = now_us, .days = days}, commands, state));
      LAUREL_RETURN_IF_ERROR(meanwhile());
      DecideAll(deps, commands, state);
      Store(tx, deps, state);
      return absl::OkStatus();
    });
  };
  for (const int day : {DayOf(world.clock.Now()), DayOf(world.clock.Now()) + 1}) {
    ASSERT_TRUE(
        process.pool
            ->TransactOnce([day](db::Tx& tx) { return tx.Query("ensure_day", day).status(); })
            .ok());
  }
  const absl::Status second = attempt(
      midnight_us + 1, [&] { return attempt(midnight_us - 1, [] { return absl::OkStatus(); }); });
  EXPECT_EQ(second.code(), absl::StatusCode::kAlreadyExists);
  EXPECT_EQ(world.database.Admin("SELECT count(*) FROM orders")[0], "1");
}

TEST(LedgerRace, AHotWalletDoesNotStarveTheOthers) {
  World world;
  world.MakeProgram();
  const std::string hot = world.Enrol("hot");
  const std::string calm = world.Enrol("calm");
  std::atomic<int> answered{0};
  std::atomic<int> answered_before_calm{-1};
  constexpr int kHot = 2000;
  for (int i = 0; i < kHot; ++i) {
    Command command = Post(hot, 1, true, std::to_string(i));
    command.answer = [&](const absl::StatusOr<Outcome>& outcome) {
      EXPECT_TRUE(outcome.ok());
      ++answered;
    };
    world.process->ledger.Submit(std::move(command));
  }
  Command command = Post(calm, 1, true, "calm");
  command.answer = [&](const absl::StatusOr<Outcome>&) { answered_before_calm = answered.load(); };
  world.process->ledger.Submit(std::move(command));
  world.process->ledger.Stop();
  EXPECT_EQ(answered, kHot);
  EXPECT_LT(answered_before_calm, kHot / 2) << "it should share the next batch or two";
  world.process = std::make_unique<Process>(world.database, world.clock);
  EXPECT_EQ(world.Balance(hot).active(), kHot);
  EXPECT_EQ(world.Balance(calm).active(), 1);
}

}  // namespace
}  // namespace laurel::members
