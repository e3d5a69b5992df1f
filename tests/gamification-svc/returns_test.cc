// What is brought back counts as if it had never been bought: progress, badges, what challenges
// pay, and the leaderboard.

#include <gtest/gtest.h>

#include <algorithm>

#include "gamification-svc/domain/challenge.h"
#include "gamification-svc/domain/progress.h"
#include "lib/status/error.h"
#include "tests/gamification-svc/returned_order.h"

namespace laurel::gamification {
namespace {

using testing::Fate;

constexpr absl::Duration kDay = absl::Hours(24);

const std::vector<BoughtLine> kMugsAndMilk = {{"mug", "kitchen", 4000, 2000},
                                              {"milk", "dairy", 3000, 1000}};

v1::Challenge Once(v1::Challenge challenge) {
  challenge.set_target(1);
  return challenge;
}

class GamificationReturnsTest : public ::testing::Test {
 protected:
  void Give(const std::vector<events::v1::Event>& events) {
    const absl::Status status = rig.Deliver(rig.Delivery(events));
    ASSERT_TRUE(status.ok()) << status;
  }
  ReturnedOrder Buy(std::vector<OrderPoints> points = {}) {
    return {rig, member, rig.clock.Now(), kMugsAndMilk, std::move(points)};
  }
  std::vector<std::string> States() { return rig.database.Admin("SELECT state FROM payouts"); }

