// What campaigns ask of the member: each condition with its edges and the path that is named when
// it does not hold; points for visits, rewards and attributes; triggers other than orders; the
// multipliers of tiers.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "lib/base/timestamps.h"
#include "members-svc/domain/tier_benefit.h"
#include "tests/members-svc/campaigns.h"

namespace laurel::members::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Pair;
using Kind = CampaignOutcome::Kind;

const base::Uuid kRegulars{7, 7};

v1::RecordOrderRequest OrderAt(const std::string& store) {
  v1::RecordOrderRequest order = Cart();
  order.set_store(store);
  return order;
}
bool Holds(const v1::Condition& condition, const MemberFacts& facts,
           const std::string& store = "north") {
  const v1::RecordOrderRequest order = OrderAt(store);
  const OrderFacts asked(order, 15200, Noon(), absl::UTCTimeZone(), facts);
  return CompiledCondition(condition).Holds(asked);
}
std::string FailedPath(const v1::Condition& condition) {
  const v1::RecordOrderRequest order = Cart();
  const MemberFacts facts{.orders_before = 1000, .orders_at_store_before = 1000};
  const OrderFacts asked(order, 15200, Noon(), absl::UTCTimeZone(), facts);
  return CompiledCondition(condition).FailedPath(asked, "condition");
}
v1::Condition Number(int64_t least, int64_t most, int64_t every) {
  v1::Condition condition;
  condition.mutable_order_number()->set_least(least);
  condition.mutable_order_number()->set_most(most);
  condition.mutable_order_number()->set_every(every);
  return condition;
}
// The numbers up to 20 that it holds for.
std::vector<int> NumbersOf(const v1::Condition& condition) {
  std::vector<int> numbers;
  for (int number = 1; number <= 20; ++number) {
    if (Holds(condition, {.orders_before = number - 1})) numbers.push_back(number);
  }
  return numbers;
}

TEST(MemberConditions, The_first_the_nth_and_every_nth_order) {
  EXPECT_THAT(NumbersOf(Number(1, 1, 0)), ElementsAre(1));
  EXPECT_THAT(NumbersOf(Number(2, 4, 0)), ElementsAre(2, 3, 4));
  EXPECT_THAT(NumbersOf(Number(19, 0, 0)), ElementsAre(19, 20));
  EXPECT_THAT(NumbersOf(Number(5, 0, 5)), ElementsAre(5, 10, 15, 20));
  EXPECT_THAT(NumbersOf(Number(3, 12, 4)), ElementsAre(3, 7, 11));
  EXPECT_EQ(FailedPath(Number(1, 1, 0)), "condition.orderNumber");
}

TEST(MemberConditions, The_first_order_at_a_store_that_is_named) {
  v1::Condition condition;
  condition.mutable_first_at_store();
  EXPECT_TRUE(Holds(condition, {.orders_before = 9}));
  EXPECT_FALSE(Holds(condition, {.orders_before = 9, .orders_at_store_before = 1}));
  EXPECT_FALSE(Holds(condition, {}, "")) << "an order of no store is the first at none";
  EXPECT_EQ(FailedPath(condition), "condition.firstAtStore");
}

TEST(MemberConditions, One_of_several_tiers_of_one_set) {
  v1::Condition condition;
  condition.mutable_tier()->set_tier_set("club");
  condition.mutable_tier()->add_tiers("silver");
  condition.mutable_tier()->add_tiers("gold");
  EXPECT_TRUE(Holds(condition, {.tiers = {{"club", "gold"}}}));
  EXPECT_FALSE(Holds(condition, {.tiers = {{"club", "base"}}}));
  EXPECT_FALSE(Holds(condition, {.tiers = {{"other", "gold"}}}));
  EXPECT_FALSE(Holds(condition, {}));
  EXPECT_EQ(FailedPath(condition), "condition.tier");
}

