// Segments as a pure function: each condition, scores, stages, and when time alone changes them.
#include <gmock/gmock.h>

#include "lib/status/error.h"
#include "members-svc/domain/segment_validation.h"
#include "tests/members-svc/segments/facts.h"

namespace laurel::members {
namespace {

using testing::Add;
using testing::Defaults;
using ::testing::ElementsAre;
using testing::FactsOf;
using ::testing::HasSubstr;
using testing::UsOf;
using Day = absl::CivilDay;
using Second = absl::CivilSecond;

Truth At(const v1::SegmentCondition& condition, const SegmentFacts& facts, Second at,
         const v1::SegmentSettings& settings = Defaults(), const RfmScale* scale = nullptr) {
  const SegmentMoment moment(facts, settings, scale, UsOf(at, facts.zone));
  return CompiledSegment(condition).At(moment);
}
bool Holds(const v1::SegmentCondition& condition, const SegmentFacts& facts, Second at) {
  return At(condition, facts, at).holds;
}
int NumberOf(Day day) { return static_cast<int>(day - Day(1970, 1, 1)); }

TEST(Segment, RecencyIsCountedInDaysOfTheCalendarFromTheLastOrder) {
  v1::SegmentCondition condition;
  condition.mutable_recency()->set_least_days(1);
  condition.mutable_recency()->set_most_days(30);
  SegmentFacts facts = FactsOf();
  EXPECT_FALSE(Holds(condition, facts, Second(2026, 3, 2))) << "no order";
  Add(facts, UsOf(Second(2026, 3, 1, 23, 59)), 100);
  Add(facts, UsOf(Second(2026, 2, 1)), 100);
  EXPECT_FALSE(Holds(condition, facts, Second(2026, 3, 1, 23, 59, 30))) << "0 days back";
  EXPECT_EQ(At(condition, facts, Second(2026, 3, 1, 23, 59)).next_day, NumberOf(Day(2026, 3, 2)));
  EXPECT_TRUE(Holds(condition, facts, Second(2026, 3, 2)));
  EXPECT_TRUE(Holds(condition, facts, Second(2026, 3, 31, 23, 59, 59)));
  EXPECT_EQ(At(condition, facts, Second(2026, 3, 2)).next_day, NumberOf(Day(2026, 4, 1)));
  EXPECT_FALSE(Holds(condition, facts, Second(2026, 4, 1)));
}

TEST(Segment, IdleSinceTheLastOrderOrJoining) {
  v1::SegmentCondition condition;
  condition.mutable_idle()->set_days(60);
  SegmentFacts facts = FactsOf();
  EXPECT_FALSE(Holds(condition, facts, Second(2026, 3, 10, 23)));
  EXPECT_TRUE(Holds(condition, facts, Second(2026, 3, 11))) << "60 days after joining";
  Add(facts, UsOf(Second(2025, 6, 1)), 100);
  EXPECT_TRUE(Holds(condition, facts, Second(2026, 3, 11))) << "joining is later";
  Add(facts, UsOf(Second(2026, 3, 1)), 100);
  EXPECT_FALSE(Holds(condition, facts, Second(2026, 4, 29)));
  EXPECT_TRUE(Holds(condition, facts, Second(2026, 4, 30)));
}

TEST(Segment, FrequencyAndValueWithinDays) {
  v1::SegmentCondition condition;
  v1::PurchasesCondition& rule = *condition.mutable_purchases();
  rule.set_within_days(30);
  rule.set_least_orders(2);
  rule.set_least_minor_units(500);
  SegmentFacts facts = FactsOf();
  Add(facts, UsOf(Second(2026, 3, 1, 12)), 300);
  Add(facts, UsOf(Second(2026, 3, 10, 12)), 199);
  EXPECT_FALSE(Holds(condition, facts, Second(2026, 3, 11))) << "499";
  Add(facts, UsOf(Second(2026, 3, 10, 13)), 1);
  EXPECT_FALSE(Holds(condition, facts, Second(2026, 3, 10, 12, 30))) << "not yet";
  EXPECT_TRUE(Holds(condition, facts, Second(2026, 3, 10, 13)));
  EXPECT_TRUE(Holds(condition, facts, Second(2026, 3, 30, 23)));
  EXPECT_EQ(At(condition, facts, Second(2026, 3, 30)).next_day, NumberOf(Day(2026, 3, 31)));
  EXPECT_FALSE(Holds(condition, facts, Second(2026, 3, 31))) << "the first is 30 days back";
  rule.set_within_days(0);
  EXPECT_TRUE(Holds(condition, facts, Second(2027, 3, 31)));
  EXPECT_EQ(At(condition, facts, Second(2027, 3, 31)).next_day, kNoDay);
}

TEST(Segment, AtMostSoManyOrdersIncludesNone) {
  v1::SegmentCondition condition;
  condition.mutable_purchases()->set_most_orders(1);
  SegmentFacts facts = FactsOf();
  EXPECT_TRUE(Holds(condition, facts, Second(2026, 3, 1)));
  Add(facts, UsOf(Second(2026, 3, 1)), 1);
  EXPECT_TRUE(Holds(condition, facts, Second(2026, 3, 1)));
  Add(facts, UsOf(Second(2026, 3, 1)), 1);
  EXPECT_FALSE(Holds(condition, facts, Second(2026, 3, 1)));
  condition.mutable_purchases()->clear_most_orders();
  condition.mutable_purchases()->set_most_minor_units(1);
  EXPECT_FALSE(Holds(condition, facts, Second(2026, 3, 1)));
}

TEST(Segment, StoresAndProductsThatWereBought) {
  SegmentFacts facts = FactsOf();
  Purchase& purchase = Add(facts, UsOf(Second(2026, 3, 1)), 700);
  purchase.store = "north";
  purchase.lines.resize(2);
  purchase.lines[0].line.set_category("tea");
  purchase.lines[0].minor_units = 500;
  purchase.lines[1].line.set_sku("cup");
  purchase.lines[1].minor_units = 200;
  const auto holds = [&](auto fill) {
    v1::SegmentCondition condition;
    fill(*condition.mutable_purchases());
    return Holds(condition, facts, Second(2026, 3, 2));
  };
  EXPECT_TRUE(holds([](v1::PurchasesCondition& rule) {
    rule.add_stores("south");
    rule.add_stores("north");
    rule.set_least_orders(1);
  }));
  EXPECT_FALSE(holds([](v1::PurchasesCondition& rule) {
    rule.add_stores("south");
    rule.set_least_orders(1);
  }));
  EXPECT_TRUE(holds([](v1::PurchasesCondition& rule) {
    rule.mutable_lines()->add_categories("tea");
    rule.set_least_minor_units(500);
  }));
  EXPECT_FALSE(holds([](v1::PurchasesCondition& rule) {
    rule.mutable_lines()->add_categories("tea");
    rule.set_least_minor_units(501);
  })) << "only the lines that count";
  EXPECT_FALSE(holds([](v1::PurchasesCondition& rule) {
    rule.mutable_lines()->add_skus("coffee");
    rule.set_least_orders(1);
  }));
}

TEST(Segment, WhatIsLeftOfLinesIsWhatWasNotReturned) {
  v1::Order order;
  for (int i = 0; i < 3; ++i) {
    v1::OrderLine* line = order.add_lines();
    line->set_sku(std::to_string(i));
    line->set_quantity_thousandths(2000);
    line->set_amount_minor_units(100);
  }
  v1::OrderReturn returned;
  const auto back = [&](int number, int64_t quantity, int64_t amount) {
    v1::ReturnedLine* line = returned.add_returned_lines();
    line->set_line_number(number);
    line->set_quantity_thousandths(quantity);
    line->set_amount_minor_units(amount);
  };
  back(1, 1000, 50);
  back(3, 2000, 100);
  const std::vector<LineLeft> left = LinesLeft(order, returned.returned_lines());
  ASSERT_EQ(left.size(), 2u);
  EXPECT_EQ(left[0].line.sku(), "0");
  EXPECT_EQ(left[0].minor_units, 50);
  EXPECT_EQ(left[1].line.sku(), "1");
  EXPECT_EQ(left[1].minor_units, 100);
}

TEST(Segment, TiersAndAttributes) {
  SegmentFacts facts = FactsOf();
  v1::SegmentCondition tier;
  tier.mutable_tier()->set_tier_set("club");
  tier.mutable_tier()->add_tiers("gold");
  EXPECT_FALSE(Holds(tier, facts, Second(2026, 3, 1)));
  facts.tiers["club"] = "silver";
  EXPECT_FALSE(Holds(tier, facts, Second(2026, 3, 1)));
  facts.tiers["club"] = "gold";
  EXPECT_TRUE(Holds(tier, facts, Second(2026, 3, 1)));
  v1::SegmentCondition attribute;
  attribute.mutable_attribute()->set_name("diet");
  EXPECT_FALSE(Holds(attribute, facts, Second(2026, 3, 1)));
  facts.attributes["diet"] = "";
  EXPECT_TRUE(Holds(attribute, facts, Second(2026, 3, 1))) << "a tag";
  attribute.mutable_attribute()->add_values("vegan");
  EXPECT_FALSE(Holds(attribute, facts, Second(2026, 3, 1)));
  facts.attributes["diet"] = "vegan";
  EXPECT_TRUE(Holds(attribute, facts, Second(2026, 3, 1)));
}

TEST(Segment, JoinedSoManyDaysAgoAndWithinDates) {
  const SegmentFacts facts = FactsOf();  // 10 January
  v1::SegmentCondition condition;
  condition.mutable_joined()->set_most_days(29);
  EXPECT_TRUE(Holds(condition, facts, Second(2026, 2, 8, 23)));
  EXPECT_EQ(At(condition, facts, Second(2026, 2, 8)).next_day, NumberOf(Day(2026, 2, 9)));
  EXPECT_FALSE(Holds(condition, facts, Second(2026, 2, 9)));
  condition.mutable_joined()->clear_most_days();
  condition.mutable_joined()->mutable_first_date()->set_year(2026);
  condition.mutable_joined()->mutable_first_date()->set_month(1);
  condition.mutable_joined()->mutable_first_date()->set_day(10);
  EXPECT_TRUE(Holds(condition, facts, Second(2026, 5, 1)));
  condition.mutable_joined()->mutable_first_date()->set_day(11);
  EXPECT_FALSE(Holds(condition, facts, Second(2026, 5, 1)));
}

TEST(Segment, ABirthdayIsNearAlsoAcrossTheYearsEnd) {
  SegmentFacts facts = FactsOf();
  v1::SegmentCondition condition;
  condition.mutable_birthday()->set_days_before(7);
  condition.mutable_birthday()->set_days_after(3);
  EXPECT_FALSE(Holds(condition, facts, Second(2026, 12, 31))) << "not known";
  facts.birthday = 102;  // 2 January
  EXPECT_FALSE(Holds(condition, facts, Second(2026, 12, 25, 23)));
  EXPECT_EQ(At(condition, facts, Second(2026, 12, 25)).next_day, NumberOf(Day(2026, 12, 26)));
  EXPECT_TRUE(Holds(condition, facts, Second(2026, 12, 26)));
  EXPECT_TRUE(Holds(condition, facts, Second(2027, 1, 5)));
  EXPECT_FALSE(Holds(condition, facts, Second(2027, 1, 6)));
  condition.mutable_birthday()->clear_days_before();
  condition.mutable_birthday()->clear_days_after();
  facts.birthday = 229;
  EXPECT_TRUE(Holds(condition, facts, Second(2028, 2, 29)));
  EXPECT_FALSE(Holds(condition, facts, Second(2028, 3, 1)));
  EXPECT_TRUE(Holds(condition, facts, Second(2027, 3, 1)));
}

TEST(Segment, GroupsAskAllOneOrNone) {
  v1::SegmentCondition yes, no;
  yes.mutable_joined()->set_least_days(1);
  no.mutable_idle()->set_days(3650);
  const SegmentFacts facts = FactsOf();
  const auto group = [&](auto fill) {
    v1::SegmentCondition condition;
    fill(condition);
    return Holds(condition, facts, Second(2026, 3, 1));
  };
  EXPECT_FALSE(group([&](auto& c) { *c.add_all() = yes, *c.add_all() = no; }));
  EXPECT_TRUE(group([&](auto& c) { *c.add_all() = yes, *c.add_all() = yes; }));
  EXPECT_TRUE(group([&](auto& c) { *c.add_any() = no, *c.add_any() = yes; }));
  EXPECT_FALSE(group([&](auto& c) { *c.add_any() = no; }));
  EXPECT_TRUE(group([&](auto& c) { *c.mutable_not_() = no; }));
  EXPECT_FALSE(group([&](auto& c) { *c.mutable_not_() = yes; }));
}

TEST(Segment, ScoresCountHowManyBoundsTheValueLiesAbove) {
  const RfmScale scale{.recency_days = {10, 20, 30, 40},
                       .orders = {1, 2, 4, 8},
                       .minor_units = {100, 200, 300, 400}};
  const v1::SegmentSettings settings = Defaults();
  SegmentFacts facts = FactsOf();
  const auto scores = [&](Second at) {
    return SegmentMoment(facts, settings, &scale, UsOf(at)).scores();
  };
  EXPECT_EQ(scores(Second(2026, 3, 1)), Scores()) << "no order";
  Add(facts, UsOf(Second(2026, 3, 1)), 100);
  EXPECT_EQ(scores(Second(2026, 3, 11)), (Scores{5, 1, 1}));
  EXPECT_EQ(scores(Second(2026, 3, 12)), (Scores{4, 1, 1})) << "11 days";
  EXPECT_EQ(scores(Second(2026, 4, 11)), (Scores{1, 1, 1})) << "41 days";
  for (int i = 0; i < 8; ++i) Add(facts, UsOf(Second(2026, 3, 1)), 50);
  EXPECT_EQ(scores(Second(2026, 3, 1)), (Scores{5, 5, 5}));
  EXPECT_EQ(scores(Second(2027, 2, 28)), (Scores{1, 5, 5})) << "364 days";
  EXPECT_EQ(scores(Second(2027, 3, 1)), Scores()) << "out of the window";
  EXPECT_EQ(SegmentMoment(facts, settings, nullptr, UsOf(Second(2026, 3, 1))).scores(), Scores());

  v1::SegmentCondition condition;
  condition.mutable_scores()->mutable_recency()->set_least(4);
  condition.mutable_scores()->mutable_recency()->set_most(4);
  EXPECT_FALSE(At(condition, facts, Second(2026, 3, 11), settings, &scale).holds);
  EXPECT_EQ(At(condition, facts, Second(2026, 3, 11), settings, &scale).next_day,
            NumberOf(Day(2026, 3, 12)));
  EXPECT_TRUE(At(condition, facts, Second(2026, 3, 12), settings, &scale).holds);
}

TEST(Segment, StagesOfALife) {
  const v1::SegmentSettings settings = Defaults();  // 30, 90, 180, 90 days
  SegmentFacts facts = FactsOf();                   // 10 January
  const auto stage = [&](Second at) {
    return SegmentMoment(facts, settings, nullptr, UsOf(at)).stage();
  };
  EXPECT_EQ(stage(Second(2026, 2, 8, 23)), v1::LIFECYCLE_STAGE_NEW);
  EXPECT_EQ(stage(Second(2026, 2, 9)), v1::LIFECYCLE_STAGE_ACTIVE);
  EXPECT_EQ(stage(Second(2026, 4, 10)), v1::LIFECYCLE_STAGE_AT_RISK) << "90 days after joining";
  Add(facts, UsOf(Second(2026, 4, 10)), 100);
  EXPECT_EQ(stage(Second(2026, 4, 10)), v1::LIFECYCLE_STAGE_ACTIVE) << "had not lapsed";
  EXPECT_EQ(stage(Second(2026, 7, 8)), v1::LIFECYCLE_STAGE_ACTIVE);
  EXPECT_EQ(stage(Second(2026, 7, 9)), v1::LIFECYCLE_STAGE_AT_RISK);
  EXPECT_EQ(stage(Second(2026, 10, 6)), v1::LIFECYCLE_STAGE_AT_RISK);
  EXPECT_EQ(stage(Second(2026, 10, 7)), v1::LIFECYCLE_STAGE_LAPSED) << "180 days";
  Add(facts, UsOf(Second(2026, 10, 7)), 100);
  EXPECT_EQ(stage(Second(2026, 10, 7)), v1::LIFECYCLE_STAGE_WON_BACK);
  Add(facts, UsOf(Second(2026, 12, 1)), 100);
  EXPECT_EQ(stage(Second(2027, 1, 4)), v1::LIFECYCLE_STAGE_WON_BACK);
  EXPECT_EQ(stage(Second(2027, 1, 5)), v1::LIFECYCLE_STAGE_ACTIVE) << "90 days after coming back";
  const SegmentMoment moment(facts, settings, nullptr, UsOf(Second(2026, 12, 2)));
  EXPECT_EQ(moment.next_stage_day(), NumberOf(Day(2027, 1, 5)));
}

TEST(Segment, WhatIsWrongIsNamedByItsPath) {
  v1::Segment segment;
  segment.set_kind(v1::SEGMENT_KIND_DYNAMIC);
  v1::SegmentCondition& condition = *segment.mutable_condition();
  condition.add_all();
  v1::SegmentCondition& second = *condition.add_all();
  second.mutable_tier()->set_tier_set("club");
  second.mutable_tier()->add_tiers("diamond");
  second.mutable_recency()->set_least_days(3);
  second.mutable_recency()->set_most_days(2);
  condition.add_all()->mutable_not_()->mutable_purchases()->set_within_days(3);
  condition.add_all()->mutable_joined()->mutable_first_date()->set_year(2026);
  const absl::Status refused = ValidateSegment(segment, {{"club", {"gold"}}}, nullptr);
  EXPECT_EQ(status::ReasonOf(refused), "SEGMENT_INVALID");
  for (const char* path :
       {"segment.condition.all[0]", "segment.condition.all[1].tier.tiers[0]",
        "segment.condition.all[1].recency.mostDays", "segment.condition.all[2].not.purchases",
        "segment.condition.all[3].joined.firstDate"}) {
    EXPECT_THAT(refused.ToString(), HasSubstr(path));
  }
  segment.set_kind(v1::SEGMENT_KIND_STATIC);
  EXPECT_THAT(ValidateSegment(segment, {}, nullptr).ToString(), HasSubstr("segment.condition"));
  segment.clear_condition();
  EXPECT_TRUE(ValidateSegment(segment, {}, nullptr).ok());
  segment.set_kind(v1::SEGMENT_KIND_DYNAMIC);
  EXPECT_THAT(ValidateSegment(segment, {}, nullptr).ToString(), HasSubstr("segment.condition"));
}

TEST(Segment, SettingsThatCannotBeAreRefused) {
  v1::SegmentSettings settings = Defaults();
  EXPECT_TRUE(ValidateSegmentSettings(settings).ok());
  settings.mutable_lifecycle()->set_lapsed_days(90);
  settings.mutable_rfm()->mutable_bounds()->add_orders(1);
  const absl::Status refused = ValidateSegmentSettings(settings);
  EXPECT_EQ(status::ReasonOf(refused), "SEGMENT_SETTINGS_INVALID");
  EXPECT_THAT(refused.ToString(), HasSubstr("settings.lifecycle.lapsedDays"));
  EXPECT_THAT(refused.ToString(), HasSubstr("settings.rfm.bounds.orders"));
}

}  // namespace
}  // namespace laurel::members
