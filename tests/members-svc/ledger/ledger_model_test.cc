// 8 clients and 20,000 operations over two processes against a model: a fifth sent twice. Every
// acknowledged effect is there once, refused ones are absent, and the ledger verifies.
#include <gtest/gtest.h>

#include <map>
#include <mutex>
#include <random>
#include <thread>

#include "lib/status/error.h"
#include "tests/members-svc/ledger/fixture.h"

namespace laurel::members {
namespace {

using testing::kProgram;
using testing::Process;
using testing::World;

constexpr int kClients = 8;
constexpr int kOperations = 20000;
constexpr int kMembers = 40;

// What one client knows: the sums of what it was told has happened.
struct Told {
  std::map<int, int64_t> net;  // per member
  int64_t issued = 0;
  int64_t entries = 0;
  int64_t wrong = 0;
};

class Client {
 public:
  Client(uint64_t seed, int number, std::vector<Process*> processes,
         const std::vector<std::string>& members)
      : random_(seed), number_(number), processes_(std::move(processes)), members_(members) {}

  void Run(int operations) {
    for (int i = 0; i < operations; ++i) {
      const int member = static_cast<int>(random_() % members_.size());
      const bool earn = random_() % 5 < 3;
      const auto amount = static_cast<int64_t>(random_() % 50 + 1);
      const std::string id = std::to_string(number_) + "-" + std::to_string(i);
      const auto first = Post(member, earn, amount, id);
      Note(member, earn, amount, first);
      if (random_() % 5 != 0) continue;
      const auto again = Post(member, earn, amount, id);
      if (first.ok()) {
        // The same answer, whichever process is asked.
        if (!again.ok() ||
            std::get<v1::Entry>(*again).entry_id() != std::get<v1::Entry>(*first).entry_id()) {
          ++told_.wrong;
        }
      } else {
        Note(member, earn, amount, again);  // refused before: may succeed now
      }
    }
  }
  const Told& told() const { return told_; }

 private:
  absl::StatusOr<Outcome> Post(int member, bool earn, int64_t amount, const std::string& id) {
    Command command;
    command.program_id = *base::DecodeId("prg", kProgram);
    command.member_id = *base::DecodeId("mem", members_[static_cast<size_t>(member)]);
    command.request_id = id;
    command.request_key = base::HashedUuid(id);
    command.content_hash = id;
    command.what = PostPoints{.earn = earn,
                              .wallet_type = "",
                              .amount = amount,
                              .occur_time = std::nullopt,
                              .reason = ""};
    return processes_[random_() % processes_.size()]->ledger.Run(std::move(command));
  }

  void Note(int member, bool earn, int64_t amount, const absl::StatusOr<Outcome>& outcome) {
    if (outcome.ok()) {
      told_.net[member] += earn ? amount : -amount;
      told_.issued += earn ? amount : 0;
      ++told_.entries;
    } else if (earn || status::ReasonOf(outcome.status()) != "INSUFFICIENT_POINTS") {
      ++told_.wrong;
    }
  }

  std::mt19937_64 random_;
  const int number_;
  const std::vector<Process*> processes_;
  const std::vector<std::string>& members_;
  Told told_;
};

TEST(LedgerModel, TwentyThousandConcurrentOperationsEqualTheModel) {
  const char* given = std::getenv("LAUREL_TEST_SEED");
  const uint64_t seed = given != nullptr ? std::stoull(given) : std::random_device{}();
  std::printf("LAUREL_TEST_SEED=%llu\n", static_cast<unsigned long long>(seed));
  World world;
  world.MakeProgram();
  Process other(world.database, world.clock);
  std::vector<std::string> members;
  for (int i = 0; i < kMembers; ++i) members.push_back(world.Enrol("m" + std::to_string(i)));
  std::vector<std::unique_ptr<Client>> clients;
  for (int i = 0; i < kClients; ++i) {
    clients.push_back(std::make_unique<Client>(seed + static_cast<uint64_t>(i), i,
                                               std::vector<Process*>{world.process.get(), &other},
                                               members));
  }
  std::vector<std::thread> threads;
  for (auto& client : clients) {
    threads.emplace_back([&client] { client->Run(kOperations / kClients); });
  }
  for (std::thread& thread : threads) thread.join();

  Told sum;
  for (const auto& client : clients) {
    for (const auto& [member, net] : client->told().net) sum.net[member] += net;
    sum.issued += client->told().issued;
    sum.entries += client->told().entries;
    sum.wrong += client->told().wrong;
  }
  EXPECT_EQ(sum.wrong, 0);
  for (int i = 0; i < kMembers; ++i) {
    EXPECT_EQ(world.Balance(members[static_cast<size_t>(i)]).active(), sum.net[i]) << i;
  }
  const auto proof = world.Verify();
  EXPECT_TRUE(proof.valid());
  EXPECT_EQ(proof.entry_count(), sum.entries);
  EXPECT_EQ(proof.points_issued(), sum.issued);
}

}  // namespace
}  // namespace laurel::members