TEST(MemberConditions, One_of_several_segments) {
  v1::Condition condition;
  condition.add_segments(base::EncodeId("seg", base::Uuid{1, 1}));
  condition.add_segments(base::EncodeId("seg", kRegulars));
  EXPECT_TRUE(Holds(condition, {.segments = {kRegulars}}));
  EXPECT_FALSE(Holds(condition, {.segments = {base::Uuid{9, 9}}}));
  EXPECT_EQ(FailedPath(condition), "condition.segments");
}

TEST(MemberConditions, An_attribute_with_a_value_or_with_any) {
  v1::Condition condition;
  condition.mutable_attribute()->set_name("diet");
  EXPECT_TRUE(Holds(condition, {.attributes = {{"diet", ""}}})) << "a tag";
  EXPECT_FALSE(Holds(condition, {.attributes = {{"size", "L"}}}));
  condition.mutable_attribute()->add_values("vegan");
  EXPECT_TRUE(Holds(condition, {.attributes = {{"diet", "vegan"}}}));
  EXPECT_FALSE(Holds(condition, {.attributes = {{"diet", ""}}}));
  condition.mutable_attribute()->add_values("");
  EXPECT_TRUE(Holds(condition, {.attributes = {{"diet", ""}}}));
  EXPECT_EQ(FailedPath(condition), "condition.attribute");
  v1::Condition group;
  *group.add_all()->mutable_not_() = condition;
  EXPECT_TRUE(Holds(group, {}));
  EXPECT_FALSE(Holds(group, {.attributes = {{"diet", "vegan"}}}));
}

v1::Campaign PerVisit(int64_t points) {
  v1::Campaign campaign;
  campaign.mutable_points_per_visit()->set_points(points);
  return campaign;
}
v1::Campaign Reward(const std::string& reward = "rwd_1") {
  v1::Campaign campaign;
  campaign.mutable_grant_reward()->set_reward_id(reward);
  return campaign;
}
v1::Campaign Tag(const std::string& name, const std::string& value = "") {
  v1::Campaign campaign;
  campaign.mutable_set_attribute()->set_name(name);
  campaign.mutable_set_attribute()->set_value(value);
  return campaign;
}
std::vector<CampaignOutcome> OutcomesOf(const ProgramRules& rules, const MemberFacts& facts = {},
                                        const LimitUses& used = {}) {
  std::vector<CampaignOutcome> outcomes;
  EXPECT_TRUE(EvaluateOrder(rules, Cart(), Noon(), used, facts, &outcomes).ok());
  return outcomes;
}

TEST(PointsPerVisit, Only_the_order_that_begins_a_visit_earns) {
  const ProgramRules rules = RulesOf({PerVisit(50), Fixed(1)});
  EXPECT_TRUE(rules.asks.visits);
  const Earnings earnings = Evaluate(rules, Cart());
  EXPECT_EQ(Total(earnings), 51);
  EXPECT_EQ(earnings.awards[0].result.points_by_line_size(), 3) << "its points lie on the lines";
  const MemberFacts later{.begins_visit = false};
  EXPECT_EQ(Total(Evaluate(rules, Cart(), {}, later)), 1);
  const auto outcomes = OutcomesOf(rules, later);
  EXPECT_EQ(outcomes[0].kind, Kind::kConditionFailed);
  EXPECT_EQ(outcomes[0].failed_path, "pointsPerVisit");
}

TEST(Grants, A_reward_and_an_attribute_are_results_without_points) {
  const ProgramRules rules = RulesOf({Reward(), Tag("diet", "vegan"), Tag("tried")});
  const Earnings earnings = Evaluate(rules, Cart());
  ASSERT_EQ(earnings.awards.size(), 3u);
  EXPECT_EQ(earnings.awards[0].result.granted_reward_id(), "rwd_1");
  EXPECT_EQ(earnings.awards[0].result.points(), 0);
  EXPECT_EQ(earnings.awards[1].result.set_attribute_name(), "diet");
  EXPECT_EQ(earnings.awards[1].result.set_attribute_value(), "vegan");
  EXPECT_EQ(earnings.awards[2].result.set_attribute_name(), "tried");
  for (const Award& award : earnings.awards) EXPECT_TRUE(IsGrant(award.result));
  for (const auto& outcome : OutcomesOf(rules)) EXPECT_EQ(outcome.kind, Kind::kApplied);
}

