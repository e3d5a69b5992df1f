// R6: any set of partial returns that adds up to an order, in any order, leaves wallets, lots,
// limits, budgets, caps, bands, punch cards, numbers of orders, visits and what tiers count as if
// the order had never been; with random campaigns, lots, caps, pendings, expiries, redemptions that
// paid for it, corrections by hand in between, and both modes. The ledger's own decisions, over
// state in memory.
#include <gtest/gtest.h>

#include "tests/members-svc/ledger/return_world.h"

namespace laurel::members {
namespace {

using testing::Counters;
using testing::Dice;
using testing::ReturnWorld;
using testing::TierCounts;

constexpr int kWorlds = 400;

struct BeforeOrder {
  std::map<int, Wallet> wallets;
  Counters counters;
  TierCounts tiers;
};
BeforeOrder Remember(ReturnWorld& world) {
  return {{{1, world.WalletNow(1)}, {2, world.WalletNow(2)}},
          world.CountersNow(),
          world.TierCountsNow()};
}

enum class Meanwhile { kNothing, kByHand };

void AnOrderComesAndGoes(uint32_t seed, Meanwhile meanwhile) {
  SCOPED_TRACE("LAUREL_TEST_SEED of this world: " + std::to_string(seed));
  Dice dice(seed);
  ReturnWorld world(dice);
  world.Live();
  const BeforeOrder before = Remember(world);
  const std::vector<std::string> spends = world.SpendSome();
  const v1::Order order = world.Record(spends);
  world.Pass();
  while (world.ReturnSome(order)) {
    world.Pass();
    if (meanwhile == Meanwhile::kByHand && dice.OneIn(3)) world.CorrectByHand(order);
    if (meanwhile == Meanwhile::kByHand && dice.OneIn(5)) world.RefundByHand(order);
  }
  world.CheckWallets();
  const auto standings = world.Standings();
  for (const auto& [wallet_no, wallet] : before.wallets) {
    EXPECT_EQ(standings.at(wallet_no), ReturnWorld::Later(wallet, world.now_us()))
        << "wallet " << wallet_no << " " << order.ShortDebugString();
  }
  EXPECT_EQ(world.CountersNow(), before.counters) << order.ShortDebugString();
  EXPECT_EQ(world.TierCountsNow(), before.tiers) << order.ShortDebugString();
}

TEST(ReturnsProperty, R6_any_partial_returns_that_add_up_leave_no_trace) {
  const uint32_t seed = testing::Seed();
  for (uint32_t i = 0; i < kWorlds && !::testing::Test::HasFailure(); ++i) {
    AnOrderComesAndGoes(seed + i, Meanwhile::kNothing);
  }
}

// What people take back or give back in between is not taken or given a second time.
TEST(ReturnsProperty, R6_holds_with_corrections_by_hand_in_between) {
  const uint32_t seed = testing::Seed();
  for (uint32_t i = 0; i < kWorlds && !::testing::Test::HasFailure(); ++i) {
    AnOrderComesAndGoes(seed + i, Meanwhile::kByHand);
  }
}

// What could not be taken, by a wallet type's policy, was not earned for tiers either; nor was it
// twice not earned, where people take it later.
TEST(ReturnsProperty, R6_tiers_and_limits_forget_the_order_whatever_its_points_may_do) {
  const uint32_t seed = testing::Seed();
  for (uint32_t i = 0; i < kWorlds && !::testing::Test::HasFailure(); ++i) {
    SCOPED_TRACE("LAUREL_TEST_SEED of this world: " + std::to_string(seed + i));
    Dice dice(seed + i);
    ReturnWorld world(dice, ReturnWorld::Policy::kAny);
    world.Live();
    const BeforeOrder before = Remember(world);
    const v1::Order order = world.Record(world.SpendSome());
    world.Pass();
    while (world.ReturnSome(order)) {
      world.Pass();
      if (dice.OneIn(3)) world.CorrectByHand(order);
    }
    EXPECT_EQ(world.CountersNow(), before.counters) << order.ShortDebugString();
    EXPECT_EQ(world.TierCountsNow(), before.tiers) << order.ShortDebugString();
  }
}

// Two worlds that were the same until the order came to one of them. Once it is gone again, what
// happens to both is decided alike: limits, budgets, bands, punch cards and numbers of orders have
// forgotten it.
void AWorldAndItsTwin(uint32_t seed) {
  SCOPED_TRACE("LAUREL_TEST_SEED of this world: " + std::to_string(seed));
  Dice dice(seed), twins_dice(seed);
  ReturnWorld world(dice), twin(twins_dice);
  world.Live();
  twin.Live();
  const v1::Order order = world.Record(world.SpendSome());
  world.Pass();
  while (world.ReturnSome(order)) world.Pass();
  twin.GoTo(world.now_us());
  dice = twins_dice = Dice(~seed);
  for (int i = 0; i < 4; ++i) {
    v1::Order later = world.Record({});
    v1::Order twins = twin.Record({});
    for (v1::Order* one : {&later, &twins}) {
      one->clear_order_id();
      one->clear_entry_ids();
    }
    EXPECT_EQ(later.ShortDebugString(), twins.ShortDebugString()) << order.ShortDebugString();
    world.Pass();
    twin.Pass();
  }
  EXPECT_EQ(world.CountersNow(), twin.CountersNow());
  EXPECT_EQ(world.Standings(), twin.Standings());
  EXPECT_EQ(world.TierCountsNow(), twin.TierCountsNow());
}

TEST(ReturnsProperty, R6_what_comes_later_is_decided_as_if_the_order_had_never_been) {
  const uint32_t seed = testing::Seed();
  for (uint32_t i = 0; i < kWorlds && !::testing::Test::HasFailure(); ++i) {
    AWorldAndItsTwin(seed + i);
  }
}

}  // namespace
}  // namespace laurel::members
