// Households from two processes at once: limits hold, and who comes and goes loses nothing.
#include <thread>

#include "tests/members-svc/ledger/household_fixture.h"

namespace laurel::members {
namespace {

using status::ReasonOf;
using testing::HouseholdTest;
using testing::Process;
using testing::World;

TEST_F(HouseholdTest, ALimitIsNeverPassedByClientsOfTwoProcesses) {
  const std::string ann = NewMember();
  const std::string bob = NewMember();
  ASSERT_TRUE(Add(Household(ann), bob).ok());
  ASSERT_TRUE(Earn(ann, 10000).ok());
  ASSERT_TRUE(Limit(bob, "points", 100).ok());
  std::atomic<int> next = 0, done = 0, wrong = 0;
  std::vector<std::thread> clients;
  for (int t = 0; t < 16; ++t) {
    clients.emplace_back([&] {
      for (int i = next++; i < 64; i = next++) {
        const auto spent = Spend(bob, 7, "", i % 2 == 0 ? *world_->process : *other_);
        if (spent.ok()) ++done;
        if (!spent.ok() && ReasonOf(spent.status()) != "HOUSEHOLD_LIMIT_REACHED") ++wrong;
      }
    });
  }
  for (std::thread& client : clients) client.join();
  EXPECT_EQ(done, 14);
  EXPECT_EQ(wrong, 0);
  EXPECT_EQ(Active(ann), 10000 - 14 * 7);
}

TEST_F(HouseholdTest, MembersComeAndGoWhileTheyEarnAndNothingIsLostOrDoubled) {
  const std::string keeper = NewMember();
  const std::string household = Household(keeper);
  std::vector<std::string> guests;
  for (int i = 0; i < 4; ++i) guests.push_back(NewMember());
  std::atomic<bool> stop = false;
  std::thread mover([&] {
    for (size_t i = 0; !stop; ++i) {
      const std::string& guest = guests[i % guests.size()];
      (void)Add(household, guest);
      (void)Leave(guests[(i + 2) % guests.size()]);
    }
  });
  constexpr int kPosts = 300;
  std::atomic<int> next = 0, wrong = 0;
  std::vector<std::thread> clients;
  for (int t = 0; t < 8; ++t) {
    clients.emplace_back([&] {
      // Each request twice, by one process and by the other.
      for (int i = next++; i < 2 * kPosts; i = next++) {
        const std::string& guest = guests[static_cast<size_t>(i / 2) % guests.size()];
        Process& process = i % 2 == 0 ? *world_->process : *other_;
        if (!Earn(guest, 3, "", "move-" + std::to_string(i / 2), process).ok()) ++wrong;
      }
    });
  }
  for (std::thread& client : clients) client.join();
  stop = true;
  mover.join();
  EXPECT_EQ(wrong, 0);
  for (const std::string& guest : guests) (void)Leave(guest);
  ASSERT_TRUE(Leave(keeper).ok());
  int64_t sum = Active(keeper);
  for (const std::string& guest : guests) sum += Active(guest);
  EXPECT_EQ(sum, 3 * kPosts);
}

}  // namespace
}  // namespace laurel::members