  Rig rig;
  const std::string member = rig.Member();
};

TEST_F(GamificationReturnsTest, PartialReturnsTakeProgressBackByLineAndQuantity) {
  rig.Make(ThreeOrdersIn30Days());
  rig.Make(FiftyOfDairyIn10Days());
  rig.Make(SixMugs());
  const auto values = [&] {
    std::vector<int64_t> out;
    for (const auto& progress : rig.Progress(member)) out.push_back(progress.value());
    return out;
  };
  ReturnedOrder order = Buy();
  Give(order.Bought());
  EXPECT_EQ(values(), (std::vector<int64_t>{1, 1000, 4000}));
  const auto first = order.Return({{1, 1500}, {2, 1000}});
  Give({first});
  Give({first, order.Return({{1, 500}})});
  EXPECT_EQ(values(), (std::vector<int64_t>{1, 667, 2000}));  // of 1000 a third is back: 333
  Give({order.Return({{2, 0}})});
  EXPECT_EQ(values(), (std::vector<int64_t>{1, 0, 2000}));
  Give({order.Return()});
  EXPECT_EQ(values(), (std::vector<int64_t>{0, 0, 0}));
}

// Whatever is brought back, what is left counts as an order of just that.
TEST_F(GamificationReturnsTest, AnOrderCountsAsWhatIsLeftOfIt) {
  const uint64_t seed = testing::Seed();
  for (uint64_t round = 0; round < 500; ++round) {
    std::mt19937_64 random(seed + round);
    v1::Challenge challenge = ThreeOrdersIn30Days();
    challenge.set_measure(static_cast<v1::Measure>(1 + random() % 3));
    if (random() % 2 == 0) challenge.mutable_filter()->add_skus("mug");
    if (random() % 2 == 0) challenge.mutable_filter()->add_categories("dairy");
    challenge.mutable_filter()->set_min_amount(static_cast<int64_t>(random() % 5000));
    std::vector<BoughtLine> lines;
    for (uint64_t i = 1 + random() % 4; i > 0; --i) {
      lines.push_back({random() % 2 == 0 ? "mug" : "milk", random() % 2 == 0 ? "dairy" : "kitchen",
                       static_cast<int64_t>(random() % 5) * 1000,
                       static_cast<int64_t>(random() % 4000)});
    }
    ReturnedOrder order(rig, member, rig.clock.Now(), lines);
    int64_t counted = CountOf(challenge, order.Order()).value_or(0);
    while (!order.whole()) {
      for (const Contribution& c :
           ContributionsOf(challenge, order.ReturnSome(random), rig.clock.Now() + kDay)) {
        counted += c.amount;
        EXPECT_LT(c.amount, 0);
        EXPECT_EQ(c.occur_time, rig.clock.Now());
      }
      const int64_t left = order.whole() ? 0 : CountOf(challenge, order.Left().Order()).value_or(0);
      ASSERT_EQ(counted, left) << "LAUREL_SEED=" << seed + round;
    }
    EXPECT_EQ(counted, 0);
  }
}

TEST_F(GamificationReturnsTest,
       AChallengeThatIsNotReachedAnyMoreIsUndoneOnceAndCanBeCompletedAgain) {
  const auto challenge = rig.Make(Once(ThreeOrdersIn30Days()));
  ReturnedOrder order = Buy();
  Give(order.Bought());
  ASSERT_TRUE(rig.PayAll());
  EXPECT_EQ(rig.members.Balance(member), 100);
  EXPECT_EQ(rig.Badges(member).size(), 1U);
  const auto half = order.Return({{1, 0}});
  Give({half});
  EXPECT_TRUE(rig.OnlyProgress(member).has_complete_time()) << "something of it is left";
  const auto rest = order.Return();
  Give({rest});
  Give({rest, half});
  EXPECT_FALSE(rig.OnlyProgress(member).has_complete_time());
  EXPECT_EQ(rig.OnlyProgress(member).value(), 0);
  EXPECT_TRUE(rig.Badges(member).empty());
  ASSERT_TRUE(rig.PayAll());
  EXPECT_EQ(rig.members.Balance(member), 0);
  EXPECT_EQ(rig.members.Entries(member), 2);
  Give(Buy().Bought());
  ASSERT_TRUE(rig.PayAll());
  EXPECT_TRUE(rig.OnlyProgress(member).paid());
  EXPECT_EQ(rig.members.Balance(member), 100);
  EXPECT_EQ(rig.members.Entries(member), 3);
  EXPECT_EQ(rig.Badges(member).size(), 1U);
  const auto told = rig.Outbox();
  ASSERT_EQ(told.size(), 3U);
  EXPECT_EQ(told[1].member_id(), member);
  EXPECT_EQ(told[1].challenge_undone().challenge_id(), challenge.challenge_id());
  EXPECT_EQ(told[1].challenge_undone().badge(), "regular");
  EXPECT_EQ(told[1].challenge_undone().points(), 100);
  EXPECT_TRUE(told[2].has_challenge_completed());
}

TEST_F(GamificationReturnsTest, WhatOtherOrdersReachStaysCompleted) {
  v1::Challenge two = ThreeOrdersIn30Days();
  two.set_target(2);
  rig.Make(two);
  std::vector<ReturnedOrder> orders;
  for (int i = 0; i < 3; ++i) {
    orders.push_back(Buy());
    Give(orders.back().Bought());
    rig.clock.Advance(kDay);
  }
  Give({orders[0].Return()});
  EXPECT_TRUE(rig.OnlyProgress(member).has_complete_time());
  Give({orders[1].Return()});
  EXPECT_FALSE(rig.OnlyProgress(member).has_complete_time());
  EXPECT_EQ(rig.OnlyProgress(member).value(), 1);
}

TEST_F(GamificationReturnsTest, WhatNobodyHasTriedToPayIsNotPaid) {
  rig.Make(Once(ThreeOrdersIn30Days()));
  ReturnedOrder order = Buy();
  Give(order.Bought());
  Give({order.Return()});
  EXPECT_EQ(States(), std::vector<std::string>{"5"});
  ASSERT_TRUE(rig.PayAll());
  EXPECT_EQ(rig.members.Calls(), 0);
  Give(Buy().Bought());
  ASSERT_TRUE(rig.PayAll());
  EXPECT_EQ(rig.members.Balance(member), 100);
}

// Nobody knows whether it is paid when the order comes back, nor whether it is taken back when the
// next one is bought: each turn waits for the one before it.
TEST_F(GamificationReturnsTest, EachTurnOfAPaymentWaitsForTheOneBeforeIt) {
  rig.Make(Once(ThreeOrdersIn30Days()));
  rig.members.SetFate([] { return Fate::kAnswerLost; });
  ReturnedOrder order = Buy();
  Give(order.Bought());
  rig.PayOnce();
  EXPECT_EQ(rig.members.Balance(member), 100);
  Give({order.Return()});
  EXPECT_EQ(States(), std::vector<std::string>{"1"}) << "first it has to be known to be paid";
  rig.members.SetFate([] { return Fate::kAnswered; });
  rig.machine.Advance(absl::Minutes(5));
  rig.PayOnce();
  EXPECT_EQ(States(), std::vector<std::string>{"4"});
  rig.members.SetFate([] { return Fate::kAnswerLost; });
  rig.PayOnce();
  EXPECT_EQ(rig.members.Balance(member), 0);
  Give(Buy().Bought());
  EXPECT_EQ(States(), std::vector<std::string>{"4"}) << "first it has to be known to be back";
  rig.members.SetFate([] { return Fate::kAnswered; });
  ASSERT_TRUE(rig.PayAll());
  EXPECT_EQ(rig.members.Balance(member), 100);
  EXPECT_EQ(rig.members.Entries(member), 3);
  EXPECT_TRUE(rig.OnlyProgress(member).paid());
}

TEST_F(GamificationReturnsTest, WhatCannotBeTakenBackIsNotPaidASecondTime) {
  rig.Make(Once(ThreeOrdersIn30Days()));
  ReturnedOrder order = Buy();
  Give(order.Bought());
  ASSERT_TRUE(rig.PayAll());
  rig.members.Ruin(member);
  Give({order.Return()});
  ASSERT_TRUE(rig.PayAll());
  EXPECT_EQ(rig.database.Admin("SELECT state || refusal FROM payouts"),
            std::vector<std::string>{"6INSUFFICIENT_POINTS"});
  EXPECT_TRUE(rig.Badges(member).empty());
  Give(Buy().Bought());
  ASSERT_TRUE(rig.PayAll());
  EXPECT_EQ(rig.members.Balance(member), 100);
  EXPECT_EQ(rig.members.Entries(member), 1);
  EXPECT_TRUE(rig.OnlyProgress(member).paid());
}

TEST_F(GamificationReturnsTest, AReturnThatIsHeardOfBeforeItsOrderCountsTheSame) {
  rig.Make(Once(ThreeOrdersIn30Days()));
  rig.Make(SixMugs());
  ReturnedOrder order = Buy({{30}});
  const auto bought = order.Bought();
  Give({order.Return()});
  EXPECT_EQ(rig.Progress(member)[1].value(), 0);
  Give(bought);
  EXPECT_EQ(rig.Progress(member)[1].value(), 0);
  EXPECT_FALSE(rig.Progress(member)[0].has_complete_time());
  EXPECT_EQ(status::ReasonOf(rig.Rank(member).status()), "NOT_RANKED");
  ASSERT_TRUE(rig.PayAll());
  EXPECT_EQ(rig.members.Calls(), 0);
}

TEST_F(GamificationReturnsTest, TheLeaderboardGoesBackWithThePoints) {
  const std::string other = rig.Member();
  ReturnedOrder order = Buy({{50}, {40, true}, {20}});
  Give(order.Bought());
  Give({rig.Points(other, 60)});
  EXPECT_EQ(rig.Rank(member)->rank(), 1);
  Give({order.Return({{1, 0}})});  // two thirds of the amount
  EXPECT_EQ(rig.Rank(member)->score(), 70 - 33 - 13);
  EXPECT_EQ(rig.Rank(member)->rank(), 2);
  Give({order.Return()});
  EXPECT_EQ(status::ReasonOf(rig.Rank(member).status()), "NOT_RANKED");
  EXPECT_EQ(rig.Leaders(10).size(), 1U);
  EXPECT_EQ(rig.Rank(other)->rank(), 1);
}

TEST_F(GamificationReturnsTest, PointsEarnedAndSpentGoBackWithTheOrder) {
  rig.Make(FourTimesPoints());
  v1::Challenge spend = FourTimesPoints();
  spend.set_event_type(v1::EVENT_TYPE_POINTS_SPENT);
  spend.set_measure(v1::MEASURE_SUM_AMOUNT);
  spend.set_target(1000);
  spend.set_window_days(7);
  rig.Make(spend);
  ReturnedOrder order = Buy({{9}, {40, true}, {6}});
  Give(order.Bought());
  EXPECT_EQ(rig.Progress(member)[0].value(), 2);
  EXPECT_EQ(rig.Progress(member)[1].value(), 40);
  Give({order.Return({{2, 0}})});  // a third: 6 and 4 are left, and only from 5 on they count
  EXPECT_EQ(rig.Progress(member)[0].value(), 1);
  EXPECT_EQ(rig.Progress(member)[1].value(), 27);
  Give({order.Return()});
  EXPECT_EQ(rig.Progress(member)[0].value(), 0);
  EXPECT_EQ(rig.Progress(member)[1].value(), 0);
}

// Points that a challenge pays make the score, but no challenge: it could hold itself up.
TEST_F(GamificationReturnsTest, WhatChallengesPayIsTakenOffTheScoreWithThem) {
  rig.Make(Once(ThreeOrdersIn30Days()));
  v1::Challenge points = FourTimesPoints();
  points.set_target(1);
  rig.Make(points);
  const auto tell = [&] {
    for (events::v1::Event told : rig.members.TakeEvents(kServiceName, rig.clock.Now())) {
      const events::v1::Event header = rig.Event(member);
      told.MergeFrom(header);
      Give({told});
    }
  };
  ReturnedOrder order = Buy({{3}});
  Give(order.Bought());
  ASSERT_TRUE(rig.PayAll());
  tell();
  EXPECT_EQ(rig.Rank(member)->score(), 103);
  EXPECT_EQ(rig.Progress(member)[1].value(), 0);
  Give({order.Return()});
  EXPECT_EQ(rig.Rank(member)->score(), 100);
  ASSERT_TRUE(rig.PayAll());
  tell();
  EXPECT_EQ(status::ReasonOf(rig.Rank(member).status()), "NOT_RANKED");
}

// What was completed before anything could be undone kept nothing, and stands.
TEST_F(GamificationReturnsTest, WhatWasCompletedForGoodStands) {
  rig.Make(Once(ThreeOrdersIn30Days()));
  ReturnedOrder order = Buy();
  Give(order.Bought());
  rig.database.Admin("UPDATE challenge_progress SET settled = true, contributions = ''");
  Give({order.Return()});
  EXPECT_TRUE(rig.OnlyProgress(member).has_complete_time());
  EXPECT_EQ(rig.Badges(member).size(), 1U);
}

}  // namespace
}  // namespace laurel::gamification
