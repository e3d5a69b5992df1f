// Which orders a replay counts, in which order, and what it counts beside points.
#include <gtest/gtest.h>

#include "lib/base/timestamps.h"
#include "tests/members-svc/replay_world.h"

namespace laurel::members::testing {
namespace {

v1::Campaign Named(v1::Campaign campaign, const std::string& name) {
  campaign.set_display_name(name);
  return campaign;
}

class ReplayOrderTest : public ::testing::Test {
 protected:
  ReplayOrderTest() { world_.database().Admin("DELETE FROM replays"); }

  ReplayWorld world_;
};

TEST_F(ReplayOrderTest, LimitsCountOrdersAndGreatestBalancesDoNotCount) {
  // Ten points for each of the first two orders of a month, of a balance that holds 8.
  v1::CreateWalletTypeRequest create;
  create.set_program_id(world_.program_id());
  create.mutable_wallet_type()->set_code("miles");
  create.mutable_wallet_type()->set_singular("mile");
  create.mutable_wallet_type()->set_plural("miles");
  create.mutable_wallet_type()->set_max_balance(8);
  create.mutable_wallet_type()->set_max_balance_effect(v1::CAP_EFFECT_TRIM);
  ASSERT_TRUE(Ask(handlers::CreateWalletType, world_, world_.AsStaff(), create).ok());
  v1::Campaign twice = Named(Fixed(10), "the first two");
  twice.set_wallet_type("miles");
  twice.mutable_member_limit()->set_max_orders(2);
  twice.mutable_member_limit()->set_period(v1::EarningLimit::PERIOD_MONTH);
  world_.Activate(twice);
  world_.EnrolMembers(1);
  v1::RecordOrderRequest order = OrderOf({Line("a", 1000)});
  order.set_member_id(world_.members()[0]);
  for (int i = 0; i < 4; ++i) {
    ASSERT_TRUE(world_.Record(order).ok());
    world_.clock().Advance(absl::Hours(1));
  }
  const v1::ReplayResult result = world_.Run(world_.Replaying()).result();
  ASSERT_EQ(result.wallets_size(), 1);
  EXPECT_EQ(result.wallets(0).points_given(), 8);
  EXPECT_EQ(result.wallets(0).points_over_caps_given(), 12);
  EXPECT_EQ(result.wallets(0).points_replayed(), 20);
  EXPECT_EQ(result.wallets(0).points_over_caps_replayed(), 0);
  EXPECT_EQ(result.orders_changed(), 2);
  EXPECT_EQ(result.campaigns(0).orders_given(), 2);
  EXPECT_EQ(result.campaigns(0).orders_replayed(), 2);
}

TEST_F(ReplayOrderTest, OrdersRunByWhenTheyWereMadeNotByWhenTheyWereRecorded) {
  v1::Campaign once = Named(PerAmount(1, 100), "the first one");
  once.mutable_member_limit()->set_max_orders(1);
  world_.Activate(once);
  world_.EnrolMembers(1);
  world_.clock().Advance(absl::Hours(48));
  for (const int64_t amount : {1000, 3000}) {
    v1::RecordOrderRequest order = OrderOf({Line("a", amount)});
    order.set_member_id(world_.members()[0]);
    // The dearer one comes a day late.
    base::SetTimestamp(world_.clock().Now() - absl::Hours(amount == 3000 ? 24 : 0),
                       order.mutable_occur_time());
    ASSERT_TRUE(world_.Record(order).ok());
    world_.clock().Advance(absl::Seconds(1));
  }
  const v1::ReplayResult result = world_.Run(world_.Replaying()).result();
  EXPECT_EQ(result.wallets(0).points_given(), 10);
  EXPECT_EQ(result.wallets(0).points_replayed(), 30);
}

TEST_F(ReplayOrderTest, AnOrderThatCameLateIsAmongThemAndWhoLosesIsNamed) {
  world_.Activate(Named(PerAmount(1, 100), "base"));
  world_.EnrolMembers(3);
  const absl::Time start = world_.clock().Now();
  world_.clock().Advance(absl::Hours(24 * 5));
  for (size_t i = 0; i < 3; ++i) {
    v1::RecordOrderRequest order = OrderOf({Line("a", 1000 * static_cast<int64_t>(i + 1))});
    order.set_member_id(world_.members()[i]);
    base::SetTimestamp(start + absl::Hours(1), order.mutable_occur_time());
    ASSERT_TRUE(world_.Record(order).ok());
  }
  v1::CreateReplayRequest request = world_.Replaying();
  base::SetTimestamp(start, request.mutable_start_time());
  base::SetTimestamp(start + absl::Hours(24), request.mutable_end_time());
  request.set_replace_active(true);
  const v1::ReplayResult result = world_.Run(request).result();
  EXPECT_EQ(result.orders(), 3);
  ASSERT_EQ(result.wallets_size(), 1);
  EXPECT_EQ(result.wallets(0).gainers_size(), 0);
  ASSERT_EQ(result.wallets(0).losers_size(), 3);
  EXPECT_EQ(result.wallets(0).losers(0).member_id(), world_.members()[2]);
  EXPECT_EQ(result.wallets(0).losers(0).points_given(), 30);
  EXPECT_EQ(result.wallets(0).losers(0).points_replayed(), 0);
}

TEST_F(ReplayOrderTest, AnOrderThatEarnsMoreThanCanBeCountedIsSaidAndEarnsNothing) {
  world_.EnrolMembers(1);
  for (const int lines : {100, 1}) {
    v1::RecordOrderRequest order =
        OrderOf(std::vector<v1::OrderLine>(static_cast<size_t>(lines), Line("a", 100000000000)));
    order.set_member_id(world_.members()[0]);
    ASSERT_TRUE(world_.Record(order).ok());
  }
  v1::CreateReplayRequest request = world_.Replaying();
  *request.add_drafts() = Named(PerAmount(1000000, 1), "a million for a cent");
  const v1::Replay replay = world_.Run(request);
  ASSERT_EQ(replay.state(), v1::REPLAY_STATE_DONE) << replay.error_reason();
  EXPECT_EQ(replay.result().orders(), 2);
  EXPECT_EQ(replay.result().orders_refused(), 1);
  EXPECT_EQ(replay.result().wallets(0).points_replayed(), 100000000000000000);
}

}  // namespace
}  // namespace laurel::members::testing
