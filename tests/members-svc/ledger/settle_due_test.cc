// What falls due in wallets that nobody touches: settled once, in order, whoever runs it.
#include "members-svc/jobs/settle_due.h"

#include <gtest/gtest.h>

#include <thread>

#include "tests/members-svc/ledger/fixture.h"

namespace laurel::members {
namespace {

using testing::kProgram;
using testing::Process;
using testing::World;

class SettleDueTest : public ::testing::Test {
 protected:
  SettleDueTest() {
    v1::WalletType type;
    type.set_code("points");
    type.set_singular("point");
    type.set_plural("points");
    type.mutable_expiry()->set_form(v1::ExpiryPolicy::FORM_DAYS);
    type.mutable_expiry()->set_count(30);
    type.set_pending_days(2);
    world_.MakeProgram({type});
  }
  int64_t Settle(Process& process) {
    const auto settled =
        SettleDueWallets(*process.pool, process.clock, process.ledger, {}, stopping_);
    EXPECT_TRUE(settled.ok()) << settled.status();
    return settled.value_or(-1);
  }
  std::string Kinds() {
    return world_.database.Admin(
        "SELECT string_agg(kind || ':' || active_delta || ':' || pending_delta, ' ' ORDER BY seq) "
        "FROM entries")[0];
  }
  World world_;
  std::atomic<bool> stopping_ = false;
};

TEST_F(SettleDueTest, NothingIsDueNothingIsWritten) {
  const std::string member = world_.Enrol("ada");
  ASSERT_TRUE(world_.Earn(member, 100, "one").ok());
  EXPECT_EQ(Settle(*world_.process), 0);
  EXPECT_EQ(Kinds(), "1:0:100");
}

TEST_F(SettleDueTest, L4AndL6PendingActivatesAndThenExpiresOnceHoweverOftenItRuns) {
  const std::string member = world_.Enrol("ada");
  ASSERT_TRUE(world_.Earn(member, 100, "one").ok());
  world_.clock.Advance(absl::Hours(48));
  EXPECT_EQ(Settle(*world_.process), 1);
  EXPECT_EQ(Settle(*world_.process), 0);
  EXPECT_EQ(Kinds(), "1:0:100 2:100:-100");
  world_.clock.Advance(absl::Hours(24 * 40));
  EXPECT_EQ(Settle(*world_.process), 1);
  EXPECT_EQ(Settle(*world_.process), 0);
  EXPECT_EQ(Kinds(), "1:0:100 2:100:-100 7:-100:0");
  EXPECT_TRUE(world_.Verify().valid());
}

TEST_F(SettleDueTest, TwoProcessesAndPostsAtOnceSettleEachWalletOnce) {
  constexpr int kMembers = 40;
  std::vector<std::string> members;
  for (int i = 0; i < kMembers; ++i) {
    members.push_back(world_.Enrol("m" + std::to_string(i)));
    ASSERT_TRUE(world_.Earn(members.back(), 100, "one-" + std::to_string(i)).ok());
  }
  world_.clock.Advance(absl::Hours(24 * 60));
  Process other(world_.database, world_.clock);
  std::thread second([&] { Settle(other); });
  std::thread posts([&] {
    for (int i = 0; i < kMembers; i += 2) {
      EXPECT_TRUE(world_.Earn(members[static_cast<size_t>(i)], 7, "two-" + std::to_string(i)).ok());
    }
  });
  Settle(*world_.process);
  second.join();
  posts.join();
  EXPECT_EQ(world_.database.Admin("SELECT count(*) FROM entries WHERE kind = 7")[0],
            std::to_string(kMembers));
  EXPECT_EQ(Settle(*world_.process), 0);
  EXPECT_TRUE(world_.Verify().valid());
}

TEST_F(SettleDueTest, ABlockedMembersPointsExpireToo) {
  const std::string member = world_.Enrol("ada");
  ASSERT_TRUE(world_.Earn(member, 100, "one").ok());
  world_.database.Admin("UPDATE members SET state = 2");
  world_.database.Admin("UPDATE wallets SET owner_state = 2");
  world_.clock.Advance(absl::Hours(24 * 60));
  EXPECT_EQ(Settle(*world_.process), 1);
}

TEST_F(SettleDueTest, APassThatIsStoppedLeavesTheRestForTheNext) {
  for (int i = 0; i < 3; ++i) {
    const std::string name = std::to_string(i);
    ASSERT_TRUE(world_.Earn(world_.Enrol(name), 100, "one-" + name).ok());
  }
  world_.clock.Advance(absl::Hours(24 * 60));
  stopping_ = true;
  EXPECT_EQ(Settle(*world_.process), 0);
  stopping_ = false;
  EXPECT_EQ(Settle(*world_.process), 3);
}

}  // namespace
}  // namespace laurel::members
