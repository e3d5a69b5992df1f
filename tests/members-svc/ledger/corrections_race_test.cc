// Corrections while two processes write the same wallets: transfers create and lose nothing, an
// accrual gives no more back than it gave, a cap is never passed.
#include <gtest/gtest.h>

#include <atomic>
#include <random>
#include <thread>

#include "lib/status/error.h"
#include "tests/members-svc/ledger/fixture.h"

namespace laurel::members {
namespace {

using testing::kProgram;
using testing::Process;
using testing::World;

template <typename What>
Command CommandOf(const std::string& member, const std::string& id, What what) {
  Command command;
  command.program_id = *base::DecodeId("prg", kProgram);
  command.member_id = *base::DecodeId("mem", member);
  command.request_id = id;
  command.request_key = base::HashedUuid(member + id);
  command.content_hash = id;
  command.what = std::move(what);
  return command;
}

// Runs `work(i)` for i in [0, count) on `threads` threads.
template <typename Work>
void Parallel(int threads, int count, Work work) {
  std::atomic<int> next{0};
  std::vector<std::thread> running;
  for (int t = 0; t < threads; ++t) {
    running.emplace_back([&] {
      for (int i = next++; i < count; i = next++) work(i);
    });
  }
  for (std::thread& thread : running) thread.join();
}

struct TwoProcesses {
  explicit TwoProcesses(const v1::WalletType& policy) {
    v1::WalletType type = policy;
    type.set_code("points");
    type.set_singular("point");
    type.set_plural("points");
    world.MakeProgram({type});
    other = std::make_unique<Process>(world.database, world.clock);
  }
  Ledger& Of(int i) { return i % 2 == 0 ? world.process->ledger : other->ledger; }

