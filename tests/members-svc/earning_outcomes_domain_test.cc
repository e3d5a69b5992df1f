// What holds for every order and any campaigns, with all effects, conditions, groups and limits.
#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "lib/base/timestamps.h"
#include "tests/members-svc/random_campaigns.h"

namespace laurel::members::testing {
namespace {

using Kind = CampaignOutcome::Kind;

constexpr int kRounds = 4000;

std::string AwardsOf(const Earnings& earnings) {
  std::string out;
  for (const Award& award : earnings.awards) {
    out += std::to_string(award.wallet_no) + " " + award.result.ShortDebugString() + "\n";
  }
  for (const auto& [key, use] : earnings.limit_uses) {
    out += base::ToString(key.campaign_id) + absl::FormatTime(key.period_start) +
           (key.of_all ? " all " : " ") + std::to_string(use.points) + " " +
           std::to_string(use.orders) + " " + std::to_string(use.amount) + "\n";
  }
  return out;
}

struct Case {
  ProgramRules rules;
  v1::RecordOrderRequest order;
  LimitUses used;
  Earnings earnings;
};

class AnyOrderAndCampaigns : public ::testing::Test {
 protected:
  // `check` gets so many random cases.
  void ForMany(auto check) {
    const uint32_t seed = Seed();
    SCOPED_TRACE("seed " + std::to_string(seed));
    Dice dice(seed);
    for (int i = 0; i < kRounds && !HasFailure(); ++i) {
      std::vector<v1::Campaign> campaigns;
      for (int64_t left = dice.In(1, 12); left > 0; --left) campaigns.push_back(AnyCampaign(dice));
      Case one{.rules = RulesOf(campaigns), .order = AnyOrder(dice), .used = {}, .earnings = {}};
      one.used = AnyUse(dice, one.rules);
      one.earnings = Evaluate(one.rules, one.order, one.used);
      check(one, dice);
    }
  }
};

TEST_F(AnyOrderAndCampaigns, TheSharesOfTheLinesSumToThePoints) {
  ForMany([](const Case& one, Dice&) {
    std::map<std::pair<int, int32_t>, int64_t> by_line;
    for (const Award& award : one.earnings.awards) {
      int64_t sum = 0;
      const auto& shares = award.result.points_by_line();
      EXPECT_TRUE(shares.empty() || shares.size() == one.order.lines_size());
      for (int line = 0; line < shares.size(); ++line) {
        by_line[{award.wallet_no, line}] += shares[line];
        sum += shares[line];
      }
      EXPECT_EQ(sum, award.result.points()) << award.result.DebugString();
    }
    for (const auto& [line, points] : by_line) EXPECT_GE(points, 0);
  });
}

TEST_F(AnyOrderAndCampaigns, WhatLinesHaveAddedToACounterSumsToWhatWasCounted) {
  int counted = 0;
  ForMany([&counted](const Case& one, Dice&) {
    for (const Award& award : one.earnings.awards) {
      const auto& by_line = award.result.counted_by_line();
      int64_t sum = 0;
      for (const int64_t amount : by_line) {
        EXPECT_GE(amount, 0);
        sum += amount;
      }
      EXPECT_EQ(sum, award.result.counted_amount()) << award.result.DebugString();
      EXPECT_TRUE(by_line.empty() || by_line.size() == one.order.lines_size());
      counted += award.result.counted_amount() > 0;
    }
  });
  EXPECT_GT(counted, 1000);
}

TEST_F(AnyOrderAndCampaigns, NoLimitIsEverExceeded) {
  ForMany([](const Case& one, Dice&) {
    for (const auto& [key, use] : one.earnings.limit_uses) {
      for (const CampaignRules& rules : one.rules.campaigns) {
        if (rules.campaign_id != key.campaign_id || use.points == 0) continue;
        const int64_t most =
            key.of_all ? rules.most_points_of_all : rules.campaign.member_limit().max_points();
        const auto before = one.used.find(key);
        const int64_t used = before == one.used.end() ? 0 : before->second.points;
        if (most == 0) continue;
        EXPECT_LE(use.points, std::max<int64_t>(0, most - used));
      }
    }
  });
}

TEST_F(AnyOrderAndCampaigns, TheCountersGetWhatTheResultsSay) {
  ForMany([](const Case& one, Dice&) {
    std::map<std::string, int64_t> told, added;
    for (const Award& award : one.earnings.awards) {
      told[award.result.campaign_id()] += award.result.counted_amount();
      EXPECT_EQ(award.result.counted_amount() > 0 && !award.result.has_count_period_start(), false);
    }
    for (const auto& [key, use] : one.earnings.limit_uses) {
      added[base::EncodeId("cmp", key.campaign_id)] += use.amount;
    }
    for (const auto& [id, amount] : told) EXPECT_EQ(added[id], amount);
    const auto keys = LimitKeysFor(one.rules, Noon());
    for (const auto& [key, use] : one.earnings.limit_uses) {
      EXPECT_NE(std::find(keys.begin(), keys.end(), key), keys.end()) << "known before";
    }
    std::set<std::pair<base::Uuid, std::pair<absl::Time, bool>>> once;
    for (const LimitKey& key : keys) {
      EXPECT_TRUE(once.insert({key.campaign_id, {key.period_start, key.of_all}}).second);
    }
  });
}

TEST_F(AnyOrderAndCampaigns, OutcomesSayWhatTheAwardsAreAndChangeNothing) {
  std::set<Kind> seen;
  ForMany([&seen](const Case& one, Dice&) {
    std::vector<CampaignOutcome> outcomes;
    const auto again = EvaluateOrder(one.rules, one.order, Noon(), one.used, {}, &outcomes);
    ASSERT_TRUE(again.ok());
    ASSERT_EQ(AwardsOf(*again), AwardsOf(one.earnings));
    ASSERT_EQ(outcomes.size(), one.rules.campaigns.size());
    std::set<int> awards;
    std::set<std::pair<std::string, std::pair<int, bool>>> groups;
    for (size_t i = 0; i < outcomes.size(); ++i) {
      const CampaignOutcome& outcome = outcomes[i];
      seen.insert(outcome.kind);
      ASSERT_EQ(outcome.campaign, &one.rules.campaigns[i]);
      ASSERT_EQ(outcome.kind == Kind::kConditionFailed, !outcome.failed_path.empty());
      if (outcome.award < 0) {
        ASSERT_NE(outcome.kind, Kind::kApplied);
        continue;
      }
      ASSERT_TRUE(awards.insert(outcome.award).second);
      const v1::RuleResult& result = again->awards[static_cast<size_t>(outcome.award)].result;
      const v1::Campaign& campaign = outcome.campaign->campaign;
      ASSERT_EQ(result.campaign_id(), campaign.campaign_id());
      ASSERT_EQ(outcome.kind == Kind::kApplied, result.points() != 0 || IsGrant(result))
          << result.DebugString();
      if (!campaign.best_of_group().empty() && result.points() != 0) {
        ASSERT_TRUE(groups
                        .insert({campaign.best_of_group(),
                                 {outcome.campaign->wallet_no, campaign.has_multiplier()}})
                        .second)
            << "two of a group";
      }
    }
    ASSERT_EQ(awards.size(), again->awards.size());
  });
  for (const Kind kind :
       {Kind::kApplied, Kind::kConditionFailed, Kind::kNoLineCounts, Kind::kNothingEarned,
        Kind::kLimitReached, Kind::kExclusive, Kind::kStopped, Kind::kLostInGroup}) {
    EXPECT_TRUE(seen.contains(kind)) << static_cast<int>(kind);
  }
}

TEST_F(AnyOrderAndCampaigns, OfEqualPriorityThoseMadeFirstRunFirst) {
  ForMany([](Case& one, Dice& dice) {
    ProgramRules shuffled = one.rules;
    for (size_t i = shuffled.campaigns.size(); i > 1; --i) {
      std::swap(shuffled.campaigns[i - 1],
                shuffled.campaigns[static_cast<size_t>(dice.In(0, static_cast<int64_t>(i)))]);
    }
    SortCampaigns(&shuffled);
    EXPECT_EQ(AwardsOf(Evaluate(shuffled, one.order, one.used)), AwardsOf(one.earnings));
  });
}

// As the ledger does: order after order, each with what those before have added.
TEST_F(AnyOrderAndCampaigns, ManyOrdersTogetherStayWithinTheLimits) {
  const uint32_t seed = Seed();
  SCOPED_TRACE("seed " + std::to_string(seed));
  Dice dice(seed);
  int full = 0;
  for (int round = 0; round < 200; ++round) {
    std::vector<v1::Campaign> campaigns;
    for (int i = 0; i < 6; ++i) campaigns.push_back(AnyCampaign(dice));
    const ProgramRules rules = RulesOf(campaigns);
    LimitUses used;
    for (int i = 0; i < 30; ++i) {
      for (const auto& [key, use] : Evaluate(rules, AnyOrder(dice), used).limit_uses) {
        used[key].points += use.points;
        used[key].orders += use.orders;
        used[key].amount += use.amount;
      }
    }
    for (const auto& [key, use] : used) {
      for (const CampaignRules& campaign : rules.campaigns) {
        if (campaign.campaign_id != key.campaign_id) continue;
        const int64_t most = key.of_all ? campaign.most_points_of_all
                                        : campaign.campaign.member_limit().max_points();
        if (most == 0) continue;
        EXPECT_LE(use.points, most);
        full += use.points == most;
      }
    }
  }
  EXPECT_GT(full, 50);
}

TEST(PunchCardProperties, HoweverUnitsAreSplitOverOrdersTheyFillAsManyCards) {
  Dice dice(Seed());
  for (int round = 0; round < 500; ++round) {
    const int64_t size = dice.In(1, 15);
    const ProgramRules rules = RulesOf({Card(size, 7)});
    const LimitKey key = LimitKeysFor(rules, Noon())[0];
    LimitUses used;
    int64_t units = 0, points = 0;
    for (int64_t orders = dice.In(1, 20); orders > 0; --orders) {
      const int64_t now = dice.In(0, 9);
      auto order = OrderOf({Line("a", 100)});
      order.mutable_lines(0)->set_quantity_thousandths(1000 * now);
      points += Total(Evaluate(rules, order, used));
      units += now;
      used[key].amount = units;
    }
    ASSERT_EQ(points, units / size * 7);
  }
}

TEST(BandProperties, SpendingIsSplitExactlyOverTheBandsHoweverItComes) {
  Dice dice(Seed());
  for (int round = 0; round < 500; ++round) {
    // A point for a minor unit, two, three: nothing to round.
    const ProgramRules rules =
        RulesOf({Bands({{1000, 1000000}, {5000, 2000000}, {20000, 3000000}})});
    const LimitKey key = LimitKeysFor(rules, Noon())[0];
    LimitUses used;
    int64_t spent = 0, points = 0;
    for (int64_t orders = dice.In(1, 12); orders > 0; --orders) {
      const int64_t now = dice.In(0, 4000);
      points += Total(Evaluate(rules, OrderOf({Line("a", now)}), used));
      spent += now;
      used[key].amount = spent;
    }
    const auto within = [spent](int64_t from, int64_t to) {
      return std::clamp<int64_t>(spent - from, 0, to - from);
    };
    ASSERT_EQ(points, within(0, 1000) + 2 * within(1000, 5000) + 3 * within(5000, 20000));
  }
}

}  // namespace
}  // namespace laurel::members::testing