TEST(Grants, Count_as_fired_for_limits_and_for_those_after_them) {
  v1::Campaign once = Reward();
  once.mutable_member_limit()->set_max_orders(1);
  once.mutable_total_limit()->set_max_orders(10);
  once.set_stops_further(true);
  const ProgramRules rules = RulesOf({once, Fixed(5)});
  const auto keys = LimitKeysFor(rules, Noon());
  const Earnings earnings = Evaluate(rules, Cart());
  EXPECT_EQ(Total(earnings), 0) << "it stops those after it";
  EXPECT_THAT(earnings.limit_uses, ElementsAre(Pair(keys[0], LimitUse{.orders = 1}),
                                               Pair(keys[1], LimitUse{.orders = 1})));
  const LimitUses used = {{keys[0], {.orders = 1}}};
  EXPECT_EQ(Total(Evaluate(rules, Cart(), used)), 5);
  EXPECT_EQ(OutcomesOf(rules, {}, used)[0].kind, Kind::kLimitReached);
  v1::Campaign alone = Reward();
  alone.set_stacking(v1::STACKING_EXCLUSIVE);
  EXPECT_THAT(Evaluate(RulesOf({Fixed(5), alone}), Cart()).awards.size(), 1u);
  EXPECT_THAT(Evaluate(RulesOf({Tag("a"), alone}), Cart()).awards.size(), 1u);
}

TEST(Grants, Want_a_line_that_counts) {
  v1::Campaign campaign = Reward();
  campaign.mutable_lines()->add_skus("none");
  EXPECT_EQ(OutcomesOf(RulesOf({campaign}))[0].kind, Kind::kNoLineCounts);
}

v1::Campaign On(v1::Campaign campaign, const v1::CampaignTrigger& trigger) {
  *campaign.mutable_trigger() = trigger;
  return campaign;
}
v1::CampaignTrigger Survey(const std::string& topic = "") {
  v1::CampaignTrigger trigger;
  trigger.mutable_activity()->set_activity_type("survey");
  if (!topic.empty()) (*trigger.mutable_activity()->mutable_attributes())["topic"] = topic;
  return trigger;
}
v1::CampaignTrigger Anniversary(int years) {
  v1::CampaignTrigger trigger;
  trigger.mutable_anniversary()->set_years(years);
  return trigger;
}
v1::CampaignTrigger EnteredTier(const std::string& tier) {
  v1::CampaignTrigger trigger;
  trigger.mutable_tier_entered()->set_tier_set("club");
  trigger.mutable_tier_entered()->set_tier(tier);
  return trigger;
}

// As a programme has them.
ProgramRules Sorted(std::vector<v1::Campaign> campaigns) {
  ProgramRules all = RulesOf(std::move(campaigns));
  std::vector<CampaignRules> made = std::move(all.campaigns);
  all.campaigns.clear();
  SetCampaigns(std::move(made), &all);
  return all;
}
int64_t PointsOf(const ProgramRules& rules, const std::string& key,
                 const OccurrenceAttributes& attributes = {}, const MemberFacts& facts = {}) {
  const auto triggered = rules.triggered.find(key);
  if (triggered == rules.triggered.end()) return -1;
  const auto earnings = EvaluateOccurrence(*triggered->second, attributes, Noon(), {}, facts);
  EXPECT_TRUE(earnings.ok()) << earnings.status();
  return Total(*earnings);
}

