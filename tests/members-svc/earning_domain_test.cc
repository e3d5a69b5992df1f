// What orders earn: the worked examples by their numbers, then what they leave open.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "lib/base/timestamps.h"
#include "lib/status/error.h"
#include "tests/members-svc/campaigns.h"

namespace laurel::members::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

v1::Campaign With(v1::Campaign campaign, int priority) {
  campaign.set_priority(priority);
  return campaign;
}
v1::Campaign Exclusive(v1::Campaign campaign) {
  campaign.set_stacking(v1::STACKING_EXCLUSIVE);
  return campaign;
}
v1::Campaign Last(v1::Campaign campaign) {
  campaign.set_stops_further(true);
  return campaign;
}
v1::Campaign ForSku(v1::Campaign campaign, const std::string& sku) {
  campaign.mutable_lines()->add_skus(sku);
  return campaign;
}
v1::Campaign ForColor(v1::Campaign campaign, const std::string& color) {
  auto* label = campaign.mutable_lines()->add_labels();
  label->set_key("color");
  label->set_value(color);
  return campaign;
}
v1::Campaign FromTotal(v1::Campaign campaign, int64_t minor_units) {
  campaign.mutable_condition()->mutable_total()->set_least_minor_units(minor_units);
  return campaign;
}
v1::Campaign Limited(v1::Campaign campaign, int64_t points, int64_t orders,
                     v1::EarningLimit::Period period = v1::EarningLimit::PERIOD_UNSPECIFIED) {
  campaign.mutable_member_limit()->set_max_points(points);
  campaign.mutable_member_limit()->set_max_orders(orders);
  campaign.mutable_member_limit()->set_period(period);
  return campaign;
}

TEST(EarningExamples, E1_four_points_per_unit_of_money) {
  EXPECT_EQ(PointsFor(Cart(), {PerAmount(4, 100)}), 608);
}
TEST(EarningExamples, E2_excluded_sku_and_excluded_label) {
  v1::Campaign no_sku = PerAmount(4, 100);
  no_sku.mutable_lines()->add_excluded_skus("000");
  EXPECT_EQ(PointsFor(Cart(), {no_sku}), 208);
  v1::Campaign no_red = PerAmount(4, 100);
  auto* red = no_red.mutable_lines()->add_excluded_labels();
  red->set_key("color");
  red->set_value("red");
  EXPECT_EQ(PointsFor(Cart(), {no_red}), 560);
}
TEST(EarningExamples, E3_minimum_order) {
  EXPECT_EQ(PointsFor(Cart(), {FromTotal(PerAmount(4, 100), 10000)}), 608);
  EXPECT_EQ(PointsFor(Cart(), {FromTotal(PerAmount(4, 100), 30000)}), 0);
}
TEST(EarningExamples, E4_two_stackable_rules) {
  EXPECT_EQ(PointsFor(Cart(), {PerAmount(10, 100), PerAmount(4, 100)}), 2128);
}
TEST(EarningExamples, E5_multiplier_for_one_product) {
  EXPECT_EQ(PointsFor(Cart(), {PerAmount(4, 100), ForSku(Times(30000), "123")}), 704);
}
TEST(EarningExamples, E6_multipliers_by_label) {
  EXPECT_EQ(PointsFor(Cart(), {PerAmount(4, 100), ForColor(Times(30000), "red"),
                               ForColor(Times(60000), "blue")}),
            2704);
}
TEST(EarningExamples, E7_last_executed_stops_what_follows) {
  EXPECT_EQ(PointsFor(Cart(), {PerAmount(1, 100), Last(PerAmount(1, 100)), PerAmount(10, 100)}),
            304);
}
TEST(EarningExamples, E8_a_rule_that_did_not_fire_does_not_stop) {
  EXPECT_EQ(PointsFor(Cart(), {PerAmount(1, 100), Last(FromTotal(PerAmount(1, 100), 100000000)),
                               PerAmount(2, 100)}),
            456);
}
TEST(EarningExamples, E9_full_steps_only) {
  EXPECT_EQ(PointsFor(OrderOf({Line("a", 10500)}), {PerAmount(1, 1000)}), 10);
}
TEST(EarningExamples, E10_base_multiplier_and_fixed) {
  const auto order = OrderOf({Line("a", 100)});
  EXPECT_EQ(PointsFor(order, {PerAmount(4, 100), Times(15000)}), 6);
  EXPECT_EQ(PointsFor(order, {PerAmount(5, 100), Times(30000)}), 15);
  EXPECT_EQ(PointsFor(order, {PerAmount(5, 100), Fixed(3)}), 8);
}
TEST(EarningExamples, E11_each_rule_rounds_down_by_itself) {
  EXPECT_EQ(PointsFor(OrderOf({Line("a", 1999)}), {PerAmount(1, 100), PerAmount(1, 200)}), 28);
}
TEST(EarningExamples, E12_rounding_of_a_multiplier) {
  const auto order = OrderOf({Line("a", 1999)});
  EXPECT_EQ(PointsFor(order, {PerAmount(1, 100), Times(15000, v1::ROUNDING_DOWN)}), 28);
  EXPECT_EQ(PointsFor(order, {PerAmount(1, 100), Times(15000, v1::ROUNDING_HALF_UP)}), 29);
  EXPECT_EQ(PointsFor(order, {PerAmount(1, 100), Times(15000, v1::ROUNDING_UP)}), 29);
}
TEST(EarningExamples, E13_marginal_bands) {
  const ProgramRules rules =
      RulesOf({Bands({{500000, 100}, {750000, 120}, {1000000, 150}, {0, 0}})});
  EXPECT_EQ(Total(Evaluate(rules, OrderOf({Line("a", 600000)}))), 62);
}
TEST(EarningExamples, E14_of_two_exclusive_ones_the_higher_priority_runs) {
  EXPECT_EQ(PointsFor(Cart(), {With(Exclusive(Fixed(50)), 5), With(Exclusive(Fixed(200)), 20)}),
            200);
}
TEST(EarningExamples, E15_what_the_caller_says_it_earned_has_no_field) {
  // RecordOrderRequest cannot carry points: the only figures in it are money and quantities.
  EXPECT_EQ(v1::RecordOrderRequest::descriptor()->FindFieldByName("points_earned"), nullptr);
  EXPECT_EQ(PointsFor(Cart(), {PerAmount(1, 100)}), 152);
}
TEST(EarningExamples, E16_an_exclusive_one_excludes_the_rest) {
  EXPECT_EQ(PointsFor(Cart(), {With(Exclusive(Fixed(200)), 5), With(Exclusive(Fixed(50)), 20),
                               With(Fixed(10), 1)}),
            50);
}

