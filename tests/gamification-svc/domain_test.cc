// Challenges, windows and ranks, without a database.

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <limits>
#include <map>
#include <random>

#include "absl/time/clock.h"
#include "gamification-svc/domain/challenge.h"
#include "gamification-svc/domain/progress.h"
#include "gamification-svc/domain/ranking.h"
#include "lib/status/error.h"
#include "tests/gamification-svc/rig.h"

namespace laurel::gamification {
namespace {

const absl::Time kStart = absl::FromUnixSeconds(1790000000);
constexpr absl::Duration kDay = absl::Hours(24);

TEST(Ranking, G1EqualScoresShareARankAndTheNextCountsThemAll) {
  EXPECT_EQ(RanksOf({90, 90, 50}, 0, 0), (std::vector<int64_t>{1, 1, 3}));
  EXPECT_EQ(RanksOf({90, 50, 50, 50, 10}, 0, 0), (std::vector<int64_t>{1, 2, 2, 2, 5}));
  // A page that starts among equals, and one that starts after them.
  EXPECT_EQ(RanksOf({50, 10}, 3, 1), (std::vector<int64_t>{2, 5}));
  EXPECT_EQ(RanksOf({10}, 4, 4), (std::vector<int64_t>{5}));
  EXPECT_TRUE(RanksOf({}, 0, 0).empty());
}

TEST(Challenge, NamesEverythingThatIsWrong) {
  v1::Challenge challenge = ThreeOrdersIn30Days();
  EXPECT_TRUE(CompleteChallenge(challenge).ok());
  challenge.set_event_type(v1::EVENT_TYPE_MEMBER_ENROLLED);
  challenge.set_measure(v1::MEASURE_SUM_QUANTITY);
  challenge.mutable_filter()->set_min_amount(1);
  challenge.mutable_filter()->add_stores("s1");
  challenge.mutable_filter()->add_channels(" ");
  challenge.mutable_filter()->add_skus("x");
  challenge.mutable_filter()->add_categories("y");
  const absl::Status status = CompleteChallenge(challenge).status();
  EXPECT_EQ(status::ReasonOf(status), "CHALLENGE_INVALID");
  for (const char* path :
       {"challenge.measure", "challenge.filter.minAmount", "challenge.filter.stores",
        "challenge.filter.channels", "challenge.filter.channels[0]", "challenge.filter.skus",
        "challenge.filter.categories"}) {
    EXPECT_NE(status.ToString().find(path), std::string::npos) << path;
  }
  challenge = ThreeOrdersIn30Days();
  challenge.set_event_type(static_cast<v1::EventType>(99));
  EXPECT_FALSE(CompleteChallenge(challenge).ok());
  challenge = ThreeOrdersIn30Days();
  challenge.set_measure(static_cast<v1::Measure>(99));
  EXPECT_FALSE(CompleteChallenge(challenge).ok());
  challenge = ThreeOrdersIn30Days();
  challenge.clear_measure();
  EXPECT_EQ(CompleteChallenge(challenge)->measure(), v1::MEASURE_COUNT);
}

TEST(Challenge, CountsWhatTheFilterLeaves) {
  events::v1::Event event;
  AddLine(event, "mug", "kitchen", 2000, 1000);
  AddLine(event, "milk", "dairy", 3000, 300);
  AddLine(event, "mug", "gifts", 1500, 800);
  auto& order = *event.mutable_order_recorded();
  order.set_store("s1");
  order.set_channel("web");
  v1::Challenge challenge = ThreeOrdersIn30Days();
  EXPECT_EQ(CountOf(challenge, event), 1);
  auto& filter = *challenge.mutable_filter();
  filter.set_min_amount(2101);
  EXPECT_EQ(CountOf(challenge, event), std::nullopt);
  filter.set_min_amount(2100);
  filter.add_stores("s2");
  EXPECT_EQ(CountOf(challenge, event), std::nullopt);
  filter.add_stores("s1");
  filter.add_channels("web");
  EXPECT_EQ(CountOf(challenge, event), 1);
  challenge.set_measure(v1::MEASURE_SUM_AMOUNT);
  EXPECT_EQ(CountOf(challenge, event), 2100);
  filter.add_skus("mug");
  EXPECT_EQ(CountOf(challenge, event), 1800);
  challenge.set_measure(v1::MEASURE_SUM_QUANTITY);
  EXPECT_EQ(CountOf(challenge, event), 3500);
  filter.add_categories("gifts");
  EXPECT_EQ(CountOf(challenge, event), 1500);
  filter.add_skus("none");
  filter.clear_categories();
  filter.add_categories("toys");
  EXPECT_EQ(CountOf(challenge, event), std::nullopt);
}

TEST(Challenge, OnlyPointsOfTheWalletPointsCount) {
  events::v1::Event event;
  event.mutable_points_earned()->set_wallet_type("stars");
  EXPECT_EQ(TypeOf(event), v1::EVENT_TYPE_UNSPECIFIED);
  event.mutable_points_earned()->set_wallet_type("points");
  EXPECT_EQ(TypeOf(event), v1::EVENT_TYPE_POINTS_EARNED);
  event.mutable_points_spent()->set_wallet_type("points");
  EXPECT_EQ(TypeOf(event), v1::EVENT_TYPE_POINTS_SPENT);
  event.mutable_points_expired()->set_wallet_type("points");
  EXPECT_EQ(TypeOf(event), v1::EVENT_TYPE_UNSPECIFIED);
}

TEST(Progress, AWindowIsExactToTheMicrosecond) {
  const v1::Challenge challenge = ThreeOrdersIn30Days();
  Progress inside, outside;
  EXPECT_EQ(Advance(challenge, {{kStart, 1}, {kStart + kDay, 1}}, kStart, inside), Change::kNone);
  outside = inside;
  EXPECT_EQ(Advance(challenge, {{kStart + 30 * kDay, 1}}, kStart, inside), Change::kCompleted);
  EXPECT_EQ(Advance(challenge, {{kStart + 30 * kDay + absl::Microseconds(1), 1}}, kStart, outside),
            Change::kNone);
}

TEST(Progress, AnEventThatComesLateCompletesAWindowOfThePast) {
  const v1::Challenge challenge = ThreeOrdersIn30Days();
  Progress progress;
  const absl::Time now = kStart + 100 * kDay;
  EXPECT_EQ(Advance(challenge, {{now, 1}, {kStart + kDay, 1}, {kStart, 1}}, now, progress),
            Change::kNone);
  EXPECT_EQ(ValueAt(challenge, progress, now), 1);
  EXPECT_EQ(Advance(challenge, {{kStart + 2 * kDay, 1}}, now, progress), Change::kCompleted);
  EXPECT_EQ(progress.complete_time, now);
  EXPECT_EQ(ValueAt(challenge, progress, now), 3);
  EXPECT_EQ(Advance(challenge, {{now, 1}, {now, 1}, {now, 1}}, now, progress), Change::kNone);
  EXPECT_EQ(progress.complete_time, now);
}

// G7: two short of it, progress says one of three.
TEST(Progress, G7SaysHowFarAMemberIs) {
  const v1::Challenge challenge = ThreeOrdersIn30Days();
  Progress progress;
  Advance(challenge, {{kStart, 1}}, kStart, progress);
  EXPECT_EQ(ValueAt(challenge, progress, kStart), 1);
  EXPECT_EQ(ValueAt(challenge, progress, kStart + 30 * kDay), 1);
  EXPECT_EQ(ValueAt(challenge, progress, kStart + 30 * kDay + absl::Microseconds(1)), 0);
}

TEST(Progress, IsBoundedInTimeAndNumber) {
  v1::Challenge challenge = FiftyOfDairyIn10Days();
  challenge.set_target(1000000000);
  Progress progress;
  std::vector<Contribution> news;
  for (int i = 0; i < 6000; ++i) news.push_back({kStart + absl::Seconds(i * (i % 7 + 1)), 1});
  Advance(challenge, news, kStart, progress);
  EXPECT_EQ(progress.contributions.size(), kMaxContributions);
  int64_t sum = 0;
  for (const auto& c : progress.contributions) sum += c.amount;
  EXPECT_EQ(sum, 6000);
  Advance(challenge, {{kStart + 200 * kDay, 5}}, kStart + 200 * kDay, progress);
  EXPECT_EQ(progress.contributions.size(), 1U);
}

TEST(Progress, SumsDoNotOverflow) {
  v1::Challenge challenge = SixMugs();
  challenge.set_target(1000000000000);
  Progress progress;
  EXPECT_EQ(Advance(challenge,
                    {{kStart, std::numeric_limits<int64_t>::max()},
                     {kStart, std::numeric_limits<int64_t>::max()}},
                    kStart, progress),
            Change::kCompleted);
}

TEST(Progress, IsUndoneWhenWhatIsLeftDoesNotReachIt) {
  for (const int window_days : {0, 30}) {
    v1::Challenge challenge = ThreeOrdersIn30Days();
    challenge.set_window_days(window_days);
    Progress progress;
    EXPECT_EQ(Advance(challenge, {{kStart, 2}, {kStart + kDay, 2}}, kStart, progress),
              Change::kCompleted);
    EXPECT_EQ(Advance(challenge, {{kStart, -1}}, kStart + kDay, progress), Change::kNone);
    EXPECT_EQ(progress.complete_time, kStart);
    EXPECT_EQ(Advance(challenge, {{kStart + kDay, -2}}, kStart + kDay, progress), Change::kUndone);
    EXPECT_EQ(ValueAt(challenge, progress, kStart + kDay), 1);
    EXPECT_EQ(Advance(challenge, {{kStart + 2 * kDay, 2}}, kStart + 2 * kDay, progress),
              Change::kCompleted);
    EXPECT_EQ(progress.complete_time, kStart + 2 * kDay);
  }
}

TEST(Progress, IsSettledOnceNothingThatCompletedItCanComeBack) {
  const v1::Challenge challenge = ThreeOrdersIn30Days();
  const absl::Duration bound = 30 * kDay + kLateness;
  Progress progress;
  Advance(challenge, {{kStart, 3}}, kStart, progress);
  Advance(challenge, {{kStart + kDay, 1}}, kStart + bound, progress);
  EXPECT_FALSE(progress.settled) << "to the microsecond";
  EXPECT_EQ(Advance(challenge, {{kStart, -3}}, kStart + bound + absl::Microseconds(1), progress),
            Change::kNone);
  EXPECT_TRUE(progress.settled);
  EXPECT_TRUE(progress.contributions.empty());
  EXPECT_EQ(ValueAt(challenge, progress, kStart + bound), 3);
  EXPECT_EQ(Advance(challenge, {{kStart + kDay, -1}}, kStart, progress), Change::kNone);
}

// What is left reaches it alone, as if the first order had never been.
TEST(Progress, AReturnThatComesTooLateTakesNothingOfWhatIsLeft) {
  v1::Challenge challenge = ThreeOrdersIn30Days();
  challenge.set_target(100);
  Progress progress;
  EXPECT_EQ(Advance(challenge, {{kStart, 100}}, kStart, progress), Change::kCompleted);
  const absl::Time second = kStart + 20 * kDay;
  EXPECT_EQ(Advance(challenge, {{second, 100}}, second, progress), Change::kNone);
  EXPECT_EQ(Advance(challenge, {{kStart, -100}}, kStart + 160 * kDay, progress), Change::kNone);
  EXPECT_EQ(progress.complete_time, kStart);
  EXPECT_EQ(Advance(challenge, {{second, -100}}, kStart + 161 * kDay, progress), Change::kNone)
      << "the first stands, since it lies too far back to be taken back";
}

TEST(Progress, AReturnOfWhatIsNotKeptTakesNothingOfWhatComesWithIt) {
  v1::Challenge challenge = ThreeOrdersIn30Days();
  challenge.set_target(100);
  Progress progress;
  Advance(challenge, {{kStart, 60}}, kStart, progress);
  const absl::Time now = kStart + 160 * kDay;
  EXPECT_EQ(Advance(challenge, {{now, 10}}, now, progress), Change::kNone);
  EXPECT_EQ(Advance(challenge, {{kStart, -60}, {kStart + 5 * kDay, 70}, {now, 20}}, now, progress),
            Change::kNone);
  EXPECT_EQ(ValueAt(challenge, progress, now), 30);
  EXPECT_EQ(Advance(challenge, {{kStart, -60}, {kStart + 5 * kDay, 100}}, now, progress),
            Change::kCompleted);
}

// An old order that cannot complete it alone holds it up together with one that is left.
TEST(Progress, WhatLiesFarBackStillHoldsUpWhatANewerReturnTakesFrom) {
  v1::Challenge challenge = ThreeOrdersIn30Days();
  challenge.set_target(100);
  Progress progress;
  EXPECT_EQ(Advance(challenge, {{kStart, 60}, {kStart + 2 * kDay, 60}}, kStart, progress),
            Change::kCompleted);
  Advance(challenge, {{kStart + 20 * kDay, 100}}, kStart + 20 * kDay, progress);
  const absl::Time now = kStart + 151 * kDay;
  EXPECT_EQ(Advance(challenge, {{now, 1}}, now, progress), Change::kNone);
  EXPECT_EQ(Advance(challenge, {{kStart + 20 * kDay, -100}}, now, progress), Change::kNone);
  EXPECT_FALSE(progress.settled);
  EXPECT_EQ(Advance(challenge, {{kStart + 2 * kDay, -60}}, now, progress), Change::kUndone);
}

// The last of the window and one just after it become one, at the time of the later.
TEST(Progress, ACompletionThatItsBoundBlursIsSettled) {
  v1::Challenge challenge = FiftyOfDairyIn10Days();
  constexpr auto kMost = static_cast<int64_t>(kMaxContributions);
  challenge.set_target(5 + kMost - 1);
  std::vector<Contribution> news = {{kStart, 5}};
  for (int64_t i = 1; i < kMost; ++i)
    news.push_back({kStart + 10 * kDay - absl::Seconds(kMost - 1 - i), 1});
  news.push_back({kStart + 10 * kDay + absl::Microseconds(1), 1});
  Progress progress;
  EXPECT_EQ(Advance(challenge, news, kStart, progress), Change::kCompleted);
  EXPECT_TRUE(progress.settled);
  EXPECT_EQ(progress.complete_time, kStart);
}

TEST(Progress, PacksAndUnpacks) {
  const std::vector<Contribution> all = {{absl::FromUnixMicros(-5), 1},
                                         {kStart, std::numeric_limits<int64_t>::max()}};
  EXPECT_EQ(Pack(all).size(), 32U);
  EXPECT_EQ(Unpack(Pack(all)).value(), all);
  EXPECT_FALSE(Unpack("odd").ok());
}

// Against the definition: some window [t, t + w] that starts at a contribution reaches the target.
TEST(Progress, EqualsTheDefinitionInAnyOrderOfArrival) {
  const char* given = std::getenv("LAUREL_SEED");
  const uint64_t seed = given != nullptr ? std::strtoull(given, nullptr, 10)
                                         : static_cast<uint64_t>(absl::GetCurrentTimeNanos());
  std::printf("LAUREL_SEED=%llu\n", static_cast<unsigned long long>(seed));
  for (uint64_t round = 0; round < 3000; ++round) {
    std::mt19937_64 random(seed + round);
    v1::Challenge challenge = ThreeOrdersIn30Days();
    challenge.set_target(1 + static_cast<int64_t>(random() % 20));
    challenge.set_window_days(static_cast<int32_t>(random() % 8));
    std::vector<Contribution> all;
    for (uint64_t i = random() % 12; i > 0; --i) {
      all.push_back({kStart + absl::Hours(12 * static_cast<int64_t>(random() % 60)),
                     1 + static_cast<int64_t>(random() % 5)});
    }
    bool reaches = false;
    for (const auto& first : all) {
      int64_t sum = 0;
      for (const auto& c : all) {
        if (challenge.window_days() == 0 ||
            (c.occur_time >= first.occur_time &&
             c.occur_time <= first.occur_time + challenge.window_days() * kDay))
          sum += c.amount;
      }
      reaches |= sum >= challenge.target();
    }
    for (int arrival = 0; arrival < 3; ++arrival) {
      std::shuffle(all.begin(), all.end(), random);
      Progress progress;
      int completed = 0;
      for (const auto& c : all)
        completed +=
            Advance(challenge, {c}, kStart + 30 * kDay, progress) == Change::kCompleted ? 1 : 0;
      ASSERT_EQ(completed, reaches ? 1 : 0) << "LAUREL_SEED=" << seed + round;
    }
  }
}

// What was taken back was never there, in any order of arrival, even before what it takes back.
TEST(Progress, EqualsTheDefinitionOfWhatIsLeftInAnyOrderOfArrival) {
  const uint64_t seed = testing::Seed();
  for (uint64_t round = 0; round < 3000; ++round) {
    std::mt19937_64 random(seed + round);
    v1::Challenge challenge = ThreeOrdersIn30Days();
    challenge.set_target(1 + static_cast<int64_t>(random() % 12));
    challenge.set_window_days(static_cast<int32_t>(random() % 8));
    std::vector<Contribution> all, left;
    for (uint64_t i = random() % 12; i > 0; --i) {
      const Contribution one{kStart + absl::Hours(12 * static_cast<int64_t>(random() % 60)),
                             1 + static_cast<int64_t>(random() % 5)};
      all.push_back(one);
      if (random() % 2 == 0) {
        left.push_back(one);
        continue;
      }
      const int64_t part = static_cast<int64_t>(random() % 5) % one.amount;
      if (part > 0) all.push_back({one.occur_time, -part});
      all.push_back({one.occur_time, part - one.amount});
    }
    Progress never;
    Advance(challenge, left, kStart + 30 * kDay, never);
    for (int arrival = 0; arrival < 3; ++arrival) {
      std::shuffle(all.begin(), all.end(), random);
      Progress progress;
      for (const auto& c : all) Advance(challenge, {c}, kStart + 30 * kDay, progress);
      ASSERT_EQ(progress.complete_time, never.complete_time) << "LAUREL_SEED=" << seed + round;
      ASSERT_EQ(progress.total, never.total);
      ASSERT_EQ(progress.contributions, never.contributions);
    }
  }
}

// A year in which orders come up to 120 days late and are returned whenever: after each delivery it
// is completed if what is left reaches the target, and not if it would not even with all that came
// back too late. While nothing comes back too late the two are the same.
TEST(Progress, EqualsTheDefinitionThroughoutAYearOfLateOrdersAndReturns) {
  const uint64_t seed = testing::Seed();
  int undone = 0, settled = 0;
  for (uint64_t round = 0; round < 2000; ++round) {
    std::mt19937_64 random(seed + round);
    const auto days = [&](uint64_t below) {
      return absl::Hours(12 * static_cast<int64_t>(random() % (2 * below)));
    };
    v1::Challenge challenge = ThreeOrdersIn30Days();
    challenge.set_target(1 + static_cast<int64_t>(random() % 12));
    const absl::Duration window = (1 + static_cast<int64_t>(random() % 60)) * kDay;
    challenge.set_window_days(static_cast<int32_t>(window / kDay));
    std::multimap<absl::Time, Contribution> told;
    for (uint64_t i = 1 + random() % 12; i > 0; --i) {
      const Contribution order{kStart + days(300), 1 + static_cast<int64_t>(random() % 5)};
      const absl::Time comes = order.occur_time + days(120);
      told.emplace(comes, order);
      if (random() % 2 == 0)
        told.emplace(comes + days(300), Contribution{order.occur_time, -order.amount});
    }
    Progress progress;
    std::map<absl::Time, int64_t> left, without_late_returns;
    for (const auto& [now, c] : told) {
      const Change change = Advance(challenge, {c}, now, progress);
      left[c.occur_time] += c.amount;
      if (c.amount > 0 || c.occur_time >= now - window - kLateness)
        without_late_returns[c.occur_time] += c.amount;
      const auto reaches = [&](const std::map<absl::Time, int64_t>& all) {
        for (auto first = all.begin(); first != all.end(); ++first) {
          int64_t sum = 0;
          for (auto at = first; at != all.end() && at->first - first->first <= window; ++at)
            sum += at->second;
          if (sum >= challenge.target()) return true;
        }
        return false;
      };
      if (reaches(left)) {
        ASSERT_TRUE(progress.complete_time) << "LAUREL_SEED=" << seed + round;
      }
      if (!reaches(without_late_returns)) {
        ASSERT_FALSE(progress.complete_time) << "LAUREL_SEED=" << seed + round;
      }
      undone += change == Change::kUndone ? 1 : 0;
    }
    settled += progress.settled ? 1 : 0;
  }
  EXPECT_GT(undone, 0);
  EXPECT_GT(settled, 0);
}

}  // namespace
}  // namespace laurel::gamification