TEST(Triggers, Have_a_key_each) {
  v1::CampaignTrigger trigger;
  EXPECT_EQ(TriggerKey(trigger), "");
  EXPECT_EQ(TriggerKey(Survey("tea")), "activity/survey");
  EXPECT_EQ(TriggerKey(Anniversary(3)), "anniversary");
  EXPECT_EQ(TriggerKey(EnteredTier("gold")), "tier_entered/club");
  trigger.mutable_enrolment();
  EXPECT_EQ(TriggerKey(trigger), "enrolment");
  trigger.mutable_birthday();
  EXPECT_EQ(TriggerKey(trigger), "birthday");
  trigger.mutable_segment_entered()->set_segment_id("seg_1");
  EXPECT_EQ(TriggerKey(trigger), "segment_entered/seg_1");
  trigger.mutable_inactivity()->set_days(90);
  EXPECT_EQ(TriggerKey(trigger), "inactivity/90");
  trigger.mutable_order_returned();
  EXPECT_EQ(TriggerKey(trigger), "order_returned");
}

TEST(Triggers, Campaigns_run_for_their_own_trigger_only) {
  const ProgramRules rules =
      Sorted({Fixed(1), On(Fixed(10), Survey()), On(Fixed(20), Survey("tea")),
              On(Fixed(100), Anniversary(0)), On(Fixed(200), Anniversary(3)),
              On(Fixed(1000), EnteredTier("gold"))});
  EXPECT_EQ(Total(Evaluate(rules, Cart())), 1);
  EXPECT_EQ(PointsOf(rules, "activity/survey"), 10);
  EXPECT_EQ(PointsOf(rules, "activity/survey", {{"topic", "coffee"}}), 10);
  EXPECT_EQ(PointsOf(rules, "activity/survey", {{"topic", "tea"}}), 30);
  EXPECT_EQ(PointsOf(rules, "anniversary", {{"years", "2"}}), 100);
  EXPECT_EQ(PointsOf(rules, "anniversary", {{"years", "3"}}), 300);
  EXPECT_EQ(PointsOf(rules, "tier_entered/club", {{"tier", "silver"}}), 0);
  EXPECT_EQ(PointsOf(rules, "tier_entered/club", {{"tier", "gold"}}), 1000);
  EXPECT_EQ(PointsOf(rules, "birthday"), -1) << "there is none";
  std::vector<CampaignOutcome> outcomes;
  ASSERT_TRUE(
      EvaluateOccurrence(*rules.triggered.at("tier_entered/club"), {}, Noon(), {}, {}, &outcomes)
          .ok());
  EXPECT_EQ(outcomes[0].kind, Kind::kConditionFailed);
  EXPECT_EQ(outcomes[0].failed_path, "trigger");
}

TEST(Triggers, Ask_of_the_member_and_give_rewards_within_limits) {
  v1::Campaign vegan = On(Reward(), Survey());
  vegan.mutable_condition()->mutable_attribute()->set_name("diet");
  vegan.mutable_member_limit()->set_max_orders(1);
  const ProgramRules all = Sorted({vegan});
  const ProgramRules& rules = *all.triggered.at("activity/survey");
  EXPECT_TRUE(rules.asks.attributes);
  EXPECT_FALSE(all.asks.attributes) << "orders do not ask for it";
  EXPECT_THAT(EvaluateOccurrence(rules, {}, Noon(), {}, {})->awards, IsEmpty());
  const MemberFacts facts{.attributes = {{"diet", "vegan"}}};
  const auto earnings = EvaluateOccurrence(rules, {}, Noon(), {}, facts);
  ASSERT_EQ(earnings->awards.size(), 1u);
  EXPECT_EQ(earnings->awards[0].result.granted_reward_id(), "rwd_1");
  const LimitUses used = {{LimitKeysFor(rules, Noon())[0], {.orders = 1}}};
  EXPECT_THAT(EvaluateOccurrence(rules, {}, Noon(), used, facts)->awards, IsEmpty());
}