TEST(Earning, An_exclusive_one_does_not_fire_after_a_stackable_one) {
  EXPECT_EQ(PointsFor(Cart(), {With(Fixed(10), 30), With(Exclusive(Fixed(50)), 20)}), 10);
}

TEST(Earning, A_delivery_charge_counts_where_the_rule_says_so_and_lies_on_the_lines) {
  auto order = OrderOf({Line("a", 100), Line("b", 300)});
  order.set_delivery_charge_minor_units(400);
  EXPECT_EQ(PointsFor(order, {PerAmount(1, 100)}), 4);
  v1::Campaign with_delivery = PerAmount(1, 100);
  with_delivery.mutable_points_per_amount()->set_include_delivery(true);
  const Earnings earnings = Evaluate(RulesOf({with_delivery}), order);
  ASSERT_EQ(earnings.awards.size(), 1u);
  EXPECT_EQ(earnings.awards[0].result.basis(), 800);
  EXPECT_THAT(earnings.awards[0].result.points_by_line(), ElementsAre(2, 6));
  EXPECT_EQ(PointsFor(order, {FromTotal(PerAmount(1, 100), 401)}), 0) << "without delivery";
}

TEST(Earning, The_steps_of_the_sum_count_not_those_of_each_line) {
  const Earnings earnings = Evaluate(RulesOf({PerAmount(1, 100)}),
                                     OrderOf({Line("a", 50), Line("b", 50), Line("c", 99)}));
  ASSERT_EQ(earnings.awards.size(), 1u);
  const v1::RuleResult& result = earnings.awards[0].result;
  EXPECT_EQ(result.points(), 1);
  EXPECT_EQ(result.steps(), 1);
  EXPECT_THAT(result.points_by_line(), ElementsAre(0, 0, 1));
}

TEST(Earning, Units_are_whole_per_line) {
  auto order = OrderOf({Line("a", 0), Line("b", 10)});
  order.mutable_lines(0)->set_quantity_thousandths(2500);
  order.mutable_lines(1)->set_quantity_thousandths(999);
  const Earnings earnings = Evaluate(RulesOf({PerItem(7)}), order);
  ASSERT_EQ(earnings.awards.size(), 1u);
  EXPECT_EQ(earnings.awards[0].result.points(), 14);
  EXPECT_EQ(earnings.awards[0].result.basis(), 2);
  EXPECT_THAT(earnings.awards[0].result.points_by_line(), ElementsAre(14, 0));
}

