// What orders earn beyond full steps of money: other bases, exact fractions, bands, punch cards,
// groups, and limits of all members together.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "lib/base/timestamps.h"
#include "lib/status/error.h"
#include "lib/status/mapping.h"
#include "tests/members-svc/campaigns.h"

namespace laurel::members::testing {
namespace {

using Kind = CampaignOutcome::Kind;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Pair;
using ::testing::UnorderedElementsAre;

// 100.00, of which 19.00 is tax, reduced by 25.00.
v1::RecordOrderRequest Taxed(v1::TaxTreatment treatment) {
  auto order = OrderOf({Line("a", 10000)});
  order.mutable_lines(0)->set_tax_minor_units(1900);
  order.mutable_lines(0)->set_discount_minor_units(2500);
  order.set_tax_treatment(treatment);
  return order;
}
v1::Campaign WithTax(v1::TaxBasis tax) {
  v1::Campaign campaign = PerAmount(1, 100);
  campaign.mutable_points_per_amount()->set_tax(tax);
  return campaign;
}
v1::Campaign InGroup(v1::Campaign campaign, const std::string& group = "g") {
  campaign.set_best_of_group(group);
  return campaign;
}
std::vector<Kind> KindsOf(const ProgramRules& rules, const v1::RecordOrderRequest& order,
                          const LimitUses& used = {}) {
  std::vector<CampaignOutcome> outcomes;
  EXPECT_TRUE(EvaluateOrder(rules, order, Noon(), used, {}, &outcomes).ok());
  std::vector<Kind> kinds;
  for (const CampaignOutcome& outcome : outcomes) kinds.push_back(outcome.kind);
  return kinds;
}

TEST(Basis, Tax_is_in_or_out_wherever_the_order_has_it) {
  const auto included = Taxed(v1::TAX_TREATMENT_INCLUDED);
  const auto on_top = Taxed(v1::TAX_TREATMENT_ON_TOP);
  EXPECT_EQ(PointsFor(included, {WithTax(v1::TAX_BASIS_AS_STATED)}), 100);
  EXPECT_EQ(PointsFor(included, {WithTax(v1::TAX_BASIS_WITHOUT_TAX)}), 81);
  EXPECT_EQ(PointsFor(included, {WithTax(v1::TAX_BASIS_WITH_TAX)}), 100);
  EXPECT_EQ(PointsFor(on_top, {WithTax(v1::TAX_BASIS_AS_STATED)}), 100);
  EXPECT_EQ(PointsFor(on_top, {WithTax(v1::TAX_BASIS_WITHOUT_TAX)}), 100);
  EXPECT_EQ(PointsFor(on_top, {WithTax(v1::TAX_BASIS_WITH_TAX)}), 119);
  EXPECT_EQ(PointsFor(Taxed(v1::TAX_TREATMENT_UNSPECIFIED), {WithTax(v1::TAX_BASIS_WITHOUT_TAX)}),
            81)
      << "included, unless the order says otherwise";
}

TEST(Basis, Before_or_after_discounts) {
  v1::Campaign campaign = PerAmount(1, 100);
  EXPECT_EQ(PointsFor(Taxed(v1::TAX_TREATMENT_INCLUDED), {campaign}), 100);
  campaign.mutable_points_per_amount()->set_before_discounts(true);
  EXPECT_EQ(PointsFor(Taxed(v1::TAX_TREATMENT_INCLUDED), {campaign}), 125);
}

TEST(Basis, A_tax_that_does_not_fit_into_its_amount_is_refused_with_its_path) {
  auto order = OrderOf({Line("a", 100), Line("b", 100)});
  order.mutable_lines(1)->set_tax_minor_units(101);
  const auto refused = EvaluateOrder(RulesOf({}), order, Noon(), {}, {});
  EXPECT_EQ(refused.status().code(), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(status::ReasonOf(refused.status()), "INVALID_REQUEST");
  EXPECT_THAT(status::ToProto(refused.status()).DebugString(), HasSubstr("lines[1].taxMinorUnits"));
  order.set_tax_treatment(v1::TAX_TREATMENT_ON_TOP);
  EXPECT_TRUE(EvaluateOrder(RulesOf({}), order, Noon(), {}, {}).ok());
}

TEST(ProRata, The_exact_fraction_is_rounded_once) {
  const auto order = OrderOf({Line("a", 999), Line("b", 1000)});  // 19.99 at 1.5 per 1.00: 29.985
  v1::Campaign campaign = PerAmount(3, 200);
  campaign.mutable_points_per_amount()->set_pro_rata(true);
  const auto rounded = [&](v1::Rounding rounding) {
    campaign.mutable_points_per_amount()->set_rounding(rounding);
    return PointsFor(order, {campaign});
  };
  EXPECT_EQ(rounded(v1::ROUNDING_DOWN), 29);
  EXPECT_EQ(rounded(v1::ROUNDING_HALF_UP), 30);
  EXPECT_EQ(rounded(v1::ROUNDING_UP), 30);
  const auto half = OrderOf({Line("a", 100)});  // 1.5
  campaign.mutable_points_per_amount()->set_rounding(v1::ROUNDING_HALF_UP);
  EXPECT_EQ(PointsFor(half, {campaign}), 2);
}

TEST(BandsOfSpending, Begin_where_the_member_stands) {
  const ProgramRules rules = RulesOf({Bands({{500000, 100}, {750000, 120}, {1000000, 150}})});
  const LimitKey key = LimitKeysFor(rules, Noon())[0];
  const auto earned = [&](int64_t before, int64_t amount) {
    return Total(Evaluate(rules, OrderOf({Line("a", amount)}), {{key, {.amount = before}}}));
  };
  EXPECT_EQ(earned(0, 500000), 50);
  EXPECT_EQ(earned(500000, 250000), 30);
  EXPECT_EQ(earned(400000, 600000), 10 + 30 + 37) << "and a half, rounded down";
  EXPECT_EQ(earned(999999, 10), 0) << "the last minor unit is worth 0.00015";
  EXPECT_EQ(earned(1000000, 600000), 0);
}

TEST(BandsOfSpending, Their_fractions_are_summed_before_they_are_rounded) {
  v1::Campaign bands = Bands({{100, 6000}, {0, 4000}});  // 0.6 + 0.4
  EXPECT_EQ(PointsFor(OrderOf({Line("a", 200)}), {bands}), 1);
  bands.mutable_bands()->set_rounding(v1::ROUNDING_UP);
  EXPECT_EQ(PointsFor(OrderOf({Line("a", 201)}), {bands}), 2);
}

TEST(BandsOfSpending, Count_also_what_earns_nothing_and_tell_how_much) {
  const ProgramRules rules = RulesOf({Bands({{1000, 1000000}, {0, 0}})});
  const LimitKey key = LimitKeysFor(rules, Noon())[0];
  const Earnings earnings = Evaluate(rules, OrderOf({Line("a", 300)}), {{key, {.amount = 5000}}});
  ASSERT_EQ(earnings.awards.size(), 1u);
  const v1::RuleResult& result = earnings.awards[0].result;
  EXPECT_EQ(result.points(), 0);
  EXPECT_EQ(result.counted_amount(), 300);
  EXPECT_EQ(result.counted_before(), 5000);
  EXPECT_EQ(base::FromTimestamp(result.count_period_start()), absl::UnixEpoch());
  ASSERT_EQ(result.bands_size(), 1);
  EXPECT_EQ(result.bands(0).amount_minor_units(), 300);
  EXPECT_THAT(earnings.limit_uses, ElementsAre(Pair(key, LimitUse{.amount = 300})));
  EXPECT_THAT(KindsOf(rules, OrderOf({Line("a", 300)}), {{key, {.amount = 5000}}}),
              ElementsAre(Kind::kNothingEarned));
}

TEST(BandsOfSpending, Have_a_period_of_their_own) {
  v1::Campaign bands = Bands({{0, 1000000}});
  bands.mutable_bands()->set_period(v1::EarningLimit::PERIOD_YEAR);
  bands.mutable_member_limit()->set_max_points(10);
  bands.mutable_member_limit()->set_period(v1::EarningLimit::PERIOD_DAY);
  const ProgramRules rules = RulesOf({bands});
  const auto keys = LimitKeysFor(rules, Noon());
  ASSERT_EQ(keys.size(), 2u);
  const Earnings earnings = Evaluate(rules, OrderOf({Line("a", 300)}));
  EXPECT_EQ(Total(earnings), 10);
  EXPECT_THAT(earnings.limit_uses,
              UnorderedElementsAre(Pair(keys[0], LimitUse{.points = 10, .orders = 1}),
                                   Pair(keys[1], LimitUse{.amount = 300})))
      << "what the limit cuts has been spent all the same";
  const v1::RuleResult& result = earnings.awards[0].result;
  EXPECT_EQ(base::FromTimestamp(result.member_period_start()), keys[0].period_start);
  EXPECT_EQ(base::FromTimestamp(result.count_period_start()), keys[1].period_start);
  EXPECT_FALSE(result.has_total_period_start());
}

TEST(BandsOfSpending, Are_an_amount_rule_that_multipliers_multiply) {
  EXPECT_EQ(PointsFor(OrderOf({Line("a", 300)}), {Bands({{0, 1000000}}), Times(20000)}), 600);
}

TEST(PunchCards, Every_tenth_unit_whichever_order_it_is_in) {
  const ProgramRules rules = RulesOf({Card(10, 5)});
  const LimitKey key = LimitKeysFor(rules, Noon())[0];
  auto order = OrderOf({Line("a", 100), Line("b", 100)});
  order.mutable_lines(0)->set_quantity_thousandths(2900);
  order.mutable_lines(1)->set_quantity_thousandths(1000);
  const auto earned = [&](int64_t before) {
    return Total(Evaluate(rules, order, {{key, {.amount = before}}}));
  };
  EXPECT_EQ(earned(0), 0);
  EXPECT_EQ(earned(6), 0) << "2 and 1 are 9";
  EXPECT_EQ(earned(7), 5);
  EXPECT_EQ(earned(9), 5) << "and two carry over";
  EXPECT_EQ(earned(10), 0);
  order.mutable_lines(1)->set_quantity_thousandths(21000);
  EXPECT_EQ(earned(7), 15) << "thirty are three cards";
  EXPECT_THAT(KindsOf(RulesOf({Card(10, 5)}), OrderOf({Line("a", 100)})),
              ElementsAre(Kind::kNothingEarned));
}

TEST(PunchCards, Are_not_multiplied) {
  EXPECT_EQ(PointsFor(OrderOf({Line("a", 100)}), {Card(1, 5), PerAmount(1, 100), Times(30000)}),
            5 + 3);
}

TEST(BestOfGroup, Only_the_one_that_gives_the_most_applies) {
  const ProgramRules rules =
      RulesOf({InGroup(Fixed(5)), InGroup(PerAmount(1, 100)), InGroup(Fixed(7)), Fixed(1)});
  EXPECT_EQ(Total(Evaluate(rules, Cart())), 152 + 1);
  EXPECT_THAT(KindsOf(rules, Cart()),
              ElementsAre(Kind::kLostInGroup, Kind::kApplied, Kind::kLostInGroup, Kind::kApplied));
  EXPECT_EQ(Total(Evaluate(rules, OrderOf({Line("a", 100)}))), 7 + 1);
}

TEST(BestOfGroup, Of_equals_the_one_that_runs_first) {
  v1::Campaign later = InGroup(Fixed(5));
  later.set_stops_further(true);
  EXPECT_EQ(PointsFor(Cart(), {InGroup(Fixed(5)), later, Fixed(1)}), 6);
  v1::Campaign first = later;
  first.set_priority(1);
  EXPECT_EQ(PointsFor(Cart(), {InGroup(Fixed(5)), first, Fixed(1)}), 5);
}

TEST(BestOfGroup, The_best_runs_in_the_place_of_the_first) {
  v1::Campaign stops = Fixed(1);
  stops.set_stops_further(true);
  const ProgramRules rules = RulesOf({InGroup(Fixed(5)), stops, InGroup(Fixed(9))});
  EXPECT_EQ(Total(Evaluate(rules, Cart())), 10);
  EXPECT_THAT(KindsOf(rules, Cart()),
              ElementsAre(Kind::kLostInGroup, Kind::kApplied, Kind::kApplied));
}

TEST(BestOfGroup, What_limits_leave_is_compared) {
  v1::Campaign limited = InGroup(Fixed(100));
  limited.mutable_member_limit()->set_max_points(3);
  EXPECT_EQ(PointsFor(Cart(), {limited, InGroup(Fixed(5))}), 5);
}

TEST(BestOfGroup, Multipliers_compete_with_multipliers_and_wallets_do_not) {
  v1::Campaign miles = InGroup(Fixed(2));
  miles.set_wallet_type("miles");
  const ProgramRules rules = RulesOf({InGroup(Times(20000)), InGroup(Times(30000)),
                                      InGroup(PerAmount(1, 100)), miles, Times(15000)});
  const Earnings earnings = Evaluate(rules, Cart());
  EXPECT_EQ(Total(earnings), 684) << "152 x 3 x 1.5";
  EXPECT_EQ(Total(earnings, 2), 2);
  EXPECT_THAT(KindsOf(rules, Cart()), ElementsAre(Kind::kLostInGroup, Kind::kApplied,
                                                  Kind::kApplied, Kind::kApplied, Kind::kApplied));
}

TEST(LimitsOfAll, Trim_what_the_members_own_limit_leaves) {
  v1::Campaign campaign = PerAmount(1, 100);
  campaign.mutable_member_limit()->set_max_points(100);
  campaign.mutable_total_limit()->set_max_points(1000);
  campaign.mutable_total_limit()->set_period(v1::EarningLimit::PERIOD_MONTH);
  const ProgramRules rules = RulesOf({campaign});
  const auto keys = LimitKeysFor(rules, Noon());
  ASSERT_EQ(keys.size(), 2u);
  EXPECT_FALSE(keys[0].of_all);
  EXPECT_TRUE(keys[1].of_all);
  const Earnings earnings = Evaluate(rules, Cart(), {{keys[1], {.points = 940}}});
  const v1::RuleResult& result = earnings.awards[0].result;
  EXPECT_EQ(result.points(), 60);
  EXPECT_EQ(result.points_over_limit(), 52);
  EXPECT_EQ(result.points_over_total_limit(), 40);
  EXPECT_EQ(base::FromTimestamp(result.total_period_start()), keys[1].period_start);
  EXPECT_THAT(earnings.limit_uses, ElementsAre(Pair(keys[0], LimitUse{.points = 60, .orders = 1}),
                                               Pair(keys[1], LimitUse{.points = 60, .orders = 1})));
  EXPECT_THAT(KindsOf(rules, Cart(), {{keys[1], {.points = 1000}}}),
              ElementsAre(Kind::kLimitReached));
}

TEST(LimitsOfAll, So_many_orders_of_whomever) {
  v1::Campaign campaign = Fixed(5);
  campaign.mutable_total_limit()->set_max_orders(3);
  const ProgramRules rules = RulesOf({campaign});
  const LimitKey key = LimitKeysFor(rules, Noon())[0];
  EXPECT_EQ(Total(Evaluate(rules, Cart(), {{key, {.orders = 2}}})), 5);
  EXPECT_THAT(Evaluate(rules, Cart(), {{key, {.orders = 3}}}).awards, IsEmpty());
}

TEST(LimitsOfAll, A_budget_is_worth_so_many_points) {
  v1::Campaign campaign = PerAmount(1, 100);
  campaign.mutable_budget()->set_minor_units(1999);
  campaign.mutable_budget()->set_minor_units_per_thousand_points(1000);  // 0.01 a point
  const auto most = [&] { return RulesOf({campaign}).campaigns[0].most_points_of_all; };
  EXPECT_EQ(most(), 1999);
  campaign.mutable_budget()->set_minor_units_per_thousand_points(700);
  EXPECT_EQ(most(), 2855) << "2,855.7 points, and not one beyond";
  campaign.mutable_total_limit()->set_max_points(2000);
  EXPECT_EQ(most(), 2000);
  const ProgramRules rules = RulesOf({campaign});
  const LimitKey key = LimitKeysFor(rules, Noon())[0];
  EXPECT_EQ(Total(Evaluate(rules, Cart(), {{key, {.points = 1990}}})), 10);
}

TEST(LimitsOfAll, Trim_multipliers_too) {
  v1::Campaign twice = Times(30000);
  twice.mutable_total_limit()->set_max_points(100);
  const Earnings earnings = Evaluate(RulesOf({PerAmount(1, 100), twice}), Cart());
  EXPECT_EQ(Total(earnings), 252);
  EXPECT_EQ(earnings.awards[1].result.points_over_limit(), 0);
  EXPECT_EQ(earnings.awards[1].result.points_over_total_limit(), 204);
}

TEST(Outcomes, Say_why_a_campaign_did_not_apply) {
  v1::Campaign not_yet = Fixed(1), ended = Fixed(1), nowhere = Fixed(1), no_line = Fixed(1);
  base::SetTimestamp(Noon() + absl::Seconds(1), not_yet.mutable_start_time());
  base::SetTimestamp(Noon(), ended.mutable_end_time());
  nowhere.mutable_condition()->add_all()->mutable_total()->set_least_minor_units(1);
  nowhere.mutable_condition()->add_all()->add_stores("north");
  no_line.mutable_lines()->add_skus("none");
  v1::Campaign exclusive = Fixed(1);
  exclusive.set_stacking(v1::STACKING_EXCLUSIVE);
  v1::Campaign last = Fixed(1);
  last.set_stops_further(true);
  const ProgramRules rules = RulesOf({not_yet, ended, nowhere, no_line, PerAmount(1, 100000000),
                                      Fixed(2), exclusive, last, Fixed(3), ended});
  EXPECT_THAT(KindsOf(rules, Cart()),
              ElementsAre(Kind::kNotYet, Kind::kEnded, Kind::kConditionFailed, Kind::kNoLineCounts,
                          Kind::kNothingEarned, Kind::kApplied, Kind::kExclusive, Kind::kApplied,
                          Kind::kStopped, Kind::kEnded));
  std::vector<CampaignOutcome> outcomes;
  ASSERT_TRUE(EvaluateOrder(rules, Cart(), Noon(), {}, {}, &outcomes).ok());
  EXPECT_EQ(outcomes[2].failed_path, "condition.all[1].stores");
  EXPECT_EQ(outcomes[5].award, 0);
}

}  // namespace
}  // namespace laurel::members::testing
