// What returns give back to limits and punch cards, and what they leave counted.
#include <gtest/gtest.h>

#include <algorithm>

#include "absl/strings/escaping.h"
#include "tests/members-svc/ledger/returns_fixture.h"

namespace laurel::members {
namespace {

using testing::ReturnsWorld;
using testing::World;

int RewardsGranted(ReturnsWorld& world) {
  int granted = 0;
  for (const std::string& row : world.database.Admin("SELECT encode(events, 'hex') FROM outbox")) {
    events::v1::DeliverRequest batch;
    EXPECT_TRUE(batch.ParseFromString(absl::HexStringToBytes(row)));
    granted += static_cast<int>(
        std::count_if(batch.events().begin(), batch.events().end(),
                      [](const auto& event) { return event.has_reward_granted(); }));
  }
  return granted;
}

TEST(ReturnsCounters, ARewardStaysGivenAndSoItsLimitStaysUsed) {
  for (const bool of_all : {false, true}) {
    ReturnsWorld world;
    v1::Campaign campaign;
    campaign.mutable_grant_reward()->set_reward_id("rwd_01jd0000000000000000000003");
    auto& limit = of_all ? *campaign.mutable_total_limit() : *campaign.mutable_member_limit();
    limit.set_max_orders(1);
    world.AddCampaign(campaign);
    const std::string member = world.Enrol("m");
    for (const std::string id : {"1", "2", "3"}) {
      const v1::Order order = world.Record(member, "o" + id, {{"A", 1000, 1000}});
      EXPECT_EQ(order.rule_results_size(), id == "1" ? 1 : 0) << id;
      world.Return(order, "r" + id);
    }
    EXPECT_EQ(RewardsGranted(world), 1);
    EXPECT_EQ(world.Faults(), "");
  }
}

// Nine coffees for 27.00 and a machine for 300.00, which the card of ten coffees does not count;
// then one of the two lines comes back. How many coffees the card still has, and what the tenth
// one gives.
struct AfterTheReturn {
  int64_t counted_before;
  int64_t points;
};
AfterTheReturn NineCoffeesAndAMachine(int32_t returned_line) {
  ReturnsWorld world;
  v1::Campaign card;
  card.mutable_punch_card()->set_units(10);
  card.mutable_punch_card()->set_points(50);
  card.mutable_lines()->add_categories("coffee");
  world.AddCampaign(card);
  const std::string member = world.Enrol("m");
  v1::RecordOrderRequest bought =
      ReturnsWorld::OrderOf(member, "o", {{"coffee", 9000, 2700}, {"machine", 1000, 30000}});
  bought.mutable_lines(0)->set_category("coffee");
  bought.mutable_lines(1)->set_category("machines");
  const auto order = world.TryRecord(bought);
  World::Check(order.status());
  world.Return(*order, "r", {{returned_line, 0}});
  v1::RecordOrderRequest one = ReturnsWorld::OrderOf(member, "one", {{"coffee", 1000, 300}});
  one.mutable_lines(0)->set_category("coffee");
  const auto tenth = world.TryRecord(one);
  World::Check(tenth.status());
  EXPECT_EQ(tenth->rule_results_size(), 1);
  EXPECT_EQ(world.Faults(), "");
  return {tenth->rule_results(0).counted_before(), tenth->rule_results(0).points()};
}

TEST(ReturnsCounters, APunchCardGetsBackTheCoffeesThatCameBack) {
  const auto after = NineCoffeesAndAMachine(1);
  EXPECT_EQ(after.counted_before, 0);
  EXPECT_EQ(after.points, 0);
}

TEST(ReturnsCounters, APunchCardKeepsItsCoffeesWhenTheMachineComesBack) {
  const auto after = NineCoffeesAndAMachine(2);
  EXPECT_EQ(after.counted_before, 9);
  EXPECT_EQ(after.points, 50);
}

}  // namespace
}  // namespace laurel::members