TEST(Earning, Fixed_points_with_a_filter_want_a_line) {
  EXPECT_EQ(PointsFor(Cart(), {ForSku(Fixed(9), "123")}), 9);
  EXPECT_EQ(PointsFor(Cart(), {ForSku(Fixed(9), "none")}), 0);
}

TEST(Earning, A_multiplier_works_whatever_its_priority_and_not_on_fixed_points) {
  EXPECT_EQ(PointsFor(Cart(), {With(Times(20000), 99), PerAmount(1, 100), Fixed(10), PerItem(1)}),
            304 + 10 + 3);
}

TEST(Earning, Several_multipliers_multiply_each_other_before_rounding) {
  const auto order = OrderOf({Line("a", 500)});  // 5 x 1.5 x 3 = 22.5, not 7 x 3
  EXPECT_EQ(PointsFor(order, {PerAmount(1, 100), Times(15000), Times(30000)}), 22);
  EXPECT_EQ(PointsFor(order, {PerAmount(1, 100), Times(30000), Times(15000)}), 22);
}

TEST(Earning, A_factor_below_one_takes_points_and_never_more_than_there_are) {
  EXPECT_EQ(PointsFor(OrderOf({Line("a", 1900)}), {PerAmount(1, 100), Times(5000)}), 9);
  EXPECT_EQ(PointsFor(OrderOf({Line("a", 100), Line("b", 100)}), {PerAmount(1, 100), Times(1)}), 0);
}

TEST(Earning, More_digits_than_fit_go_on_from_what_was_awarded) {
  std::vector<v1::Campaign> campaigns = {PerAmount(1000, 100)};
  for (int i = 0; i < 40; ++i) campaigns.push_back(Times(10001));
  // 1000 x 1.0001^40 = 1004.007…: every restart loses less than one point.
  const int64_t points = PointsFor(OrderOf({Line("a", 100)}), campaigns);
  EXPECT_GE(points, 1000);
  EXPECT_LE(points, 1004);
}

TEST(Earning, A_multiplier_multiplies_its_own_wallet_only) {
  v1::Campaign miles = PerAmount(1, 100);
  miles.set_wallet_type("miles");
  v1::Campaign twice = Times(20000);
  twice.set_wallet_type("miles");
  const Earnings earnings = Evaluate(RulesOf({PerAmount(1, 100), miles, twice}), Cart());
  EXPECT_EQ(Total(earnings, 1), 152);
  EXPECT_EQ(Total(earnings, 2), 304);
}

TEST(Earning, Validity_is_half_open_by_occur_time) {
  v1::Campaign campaign = Fixed(5);
  base::SetTimestamp(Noon(), campaign.mutable_start_time());
  EXPECT_EQ(PointsFor(Cart(), {campaign}), 5);
  base::SetTimestamp(Noon() + absl::Microseconds(1), campaign.mutable_start_time());
  EXPECT_EQ(PointsFor(Cart(), {campaign}), 0);
  campaign.clear_start_time();
  base::SetTimestamp(Noon(), campaign.mutable_end_time());
  EXPECT_EQ(PointsFor(Cart(), {campaign}), 0);
}

TEST(Earning, Store_and_channel_conditions) {
  v1::Campaign campaign = Fixed(5);
  campaign.mutable_condition()->add_all()->add_stores("s1");
  campaign.mutable_condition()->add_all()->add_channels("web");
  auto order = Cart();
  EXPECT_EQ(PointsFor(order, {campaign}), 0);
  order.set_store("s1");
  order.set_channel("web");
  EXPECT_EQ(PointsFor(order, {campaign}), 5);
}

TEST(Earning, Long_lists_are_searched_like_short_ones) {
  v1::Campaign campaign = PerAmount(1, 100);
  for (int i = 0; i < 500; ++i) campaign.mutable_lines()->add_skus("sku" + std::to_string(i));
  EXPECT_EQ(PointsFor(Cart(), {campaign}), 0);
  campaign.mutable_lines()->add_skus("000");
  EXPECT_EQ(PointsFor(Cart(), {campaign}), 100);
  campaign.mutable_lines()->add_brands("b");
  EXPECT_EQ(PointsFor(Cart(), {campaign}), 0) << "all given parts must hold";
}

