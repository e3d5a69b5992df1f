// Conditions: each kind with its edges, groups, and which part is named when one does not hold.
#include <gtest/gtest.h>

#include "lib/base/timestamps.h"
#include "tests/members-svc/random_campaigns.h"

namespace laurel::members::testing {
namespace {

absl::TimeZone Berlin() {
  absl::TimeZone zone;
  EXPECT_TRUE(absl::LoadTimeZone("Europe/Berlin", &zone));
  return zone;
}

int64_t SumOf(const v1::RecordOrderRequest& order) {
  int64_t total = 0;
  for (const auto& line : order.lines()) total += line.amount_minor_units();
  return total;
}
bool Holds(const v1::Condition& condition, const v1::RecordOrderRequest& order) {
  return CompiledCondition(condition).Holds({order, SumOf(order), Noon(), absl::UTCTimeZone()});
}
bool HoldsAt(const v1::TimeCondition& time, absl::CivilMinute clock, absl::TimeZone zone) {
  v1::Condition condition;
  *condition.mutable_time() = time;
  const v1::RecordOrderRequest order = Cart();
  return CompiledCondition(condition).Holds(
      {order, SumOf(order), absl::FromCivil(clock, zone), zone});
}
v1::Condition Stores(const std::vector<std::string>& stores) {
  v1::Condition condition;
  condition.mutable_stores()->Assign(stores.begin(), stores.end());
  return condition;
}
v1::Condition AtLeast(int64_t least) {
  v1::Condition condition;
  condition.mutable_total()->set_least_minor_units(least);
  return condition;
}
void SetDate(int year, int month, int day, google::type::Date* date) {
  date->set_year(year);
  date->set_month(month);
  date->set_day(day);
}

TEST(Conditions, TotalsIncludeTheirBounds) {
  v1::Condition condition = AtLeast(15200);
  EXPECT_TRUE(Holds(condition, Cart()));
  condition.mutable_total()->set_most_minor_units(15200);
  EXPECT_TRUE(Holds(condition, Cart()));
  condition.mutable_total()->set_least_minor_units(15201);
  EXPECT_FALSE(Holds(condition, Cart()));
  condition.mutable_total()->set_least_minor_units(0);
  condition.mutable_total()->set_most_minor_units(15199);
  EXPECT_FALSE(Holds(condition, Cart()));
}

TEST(Conditions, StoresAndChannelsShortAndLong) {
  v1::RecordOrderRequest order = Cart();
  v1::Condition condition = Stores({"s1", "s2"});
  EXPECT_FALSE(Holds(condition, order)) << "an order of no store is of none of them";
  order.set_store("s2");
  EXPECT_TRUE(Holds(condition, order));
  std::vector<std::string> many;
  for (int i = 0; i < 200; ++i) many.push_back("store" + std::to_string(i));
  EXPECT_FALSE(Holds(Stores(many), order));
  order.set_store("store199");
  EXPECT_TRUE(Holds(Stores(many), order));
  v1::Condition channels;
  channels.add_channels("web");
  EXPECT_FALSE(Holds(channels, order));
  order.set_channel("web");
  EXPECT_TRUE(Holds(channels, order));
}

TEST(Conditions, LinesCountTogether) {
  v1::RecordOrderRequest order = OrderOf({Line("a", 100), Line("b", 200), Line("a", 300)});
  order.mutable_lines(2)->set_quantity_thousandths(1500);
  v1::Condition condition;
  condition.mutable_lines()->mutable_filter()->add_skus("a");
  EXPECT_TRUE(Holds(condition, order));
  condition.mutable_lines()->set_least_amount_minor_units(400);
  EXPECT_TRUE(Holds(condition, order));
  condition.mutable_lines()->set_least_quantity_thousandths(2500);
  EXPECT_TRUE(Holds(condition, order));
  condition.mutable_lines()->set_least_quantity_thousandths(2501);
  EXPECT_FALSE(Holds(condition, order));
  condition.mutable_lines()->set_least_quantity_thousandths(0);
  condition.mutable_lines()->set_least_amount_minor_units(401);
  EXPECT_FALSE(Holds(condition, order));
  condition.mutable_lines()->set_least_amount_minor_units(0);
  condition.mutable_lines()->mutable_filter()->set_skus(0, "none");
  EXPECT_FALSE(Holds(condition, order)) << "at least one line";
}

TEST(Conditions, GroupsAndNot) {
  v1::Condition all, any, none;
  *all.add_all() = AtLeast(15200);
  *all.add_all() = Stores({"north"});
  *any.add_any() = AtLeast(15201);
  *any.add_any() = Stores({"north"});
  *none.mutable_not_() = any;
  v1::RecordOrderRequest order = Cart();
  EXPECT_FALSE(Holds(all, order));
  EXPECT_FALSE(Holds(any, order));
  EXPECT_TRUE(Holds(none, order));
  order.set_store("north");
  EXPECT_TRUE(Holds(all, order));
  EXPECT_TRUE(Holds(any, order));
  EXPECT_FALSE(Holds(none, order));
  EXPECT_FALSE(Holds({}, order)) << "what is not known holds never";
}

TEST(Conditions, TimeIsOnTheClockAndTheCalendarOfTheProgramme) {
  v1::TimeCondition time;
  time.add_weekdays(v1::WEEKDAY_SUNDAY);
  EXPECT_TRUE(HoldsAt(time, absl::CivilMinute(2026, 3, 15, 0, 0), Berlin()));
  EXPECT_TRUE(HoldsAt(time, absl::CivilMinute(2026, 3, 15, 23, 59), Berlin()));
  EXPECT_FALSE(HoldsAt(time, absl::CivilMinute(2026, 3, 14, 23, 59), Berlin()))
      << "though it is Saturday, 22:59 in UTC";
  EXPECT_FALSE(HoldsAt(time, absl::CivilMinute(2026, 3, 16, 0, 0), Berlin()))
      << "though it is still Sunday in UTC";
  time.Clear();
  time.set_from_clock("17:00");
  time.set_until_clock("20:00");
  EXPECT_FALSE(HoldsAt(time, absl::CivilMinute(2026, 3, 15, 16, 59), Berlin()));
  EXPECT_TRUE(HoldsAt(time, absl::CivilMinute(2026, 3, 15, 17, 0), Berlin()));
  EXPECT_TRUE(HoldsAt(time, absl::CivilMinute(2026, 7, 15, 19, 59), Berlin())) << "in summer, too";
  EXPECT_FALSE(HoldsAt(time, absl::CivilMinute(2026, 3, 15, 20, 0), Berlin()));
  time.Clear();
  SetDate(2026, 3, 14, time.mutable_first_date());
  SetDate(2026, 3, 15, time.mutable_last_date());
  EXPECT_FALSE(HoldsAt(time, absl::CivilMinute(2026, 3, 13, 23, 59), Berlin()));
  EXPECT_TRUE(HoldsAt(time, absl::CivilMinute(2026, 3, 14, 0, 0), Berlin()));
  EXPECT_TRUE(HoldsAt(time, absl::CivilMinute(2026, 3, 15, 23, 59), Berlin()));
  EXPECT_FALSE(HoldsAt(time, absl::CivilMinute(2026, 3, 16, 0, 0), Berlin()));
}

TEST(Conditions, ANightGoesOverMidnight) {
  v1::TimeCondition time;
  time.set_from_clock("22:00");
  time.set_until_clock("02:00");
  for (const auto& [hour, holds] : std::vector<std::pair<int, bool>>{
           {21, false}, {22, true}, {23, true}, {0, true}, {1, true}, {2, false}, {12, false}}) {
    EXPECT_EQ(HoldsAt(time, absl::CivilMinute(2026, 3, 15, hour, 0), Berlin()), holds) << hour;
  }
  time.add_weekdays(v1::WEEKDAY_SATURDAY);
  EXPECT_TRUE(HoldsAt(time, absl::CivilMinute(2026, 3, 14, 1, 0), Berlin()));
  EXPECT_FALSE(HoldsAt(time, absl::CivilMinute(2026, 3, 15, 1, 0), Berlin()))
      << "each part belongs to its own day";
}

TEST(Conditions, TheFirstPartThatDoesNotHoldIsNamed) {
  const v1::RecordOrderRequest order = Cart();
  const OrderFacts facts(order, SumOf(order), Noon(), absl::UTCTimeZone());
  const auto path = [&](const v1::Condition& condition) {
    return CompiledCondition(condition).FailedPath(facts, "condition");
  };
  EXPECT_EQ(path(AtLeast(99999999)), "condition.total");
  v1::Condition all;
  *all.add_all() = AtLeast(1);
  *all.add_all()->add_all() = Stores({"north"});
  EXPECT_EQ(path(all), "condition.all[1].all[0].stores");
  v1::Condition any;
  *any.add_any() = Stores({"north"});
  EXPECT_EQ(path(any), "condition.any[0].stores");
  *any.add_any() = AtLeast(99999999);
  EXPECT_EQ(path(any), "condition.any") << "none of several holds";
  v1::Condition none;
  *none.mutable_not_() = AtLeast(1);
  EXPECT_EQ(path(none), "condition.not");
}

// The index leaves out only what would not have applied: with outcomes, all campaigns are looked
// at.
TEST(CampaignIndex, LeavesOutNothingThatApplies) {
  const uint32_t seed = Seed();
  SCOPED_TRACE("seed " + std::to_string(seed));
  Dice dice(seed);
  int64_t left_out = 0;
  for (int round = 0; round < 300; ++round) {
    std::vector<v1::Campaign> campaigns;
    for (int i = 0; i < 150; ++i) {
      v1::Campaign campaign = AnyCampaign(dice);
      campaign.set_stops_further(false);
      if (dice.OneIn(3)) campaign.mutable_lines()->add_categories("c");
      if (dice.OneIn(3)) campaign.mutable_lines()->add_brands("d");
      campaigns.push_back(campaign);
    }
    const ProgramRules rules = RulesOf(campaigns);
    v1::RecordOrderRequest order = AnyOrder(dice);
    for (auto& line : *order.mutable_lines()) {
      if (dice.OneIn(2)) line.set_category("c");
      if (dice.OneIn(2)) line.set_brand("d");
    }
    std::vector<CampaignOutcome> outcomes;
    const auto all = EvaluateOrder(rules, order, Noon(), {}, {}, &outcomes);
    ASSERT_TRUE(all.ok());
    const CampaignSet candidates = rules.index.Candidates(order);
    for (size_t i = 0; i < outcomes.size(); ++i) {
      if (candidates.Contains(i)) continue;
      ++left_out;
      ASSERT_TRUE(outcomes[i].kind == CampaignOutcome::Kind::kConditionFailed ||
                  outcomes[i].kind == CampaignOutcome::Kind::kNoLineCounts ||
                  outcomes[i].kind == CampaignOutcome::Kind::kExclusive)
          << campaigns[i].DebugString();
    }
    ASSERT_EQ(Total(*all), Total(Evaluate(rules, order)));
  }
  EXPECT_GT(left_out, 10000);
}

// What the index has found is not looked for again; every other list is.
TEST(CampaignIndex, OnlyTheListsThatItGoesByAreTakenAsRead) {
  v1::Campaign both = Fixed(1);
  *both.mutable_condition()->add_all() = Stores({"north"});
  *both.mutable_condition()->add_all() = Stores({"south"});
  v1::Campaign contrary = Fixed(2);
  *contrary.mutable_condition()->add_all() = Stores({"north"});
  *contrary.mutable_condition()->add_all()->mutable_not_() = Stores({"north"});
  v1::Campaign one_of = Fixed(4);
  *one_of.mutable_condition()->add_all()->add_any() = Stores({"south"});
  *one_of.mutable_condition()->add_all() = Stores({"north"});
  v1::Campaign deeper = Fixed(8);
  v1::Condition* inner = deeper.mutable_condition()->add_all();
  *inner->add_all() = Stores({"north"});
  inner->add_all()->add_channels("web");
  deeper.mutable_condition()->add_all()->add_channels("app");
  v1::Campaign fits = Fixed(16);
  *fits.mutable_condition()->add_all() = Stores({"north"});
  fits.mutable_condition()->add_all()->add_channels("web");
  const ProgramRules rules = RulesOf({both, contrary, one_of, deeper, fits});
  v1::RecordOrderRequest order = Cart();
  order.set_store("north");
  order.set_channel("web");
  EXPECT_EQ(Total(Evaluate(rules, order)), 16);
  order.set_channel("app");
  EXPECT_EQ(Total(Evaluate(rules, order)), 0);
}

}  // namespace
}  // namespace laurel::members::testing