// A club with a second version from noon on, in which gold multiplies by three instead of two.
ProgramRules WithClub(std::vector<v1::Campaign> campaigns) {
  ProgramRules rules = RulesOf({});
  rules.wallet_types.push_back({.wallet_no = 1, .policy = {}});
  rules.wallet_types[0].policy.set_code("points");
  TierSetRules club{.set_no = 1, .code = "club"};
  for (const int factor : {20000, 30000}) {
    auto version = std::make_shared<TierRules>();
    version->from_us = factor == 20000 ? kFromEver : absl::ToUnixMicros(Noon());
    version->set.set_version(factor == 20000 ? 1 : 2);
    version->set.set_display_name("Club");
    for (const char* code : {"base", "gold"}) version->set.add_tiers()->set_code(code);
    version->set.mutable_tiers(1)->set_display_name("Gold");
    version->set.mutable_tiers(1)->mutable_benefits()->set_points_multiplier_bps(factor);
    club.versions.push_back(std::move(version));
  }
  rules.tier_sets.push_back(std::move(club));
  std::vector<CampaignRules> made = RulesOf(std::move(campaigns)).campaigns;
  SetCampaigns(std::move(made), &rules);
  return rules;
}

TEST(TierBenefits, Multiply_what_the_member_earns_by_its_tier) {
  const ProgramRules rules = WithClub({PerAmount(1, 100), Fixed(10)});
  EXPECT_TRUE(rules.asks.tiers);
  EXPECT_EQ(Total(Evaluate(rules, Cart(), {}, {.tiers = {{"club", "base"}}})), 162);
  const Earnings gold = Evaluate(rules, Cart(), {}, {.tiers = {{"club", "gold"}}});
  EXPECT_EQ(Total(gold), 3 * 152 + 10) << "fixed points are not multiplied";
  const v1::RuleResult& result = gold.awards.back().result;
  EXPECT_EQ(result.campaign_id(), "");
  EXPECT_EQ(result.campaign_version(), 0);
  EXPECT_EQ(result.tier().tier_set(), "club");
  EXPECT_EQ(result.tier().version(), 2);
  EXPECT_EQ(result.tier().tier(), "gold");
  EXPECT_EQ(result.tier().wallet_type(), "points");
  EXPECT_EQ(result.multiplier_bps(), 30000);
  EXPECT_EQ(result.points(), 304);
}

TEST(TierBenefits, The_version_of_the_orders_own_time_holds) {
  const ProgramRules rules = WithClub({PerAmount(1, 100)});
  const auto earnings = EvaluateOrder(rules, Cart(), Noon() - absl::Microseconds(1), {},
                                      {.tiers = {{"club", "gold"}}});
  EXPECT_EQ(Total(*earnings), 304);
  EXPECT_EQ(earnings->awards.back().result.tier().version(), 1);
}

TEST(TierBenefits, No_campaign_takes_them_away_and_others_multiply_with_them) {
  v1::Campaign alone = PerAmount(1, 100);
  alone.set_stacking(v1::STACKING_EXCLUSIVE);
  alone.set_stops_further(true);
  alone.set_priority(2147483647);
  const MemberFacts gold{.tiers = {{"club", "gold"}}};
  EXPECT_EQ(Total(Evaluate(WithClub({alone}), Cart(), {}, gold)), 3 * 152);
  EXPECT_EQ(Total(Evaluate(WithClub({PerAmount(1, 100), Times(15000)}), Cart(), {}, gold)), 684);
}

TEST(TierBenefits, Who_has_not_been_evaluated_is_in_the_lowest_tier) {
  const ProgramRules rules = WithClub({});
  MemberFacts facts;
  FillLowestTiers(rules, Noon(), &facts);
  EXPECT_EQ(facts.tiers.at("club"), "base");
  facts.tiers["club"] = "gold";
  FillLowestTiers(rules, Noon(), &facts);
  EXPECT_EQ(facts.tiers.at("club"), "gold");
}

}  // namespace
}  // namespace laurel::members::testing