TEST(EarningLimits, The_last_award_is_trimmed) {
  const ProgramRules rules = RulesOf({Limited(PerAmount(4, 100), 700, 0)});
  const auto keys = LimitKeysFor(rules, Noon());
  ASSERT_EQ(keys.size(), 1u);
  EXPECT_EQ(keys[0].period_start, absl::UnixEpoch());
  const Earnings first = Evaluate(rules, Cart());
  EXPECT_EQ(Total(first), 608);
  ASSERT_EQ(first.limit_uses.size(), 1u);
  EXPECT_EQ(first.limit_uses[0].second.points, 608);
  EXPECT_EQ(first.limit_uses[0].second.orders, 1);
  const Earnings second = Evaluate(rules, Cart(), {{keys[0], {.points = 608, .orders = 1}}});
  EXPECT_EQ(Total(second), 92);
  EXPECT_EQ(second.awards[0].result.points_over_limit(), 516);
}

TEST(EarningLimits, One_that_is_used_up_is_listed_and_stops_nothing) {
  const ProgramRules rules = RulesOf({Exclusive(Limited(Fixed(5), 10, 0)), Fixed(3)});
  const LimitKey key = LimitKeysFor(rules, Noon())[0];
  const Earnings earnings = Evaluate(rules, Cart(), {{key, {.points = 10, .orders = 2}}});
  ASSERT_EQ(earnings.awards.size(), 2u);
  EXPECT_EQ(earnings.awards[0].result.points(), 0);
  EXPECT_EQ(earnings.awards[0].result.points_over_limit(), 5);
  EXPECT_EQ(Total(earnings), 3);
  EXPECT_THAT(earnings.limit_uses, IsEmpty());
}

TEST(EarningLimits, A_campaign_fires_for_so_many_orders) {
  const ProgramRules rules = RulesOf({Limited(Fixed(5), 0, 2)});
  const LimitKey key = LimitKeysFor(rules, Noon())[0];
  EXPECT_EQ(Total(Evaluate(rules, Cart(), {{key, {.points = 5, .orders = 1}}})), 5);
  EXPECT_THAT(Evaluate(rules, Cart(), {{key, {.points = 10, .orders = 2}}}).awards, IsEmpty());
}

TEST(EarningLimits, Periods_start_in_the_programmes_calendar) {
  const auto day = [](int year, int month, int of_month) {
    return absl::FromCivil(absl::CivilDay(year, month, of_month), absl::UTCTimeZone());
  };
  const ProgramRules rules = RulesOf({Limited(Fixed(1), 9, 0, v1::EarningLimit::PERIOD_DAY),
                                      Limited(Fixed(1), 9, 0, v1::EarningLimit::PERIOD_WEEK),
                                      Limited(Fixed(1), 9, 0, v1::EarningLimit::PERIOD_MONTH),
                                      Limited(Fixed(1), 9, 0, v1::EarningLimit::PERIOD_YEAR)});
  std::vector<absl::Time> starts;
  for (const LimitKey& key : LimitKeysFor(rules, Noon())) starts.push_back(key.period_start);
  EXPECT_THAT(starts,
              ElementsAre(day(2026, 3, 11), day(2026, 3, 9), day(2026, 3, 1), day(2026, 1, 1)));
}

TEST(EarningLimits, A_multipliers_limit_trims_what_it_adds) {
  const Earnings earnings =
      Evaluate(RulesOf({PerAmount(1, 100), Limited(Times(30000), 100, 0)}), Cart());
  EXPECT_EQ(Total(earnings), 252);
  EXPECT_EQ(earnings.awards[1].result.points_over_limit(), 204);
  EXPECT_EQ(earnings.awards[1].result.basis(), 152);
}

TEST(Earning, More_points_than_can_be_counted_are_refused) {
  auto order = OrderOf({});
  for (int i = 0; i < 500; ++i) *order.add_lines() = Line("a", 100000000000);
  const auto earnings = EvaluateOrder(RulesOf({PerAmount(1000000, 1)}), order, Noon(), {}, {});
  EXPECT_EQ(earnings.status().code(), absl::StatusCode::kOutOfRange);
  EXPECT_EQ(status::ReasonOf(earnings.status()), "POINTS_OVERFLOW");
}

}  // namespace
}  // namespace laurel::members::testing
