// A replay asks of the member what recording asked: which order it was, in which tier the member
// was, whether it began a visit. Under the same rules it comes to the same.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "lib/base/timestamps.h"
#include "members-svc/domain/order_counters.h"
#include "members-svc/domain/replay.h"
#include "members-svc/domain/tier_benefit.h"
#include "tests/members-svc/campaigns.h"

namespace laurel::members::testing {
namespace {

const base::Uuid kAda{3, 3};

v1::Campaign If(v1::Campaign campaign, const v1::Condition& condition) {
  *campaign.mutable_condition() = condition;
  return campaign;
}
v1::Campaign First(int64_t points) {
  v1::Condition condition;
  condition.mutable_order_number()->set_least(1);
  condition.mutable_order_number()->set_most(1);
  return If(Fixed(points), condition);
}
v1::Campaign FirstAtStore(int64_t points) {
  v1::Condition condition;
  condition.mutable_first_at_store();
  return If(Fixed(points), condition);
}
v1::Campaign PerVisit(int64_t points) {
  v1::Campaign campaign;
  campaign.mutable_points_per_visit()->set_points(points);
  return campaign;
}

v1::TierSet Club(int32_t gold_bps) {
  v1::TierSet club;
  club.set_code("club");
  club.set_version(1);
  for (const char* code : {"base", "gold"}) club.add_tiers()->set_code(code);
  club.mutable_tiers(1)->mutable_benefits()->set_points_multiplier_bps(gold_bps);
  return club;
}

// A programme with a club and campaigns, which records and keeps orders.
class Programme {
 public:
  explicit Programme(std::vector<v1::Campaign> campaigns) {
    rules_ = RulesOf({});
    rules_.wallet_types.push_back({.wallet_no = 1, .policy = {}});
    rules_.wallet_types[0].policy.set_code("points");
    auto version = std::make_shared<TierRules>();
    version->set = Club(20000);
    rules_.tier_sets = {{.set_no = 1, .code = "club", .versions = {version}}};
    SetCampaigns(RulesOf(std::move(campaigns)).campaigns, &rules_);
    *replay_.add_tier_sets()->add_versions() = Club(20000);
  }

  void Record(const std::string& store, absl::Duration later, const std::string& tier = "base") {
    v1::RecordOrderRequest request = Cart();
    request.set_store(store);
    const absl::Time occur = Noon() + later;
    const OrderCounters counters = OrderCountersFor(rules_, store, occur);
    MemberFacts facts{.tiers = {{"club", tier}}};
    TellOrderFacts(counters, used_, occur, &facts);
    const auto earnings = EvaluateOrder(rules_, request, occur, used_, facts);
    ASSERT_TRUE(earnings.ok()) << earnings.status();
    for (const auto& [key, use] : OrderUses(counters, used_, facts, occur)) {
      used_[key].points += use.points;
      used_[key].orders += use.orders;
      used_[key].amount += use.amount;
    }
    v1::Order& order = orders_.emplace_back();
    *order.mutable_lines() = request.lines();
    order.set_store(store);
    base::SetTimestamp(occur, order.mutable_occur_time());
    TellOrderUses(counters, facts, &order);
    order.mutable_tiers()->insert(facts.tiers.begin(), facts.tiers.end());
    for (const Award& award : earnings->awards) *order.add_rule_results() = award.result;
    if (Total(*earnings) > 0) (*order.mutable_points_earned())["points"] = Total(*earnings);
  }
  std::vector<v1::Order>& orders() { return orders_; }
  v1::Replay& replay() { return replay_; }

  // All orders but the first so many, with a draft in the place of the campaigns where one is
  // given.
  v1::ReplayResult Replay(size_t without = 0, const std::vector<v1::Campaign>& drafts = {}) {
    std::vector<NumberedCampaign> campaigns;
    for (const CampaignRules& rules : rules_.campaigns) {
      if (drafts.empty() && !rules.tier) campaigns.push_back({rules.campaign, 0});
    }
    for (size_t i = 0; i < drafts.size(); ++i) {
      campaigns.push_back({drafts[i], static_cast<int>(i) + 1});
    }
    const auto trial = TrialRulesOf(WithTierSetsOf(replay_, rules_), std::move(campaigns));
    EXPECT_TRUE(trial.ok()) << trial.status();
    OrderReplay replay(*trial, replay_);
    for (size_t i = without; i < orders_.size(); ++i) {
      EXPECT_TRUE(replay.Add(kAda, orders_[i].SerializeAsString()).ok());
    }
    const auto result = replay.Finish({});
    EXPECT_TRUE(result.ok()) << result.status();
    return *result;
  }

 private:
  ProgramRules rules_;
  LimitUses used_;
  std::vector<v1::Order> orders_;
  v1::Replay replay_;
};

TEST(ReplayFacts, TheSameRulesComeToTheSame) {
  Programme programme({PerAmount(1, 100), First(1000), FirstAtStore(70), PerVisit(5), Fixed(1)});
  programme.Record("north", absl::Minutes(0));
  programme.Record("north", absl::Minutes(10));
  programme.Record("south", absl::Minutes(20), "gold");
  programme.Record("north", absl::Minutes(300), "gold");
  ASSERT_EQ(programme.orders()[0].points_earned().at("points"), 152 + 1000 + 70 + 5 + 1);
  ASSERT_EQ(programme.orders()[2].points_earned().at("points"), 304 + 70 + 5 + 1);
  const v1::ReplayResult result = programme.Replay();
  EXPECT_EQ(result.orders(), 4);
  EXPECT_EQ(result.orders_changed(), 0);
  ASSERT_EQ(result.wallets_size(), 1);
  EXPECT_EQ(result.wallets(0).points_replayed(), result.wallets(0).points_given());
  const v1::ReplayCampaign& benefit = result.campaigns(result.campaigns_size() - 1);
  EXPECT_EQ(benefit.display_name(), "club: gold");
  EXPECT_EQ(benefit.campaign_id(), "");
  EXPECT_EQ(benefit.points_given(), 304);
  EXPECT_EQ(benefit.points_replayed(), 304);
}

TEST(ReplayFacts, WhichOrderItWasTheOrderSays) {
  Programme programme({Fixed(1)});
  for (int i = 0; i < 3; ++i) programme.Record("north", absl::Hours(i));
  const v1::ReplayResult result =
      programme.Replay(1, {First(1000), FirstAtStore(70)});  // without the first one
  EXPECT_EQ(result.wallets(0).points_replayed(), 0);
  for (v1::Order& order : programme.orders()) {  // as an earlier release has kept them
    order.clear_order_number();
    order.clear_order_number_at_store();
  }
  EXPECT_EQ(programme.Replay(0, {First(1000)}).wallets(0).points_replayed(), 1000);
}

TEST(ReplayFacts, ADraftOfATierSetMultipliesByItsBenefits) {
  Programme programme({PerAmount(1, 100)});
  programme.Record("", absl::Minutes(0), "gold");
  programme.Record("", absl::Minutes(1), "base");
  *programme.replay().mutable_tier_sets(0)->mutable_draft() = Club(30000);
  const v1::ReplayResult result = programme.Replay();
  EXPECT_EQ(result.wallets(0).points_given(), 304 + 152);
  EXPECT_EQ(result.wallets(0).points_replayed(), 456 + 152);
}

}  // namespace
}  // namespace laurel::members::testing
