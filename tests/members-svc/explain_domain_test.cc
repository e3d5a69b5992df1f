// An explanation names all inputs: the engine, fed with nothing else, gives the amount again.
#include <gtest/gtest.h>
#include <rapidcheck.h>

#include "lib/base/timestamps.h"
#include "members-svc/domain/explain.h"
#include "members-svc/domain/tier_benefit.h"
#include "tests/members-svc/random_campaigns.h"

namespace laurel::members::testing {
namespace {

constexpr int kEntries = 10000;

v1::Order StoredOrderOf(const v1::RecordOrderRequest& request) {
  v1::Order order;
  *order.mutable_lines() = request.lines();
  order.set_store(request.store());
  order.set_channel(request.channel());
  order.mutable_delivery_charge()->set_minor_units(request.delivery_charge_minor_units());
  order.set_tax_treatment(request.tax_treatment());
  base::SetTimestamp(Noon(), order.mutable_occur_time());
  return order;
}

// Explains what wallet `wallet_no` was given; whether it was given anything.
bool CheckWallet(const ProgramRules& rules, const v1::RecordOrderRequest& request,
                 const Earnings& earnings, int wallet_no) {
  std::vector<v1::RuleResult> results;
  for (const Award& award : earnings.awards) {
    if (award.wallet_no == wallet_no && !IsGrant(award.result)) results.push_back(award.result);
  }
  if (results.empty()) return false;
  std::vector<v1::Campaign> campaigns;
  for (const CampaignRules& campaign : rules.campaigns) campaigns.push_back(campaign.campaign);
  const auto explained =
      ExplainCampaigns({StoredOrderOf(request), "EUR", "UTC"}, {.entry = results}, campaigns);
  EXPECT_TRUE(explained.ok()) << explained.status();
  if (!explained.ok()) return true;
  // As a reader would have it: over the wire, and nothing beside it.
  v1::CampaignExplanation read;
  EXPECT_TRUE(read.ParseFromString(explained->SerializeAsString()));
  v1::CampaignExplanation inputs = read;
  for (auto& step : *inputs.mutable_steps()) step.clear_result();
  const auto again = RecomputePoints(inputs);
  EXPECT_TRUE(again.ok());
  EXPECT_EQ(*again, Total(earnings, wallet_no)) << read.DebugString();
  EXPECT_EQ(read.recomputed_points(), *again);
  for (const auto& step : read.steps()) EXPECT_FALSE(step.arithmetic().empty());
  return true;
}

TEST(Explanations, TheNamedInputsGiveTheAmountOfTenThousandRandomEntries) {
  const uint32_t seed = Seed();
  SCOPED_TRACE("seed " + std::to_string(seed));
  Dice dice(seed);
  int capped = 0, capped_by_all = 0, counted = 0;
  for (int entries = 0; entries < kEntries && !::testing::Test::HasFailure();) {
    std::vector<v1::Campaign> campaigns;
    for (int64_t i = dice.In(1, 8); i > 0; --i) campaigns.push_back(AnyCampaign(dice));
    const ProgramRules rules = RulesOf(campaigns);
    const v1::RecordOrderRequest order = AnyOrder(dice);
    const auto earnings = EvaluateOrder(rules, order, Noon(), AnyUse(dice, rules), {});
    ASSERT_TRUE(earnings.ok()) << earnings.status();
    for (const Award& award : earnings->awards) {
      capped += award.result.points_over_limit() > 0;
      capped_by_all += award.result.points_over_total_limit() > 0;
      counted += award.result.counted_amount() > 0;
    }
    for (const int wallet_no : {1, 2}) entries += CheckWallet(rules, order, *earnings, wallet_no);
  }
  EXPECT_GT(capped, 100);
  EXPECT_GT(capped_by_all, 100);
  EXPECT_GT(counted, 1000);
}

TEST(Explanations, SayTheArithmetic) {
  v1::Campaign base = PerAmount(1, 100);
  base.set_version(3);
  v1::Campaign half = Times(15000, v1::ROUNDING_HALF_UP);
  half.mutable_member_limit()->set_max_points(4);
  const ProgramRules rules = RulesOf({base, half});
  const v1::RecordOrderRequest order = OrderOf({Line("a", 1999)});
  const Earnings earnings = Evaluate(rules, order);
  std::vector<v1::RuleResult> results;
  for (const Award& award : earnings.awards) results.push_back(award.result);
  const auto explained =
      ExplainCampaigns({StoredOrderOf(order), "EUR", "UTC"}, {.entry = results},
                       {rules.campaigns[0].campaign, rules.campaigns[1].campaign});
  ASSERT_TRUE(explained.ok()) << explained.status();
  EXPECT_EQ(explained->steps(0).arithmetic(),
            "1999 minor units hold 19 full steps of 100; times 1 points = 19");
  EXPECT_EQ(explained->steps(0).line_numbers(0), 1);
  EXPECT_FALSE(explained->steps(0).has_limit_left());
  EXPECT_EQ(
      explained->steps(1).arithmetic(),
      "19 points times 1.5, with the fractions of earlier multipliers, rounded to the nearest, "
      "halves up: 29, that is 10 more; the member's limit had 4 left, so 6 are cut");
  EXPECT_EQ(explained->steps(1).limit_left(), 4);
  EXPECT_EQ(explained->recomputed_points(), 23);
}

TEST(Explanations, SayTheArithmeticOfWhatCounts) {
  v1::Campaign bands = Bands({{500000, 100}, {750000, 120}});
  bands.mutable_bands()->set_tax(v1::TAX_BASIS_WITHOUT_TAX);
  bands.mutable_total_limit()->set_max_points(60);
  v1::Campaign card = Card(10, 40);
  v1::Campaign exact = PerAmount(3, 1000);
  exact.mutable_points_per_amount()->set_pro_rata(true);
  exact.mutable_points_per_amount()->set_rounding(v1::ROUNDING_UP);
  exact.mutable_points_per_amount()->set_before_discounts(true);
  const ProgramRules rules = RulesOf({bands, card, exact});
  v1::RecordOrderRequest order = OrderOf({Line("a", 610000)});
  order.mutable_lines(0)->set_tax_minor_units(10000);
  order.mutable_lines(0)->set_discount_minor_units(17);
  order.mutable_lines(0)->set_quantity_thousandths(3000);
  LimitUses used;
  for (const LimitKey& key : LimitKeysFor(rules, Noon())) used[key].amount = 19;
  const Earnings earnings = Evaluate(rules, order, used);
  std::vector<v1::RuleResult> results;
  for (const Award& award : earnings.awards) results.push_back(award.result);
  const auto explained = ExplainCampaigns(
      {StoredOrderOf(order), "EUR", "UTC"}, {.entry = results},
      {rules.campaigns[0].campaign, rules.campaigns[1].campaign, rules.campaigns[2].campaign});
  ASSERT_TRUE(explained.ok()) << explained.status();
  EXPECT_EQ(
      explained->steps(0).arithmetic(),
      "600000 minor units without tax after 19 spent before: 499981 at 100 points per million "
      "+ 100019 at 120 points per million, rounded down: 62; the limit for all members had 60 "
      "left, so 2 are cut");
  EXPECT_EQ(explained->steps(0).total_limit_left(), 60);
  EXPECT_EQ(explained->steps(1).arithmetic(),
            "3 whole items after 19 before fill 1 cards of 10; times 40 points = 40");
  EXPECT_EQ(explained->steps(1).counted_before(), 19);
  EXPECT_EQ(explained->steps(2).arithmetic(),
            "610017 minor units before discounts times 3 points per 1000, rounded up: 1831");
  EXPECT_EQ(explained->recomputed_points(), 60 + 40 + 1831);
}

// 19 + 7 points in another entry + 100 that were cut whole; a cap had room for 40, then the balance
// for 20: what the other entry has of them is not this one's.
TEST(Explanations, CapsThatCutAreInputsToo) {
  const ProgramRules rules = RulesOf({PerAmount(1, 100), Fixed(7), Fixed(100)});
  const v1::RecordOrderRequest order = OrderOf({Line("a", 1999)});
  const Earnings earnings = Evaluate(rules, order);
  v1::ExplainEntryResponse explained;
  *explained.mutable_campaigns() = *ExplainCampaigns(
      {StoredOrderOf(order), "EUR", "UTC"},
      {.entry = {earnings.awards[0].result},
       .other_entries = {earnings.awards[1].result},
       .no_entry = {earnings.awards[2].result}},
      {rules.campaigns[0].campaign, rules.campaigns[1].campaign, rules.campaigns[2].campaign});
  EXPECT_FALSE(explained.campaigns().steps(0).in_other_entry());
  EXPECT_TRUE(explained.campaigns().steps(1).in_other_entry());
  EXPECT_TRUE(explained.campaigns().steps(2).in_no_entry());
  EXPECT_EQ(explained.campaigns().recomputed_points(), 19);
  EXPECT_EQ(*RecomputeAmount(explained), 19) << "no cap cut it";
  v1::CapCut& cap = *explained.mutable_entry()->add_cap_cuts();
  cap.mutable_earning_cap()->set_amount(100);
  cap.mutable_earning_cap()->set_period(v1::EarningLimit::PERIOD_WEEK);
  cap.mutable_earning_cap()->set_scope(v1::CAP_SCOPE_ALL_MEMBERS);
  cap.set_used(60);
  cap.set_points_before(126);
  cap.set_points_let_in(40);
  EXPECT_EQ(*RecomputeAmount(explained), 33);
  v1::CapCut& balance = *explained.mutable_entry()->add_cap_cuts();
  balance.set_max_balance(1000);
  balance.set_used(980);
  balance.set_points_before(40);
  balance.set_points_let_in(20);
  EXPECT_EQ(*RecomputeAmount(explained), 13);
  EXPECT_EQ(CutsInWords(explained.entry()),
            "; of 126 points the cap of 100 per week for all members together, 60 of it used, let "
            "40 in; of 40 points the greatest balance of 1000, 980 of it held, let 20 in");
}

TEST(Explanations, WithoutACampaignsVersionThereIsNone) {
  const ProgramRules rules = RulesOf({PerAmount(1, 100)});
  const v1::RecordOrderRequest order = OrderOf({Line("a", 1999)});
  v1::RuleResult result = Evaluate(rules, order).awards[0].result;
  result.set_campaign_version(9);
  EXPECT_FALSE(ExplainCampaigns({StoredOrderOf(order), "EUR", "UTC"}, {.entry = {result}},
                                {rules.campaigns[0].campaign})
                   .ok());
}

TEST(Explanations, NeedNothingOfTheMemberAndSayWhichTierMultiplied) {
  v1::Campaign base = PerAmount(1, 100);
  base.mutable_condition()->mutable_tier()->set_tier_set("club");
  base.mutable_condition()->mutable_tier()->add_tiers("gold");
  v1::Campaign visit;
  visit.mutable_points_per_visit()->set_points(50);
  ProgramRules rules = RulesOf({base, visit});
  v1::AppliedTier gold;
  gold.set_tier_set("club");
  gold.set_version(4);
  gold.set_tier("gold");
  rules.campaigns.push_back(TierBenefitRules(gold, 20000, 1));
  SortCampaigns(&rules);
  const v1::RecordOrderRequest order = OrderOf({Line("a", 1999)});
  const Earnings earnings = Evaluate(rules, order, {}, {.tiers = {{"club", "gold"}}});
  ASSERT_EQ(Total(earnings), 19 + 50 + 19);
  EXPECT_TRUE(CheckWallet(rules, order, earnings, 1));
  std::vector<v1::RuleResult> results;
  for (const Award& award : earnings.awards) results.push_back(award.result);
  const auto explained =
      ExplainCampaigns({StoredOrderOf(order), "EUR", "UTC"}, {.entry = results},
                       {rules.campaigns[1].campaign, rules.campaigns[2].campaign});
  ASSERT_TRUE(explained.ok()) << explained.status();
  EXPECT_EQ(explained->steps(1).arithmetic(), "50 points for a visit");
  EXPECT_EQ(explained->steps(2).campaign().display_name(), "club: gold");
  EXPECT_EQ(explained->steps(2).campaign().campaign_id(), "");
}

}  // namespace
}  // namespace laurel::members::testing