  World world;
  std::unique_ptr<Process> other;
};

TEST(CorrectionsRace, TransfersAtOnceCreateAndLoseNothing) {
  v1::WalletType policy;
  policy.set_transfers(v1::TRANSFER_POLICY_KEEP_EXPIRY);
  TwoProcesses two(policy);
  std::vector<std::string> members;
  for (int i = 0; i < 6; ++i) {
    members.push_back(two.world.Enrol("t" + std::to_string(i)));
    ASSERT_TRUE(two.world.Earn(members.back(), 100, "e").ok());
  }
  constexpr int kTransfers = 300;
  struct Plan {
    size_t from, to;
    int64_t amount;
  };
  std::mt19937_64 random(7);
  std::vector<Plan> plans;
  for (int i = 0; i < kTransfers; ++i) {
    const size_t from = random() % members.size();
    const size_t to = (from + 1 + random() % (members.size() - 1)) % members.size();
    plans.push_back({from, to, static_cast<int64_t>(random() % 40 + 1)});
  }
  std::atomic<int> wrong{0};
  std::vector<std::atomic<int>> succeeded(kTransfers);
  // Each transfer twice, by one process and by the other.
  Parallel(16, 2 * kTransfers, [&](int i) {
    const auto& plan = plans[static_cast<size_t>(i / 2)];
    const TransferPoints what{.wallet_type = "",
                              .to_member_id = *base::DecodeId("mem", members[plan.to]),
                              .amount = plan.amount,
                              .reason = "",
                              .actor = ""};
    const auto outcome = two.Of(i).Run(CommandOf(members[plan.from], std::to_string(i / 2), what));
    if (outcome.ok()) ++succeeded[static_cast<size_t>(i / 2)];
    if (!outcome.ok() && status::ReasonOf(outcome.status()) != "INSUFFICIENT_POINTS") ++wrong;
  });
  EXPECT_EQ(wrong, 0);
  std::vector<int64_t> expected(members.size(), 100);
  int64_t done = 0;
  for (size_t i = 0; i < plans.size(); ++i) {
    if (succeeded[i] == 0) continue;
    expected[plans[i].from] -= plans[i].amount;
    expected[plans[i].to] += plans[i].amount;
    ++done;
  }
  for (size_t i = 0; i < members.size(); ++i) {
    EXPECT_EQ(two.world.Balance(members[i]).active(), expected[i]) << i;
  }
  const auto proof = two.world.Verify();
  EXPECT_TRUE(proof.valid()) << proof.DebugString();
  EXPECT_EQ(proof.entry_count(), static_cast<int64_t>(members.size()) + 2 * done);
  EXPECT_GT(two.world.process->ledger.counters().conflicts + two.other->ledger.counters().conflicts,
            0)
      << "the conflict path was not taken, so this showed nothing";
}

TEST(CorrectionsRace, ClawBacksAtOnceTakeNoMoreThanTheAccrualGave) {
  TwoProcesses two({});
  const std::string member = two.world.Enrol("c");
  const auto accrual = two.world.Earn(member, 100, "e1");
  ASSERT_TRUE(accrual.ok());
  ASSERT_TRUE(two.world.Earn(member, 1000, "e2").ok());
  std::atomic<int> taken{0};
  std::atomic<int> wrong{0};
  Parallel(8, 32, [&](int i) {
    const ClawBackPoints what{.wallet_type = "",
                              .accrual_entry_id = *base::DecodeId("ent", accrual->entry_id()),
                              .amount = 10,
                              .reason = "",
                              .actor = ""};
    const auto outcome = two.Of(i).Run(CommandOf(member, "c" + std::to_string(i), what));
    if (outcome.ok()) {
      ++taken;
    } else if (status::ReasonOf(outcome.status()) != "CLAW_BACK_EXCEEDS_ACCRUAL") {
      ++wrong;
    }
  });
  EXPECT_EQ(taken, 10);
  EXPECT_EQ(wrong, 0);
  EXPECT_EQ(two.world.Balance(member).active(), 1000);
  EXPECT_TRUE(two.world.Verify().valid());
}

TEST(CorrectionsRace, AnEarningCapIsNeverPassed) {
  v1::WalletType policy;
  auto* cap = policy.add_earning_caps();
  cap->set_period(v1::EarningLimit::PERIOD_MONTH);
  cap->set_amount(100);
  TwoProcesses two(policy);
  const std::string member = two.world.Enrol("cap");
  std::atomic<int> wrong{0};
  Parallel(8, 40, [&](int i) {
    const PostPoints what{
        .earn = true, .wallet_type = "", .amount = 7, .occur_time = std::nullopt, .reason = ""};
    const auto outcome = two.Of(i).Run(CommandOf(member, std::to_string(i), what));
    if (!outcome.ok() && status::ReasonOf(outcome.status()) != "EARNING_CAP_REACHED") ++wrong;
  });
  EXPECT_EQ(wrong, 0);
  EXPECT_EQ(two.world.Balance(member).active(), 100) << "14 whole ones, and 2 of the fifteenth";
  EXPECT_TRUE(two.world.Verify().valid());
}

// Two processes, 64 clients, each of its own member, all after the last points of the period.
void ExpectTheLastPointsGoOut(v1::CapEffect effect, int64_t expected) {
  v1::WalletType policy;
  auto* cap = policy.add_earning_caps();
  cap->set_scope(v1::CAP_SCOPE_ALL_MEMBERS);
  cap->set_period(v1::EarningLimit::PERIOD_DAY);
  cap->set_amount(1000);
  cap->set_effect(effect);
  TwoProcesses two(policy);
  std::vector<std::string> members;
  for (int i = 0; i < 64; ++i) members.push_back(two.world.Enrol("all" + std::to_string(i)));
  std::atomic<int> wrong{0};
  Parallel(64, 320, [&](int i) {
    const PostPoints what{
        .earn = true, .wallet_type = "", .amount = 7, .occur_time = std::nullopt, .reason = ""};
    const std::string& member = members[static_cast<size_t>(i) % members.size()];
    const auto outcome = two.Of(i / 64 + i).Run(CommandOf(member, std::to_string(i), what));
    if (!outcome.ok() && status::ReasonOf(outcome.status()) != "EARNING_CAP_REACHED") ++wrong;
  });
  EXPECT_EQ(wrong, 0);
  int64_t earned = 0;
  for (const std::string& member : members) earned += two.world.Balance(member).lifetime_earned();
  EXPECT_EQ(earned, expected);
  two.world.clock.Advance(absl::Hours(24));
  EXPECT_EQ(two.world.Earn(members[0], 1000, "tomorrow")->active_delta(), 1000) << "a new period";
  EXPECT_TRUE(two.world.Verify().valid());
  EXPECT_EQ(two.world.process->ledger.counters().conflicts + two.other->ledger.counters().conflicts,
            0)
      << "batches stand in line for the counter";
}

TEST(CorrectionsRace, ACapOverAllMembersGivesItsLastPointsOnce) {
  ExpectTheLastPointsGoOut(v1::CAP_EFFECT_TRIM, 1000);
}

TEST(CorrectionsRace, ACapOverAllMembersThatRefusesGivesWholeAmountsOnly) {
  ExpectTheLastPointsGoOut(v1::CAP_EFFECT_REFUSE, 994);
}

}  // namespace
}  // namespace laurel::members
