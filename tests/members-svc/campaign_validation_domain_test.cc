// What is refused on saving, each by the path of what is wrong.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>

#include "lib/base/timestamps.h"
#include "lib/status/error.h"
#include "lib/status/mapping.h"
#include "members-svc/domain/campaign_validation.h"
#include "members-svc/domain/condition_validation.h"
#include "tests/members-svc/random_campaigns.h"

namespace laurel::members::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

std::vector<WalletTypeRules> Wallets() {
  std::vector<WalletTypeRules> types(2);
  types[0].policy.set_code("points");
  types[1].policy.set_code("miles");
  return types;
}

absl::Status Validate(v1::Campaign campaign) {
  Normalise(&campaign);
  return ValidateCampaign(campaign, Wallets(), {.now = Noon(), .time_zone = absl::UTCTimeZone()});
}
void ExpectWrong(const v1::Campaign& campaign, const std::string& path) {
  const absl::Status status = Validate(campaign);
  EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument) << path;
  EXPECT_EQ(status::ReasonOf(status), "CAMPAIGN_INVALID") << path;
  EXPECT_THAT(status::ToProto(status).DebugString(), HasSubstr('"' + path + '"'));
}
v1::Campaign If(const v1::Condition& condition) {
  v1::Campaign campaign = Fixed(5);
  *campaign.mutable_condition() = condition;
  return campaign;
}
v1::TimeCondition* TimeOf(v1::Campaign& campaign) {
  return campaign.mutable_condition()->mutable_time();
}

TEST(CampaignValidation, RandomCampaignsAreSound) {
  const uint32_t seed = Seed();
  SCOPED_TRACE("seed " + std::to_string(seed));
  Dice dice(seed);
  for (int i = 0; i < 2000; ++i) {
    const v1::Campaign campaign = AnyCampaign(dice);
    ASSERT_TRUE(Validate(campaign).ok()) << Validate(campaign) << campaign.DebugString();
  }
}

TEST(CampaignValidation, WhatItNamesIsThere) {
  CampaignReferences known;
  known.tiers["club"] = {"base", "gold"};
  known.segments.insert("seg_regulars");
  known.activity_types["survey"].set_code("survey");
  const auto wrong = [&known](const v1::Campaign& campaign) {
    std::vector<status::Violation> violations;
    CheckReferences(campaign, known, &violations);
    std::vector<std::string> paths;
    for (const status::Violation& violation : violations) paths.push_back(violation.field);
    return paths;
  };
  v1::Condition condition;
  v1::Condition& tier = *condition.add_all()->mutable_not_();
  tier.mutable_tier()->set_tier_set("club");
  tier.mutable_tier()->add_tiers("gold");
  v1::Condition& segment = *condition.add_all()->add_any();
  segment.add_segments("seg_regulars");
  EXPECT_THAT(wrong(If(condition)), IsEmpty());
  tier.mutable_tier()->add_tiers("gild");
  segment.add_segments("seg_strangers");
  EXPECT_THAT(wrong(If(condition)), ElementsAre("campaign.condition.all[0].not.tier.tiers[1]",
                                                "campaign.condition.all[1].any[0].segments[1]"));
  tier.mutable_tier()->set_tier_set("cub");
  EXPECT_THAT(wrong(If(condition)), ElementsAre("campaign.condition.all[0].not.tier.tierSet",
                                                "campaign.condition.all[1].any[0].segments[1]"));
  v1::Campaign campaign = Fixed(5);
  v1::CampaignTrigger& trigger = *campaign.mutable_trigger();
  trigger.mutable_activity()->set_activity_type("survey");
  EXPECT_THAT(wrong(campaign), IsEmpty());
  trigger.mutable_activity()->set_activity_type("surveys");
  EXPECT_THAT(wrong(campaign), ElementsAre("campaign.trigger.activity.activityType"));
  trigger.mutable_activity()->set_activity_type("survey");
  const auto attribute = [&known](const char* name, v1::ActivityAttribute::Type type) {
    auto& added = *known.activity_types["survey"].add_attributes();
    added.set_name(name);
    added.set_type(type);
    return &added;
  };
  attribute("score", v1::ActivityAttribute::TYPE_INTEGER)->set_most(10);
  attribute("mood", v1::ActivityAttribute::TYPE_ENUM)->add_values("good");
  const auto ask = [&trigger](const std::map<std::string, std::string>& values) {
    auto& asked = *trigger.mutable_activity()->mutable_attributes();
    asked.clear();
    asked.insert(values.begin(), values.end());
  };
  ask({{"score", "7"}, {"mood", "good"}});
  EXPECT_THAT(wrong(campaign), IsEmpty());
  ask({{"score", "007"}, {"mood", "God"}, {"mod", "good"}});
  EXPECT_THAT(wrong(campaign), ElementsAre("campaign.trigger.activity.attributes.mod",
                                           "campaign.trigger.activity.attributes.mood",
                                           "campaign.trigger.activity.attributes.score"));
  ask({{"score", "11"}});
  EXPECT_THAT(wrong(campaign), ElementsAre("campaign.trigger.activity.attributes.score"));
  ask({{"score", "7"}});
  known.activity_types["survey"].set_sensitive(true);
  EXPECT_THAT(wrong(campaign), ElementsAre("campaign.trigger.activity.attributes.score"));
  trigger.mutable_segment_entered()->set_segment_id("seg_strangers");
  EXPECT_THAT(wrong(campaign), ElementsAre("campaign.trigger.segmentEntered.segmentId"));
  trigger.mutable_tier_entered()->set_tier_set("club");
  trigger.mutable_tier_entered()->set_tier("gild");
  EXPECT_THAT(wrong(campaign), ElementsAre("campaign.trigger.tierEntered.tier"));
}

// Buying, returning and buying again comes in again; what was given stays.
TEST(CampaignValidation, ComingIntoATierOrSegmentGivesWithinALimitOfTheMember) {
  v1::Campaign campaign = Fixed(5);
  campaign.mutable_trigger()->mutable_tier_entered()->set_tier_set("club");
  ExpectWrong(campaign, "campaign.memberLimit");
  campaign.mutable_trigger()->mutable_segment_entered()->set_segment_id("seg_regulars");
  ExpectWrong(campaign, "campaign.memberLimit");
  campaign.mutable_member_limit()->set_max_orders(1);
  EXPECT_TRUE(Validate(campaign).ok());
  campaign.clear_member_limit();
  campaign.mutable_trigger()->mutable_enrolment();
  EXPECT_TRUE(Validate(campaign).ok());
}

TEST(CampaignValidation, BasisAndRounding) {
  v1::Campaign campaign = PerAmount(1, 100);
  campaign.mutable_points_per_amount()->set_rounding(v1::ROUNDING_UP);
  ExpectWrong(campaign, "campaign.pointsPerAmount.rounding");
  campaign.mutable_points_per_amount()->set_pro_rata(true);
  EXPECT_TRUE(Validate(campaign).ok());
  campaign.mutable_points_per_amount()->set_before_discounts(true);
  EXPECT_TRUE(Validate(campaign).ok());
  campaign.mutable_points_per_amount()->set_tax(v1::TAX_BASIS_WITHOUT_TAX);
  ExpectWrong(campaign, "campaign.pointsPerAmount.tax");
  campaign = PerAmount(1, 100);
  campaign.mutable_points_per_amount()->set_tax(static_cast<v1::TaxBasis>(77));
  ExpectWrong(campaign, "campaign.pointsPerAmount.tax");
  campaign = Bands({{0, 1}});
  campaign.mutable_bands()->set_include_delivery(true);
  campaign.mutable_lines()->add_skus("a");
  ExpectWrong(campaign, "campaign.bands.includeDelivery");
}

TEST(CampaignValidation, BandsAscendAndEarn) {
  EXPECT_TRUE(Validate(Bands({{500000, 100}, {750000, 120}, {1000000, 150}, {0, 0}})).ok());
  ExpectWrong(Bands({{500, 1}, {500, 2}}), "campaign.bands.bands[1].upToMinorUnits");
  ExpectWrong(Bands({{500, 1}, {400, 2}, {450, 3}}), "campaign.bands.bands[1].upToMinorUnits");
  ExpectWrong(Bands({{500, 1}, {400, 2}, {450, 3}}), "campaign.bands.bands[2].upToMinorUnits");
  ExpectWrong(Bands({{0, 1}, {400, 2}}), "campaign.bands.bands[0].upToMinorUnits");
  ExpectWrong(Bands({{500, 0}, {0, 0}}), "campaign.bands.bands");
  v1::Campaign campaign = Bands({{500, 1}});
  campaign.mutable_bands()->set_period(static_cast<v1::EarningLimit::Period>(9));
  ExpectWrong(campaign, "campaign.bands.period");
}

TEST(CampaignValidation, LimitsLimitAndBudgetsPay) {
  v1::Campaign campaign = Fixed(5);
  campaign.mutable_member_limit()->set_period(v1::EarningLimit::PERIOD_DAY);
  ExpectWrong(campaign, "campaign.memberLimit");
  campaign.clear_member_limit();
  campaign.mutable_total_limit()->set_period(v1::EarningLimit::PERIOD_MONTH);
  ExpectWrong(campaign, "campaign.totalLimit");
  campaign.mutable_budget()->set_minor_units(9);
  campaign.mutable_budget()->set_minor_units_per_thousand_points(9001);
  ExpectWrong(campaign, "campaign.budget.minorUnits");
  campaign.mutable_budget()->set_minor_units_per_thousand_points(9000);
  EXPECT_TRUE(Validate(campaign).ok()) << "one point per month";
  campaign.mutable_total_limit()->set_period(static_cast<v1::EarningLimit::Period>(9));
  ExpectWrong(campaign, "campaign.totalLimit.period");
}

TEST(CampaignValidation, GroupsAreOfWhatCanCompete) {
  v1::Campaign campaign = Fixed(5);
  campaign.set_best_of_group("spring");
  EXPECT_TRUE(Validate(campaign).ok());
  campaign.set_stacking(v1::STACKING_EXCLUSIVE);
  ExpectWrong(campaign, "campaign.bestOfGroup");
  for (v1::Campaign counting : {Bands({{0, 1}}), Card(10, 1)}) {
    counting.set_best_of_group("spring");
    ExpectWrong(counting, "campaign.bestOfGroup");
  }
  campaign = Times(20000);
  campaign.set_best_of_group("spring");
  EXPECT_TRUE(Validate(campaign).ok());
  campaign.set_stops_further(true);
  ExpectWrong(campaign, "campaign.stopsFurther");
}

TEST(CampaignValidation, AConditionIsExactlyOneOfItsParts) {
  v1::Condition condition;
  ExpectWrong(If(condition), "campaign.condition");
  condition.add_stores("north");
  EXPECT_TRUE(Validate(If(condition)).ok());
  condition.add_channels("web");
  ExpectWrong(If(condition), "campaign.condition");
  v1::Condition group;
  group.add_all()->add_stores("north");
  group.add_all();
  ExpectWrong(If(group), "campaign.condition.all[1]");
  group.mutable_all(1)->add_any()->mutable_not_();
  ExpectWrong(If(group), "campaign.condition.all[1].any[0].not");
}

TEST(CampaignValidation, ConditionsAreNeitherTooDeepNorTooMany) {
  v1::Condition deep;
  deep.add_stores("north");
  std::string path = "campaign.condition";
  for (int depth = 1; depth < kMostConditionDepth; ++depth) {
    v1::Condition outer;
    *outer.mutable_not_() = deep;
    deep = outer;
    path += ".not";
  }
  EXPECT_TRUE(Validate(If(deep)).ok());
  v1::Condition deeper;
  *deeper.mutable_not_() = deep;
  ExpectWrong(If(deeper), path + ".not");
  v1::Condition wide;
  for (int i = 1; i < kMostConditions; ++i) wide.add_any()->add_stores("north");
  EXPECT_TRUE(Validate(If(wide)).ok());
  wide.add_any()->add_stores("north");
  ExpectWrong(If(wide), "campaign.condition.any[63]");
}

TEST(CampaignValidation, BoundsThatNothingMeets) {
  v1::Condition condition;
  condition.mutable_total();
  ExpectWrong(If(condition), "campaign.condition.total");
  condition.mutable_total()->set_least_minor_units(5);
  condition.mutable_total()->set_most_minor_units(4);
  ExpectWrong(If(condition), "campaign.condition.total.mostMinorUnits");
  condition.Clear();
  condition.mutable_lines()->mutable_filter();
  ExpectWrong(If(condition), "campaign.condition.lines.filter");
  condition.mutable_lines()->mutable_filter()->add_skus("a");
  condition.mutable_lines()->mutable_filter()->add_excluded_skus("a");
  ExpectWrong(If(condition), "campaign.condition.lines.filter.excludedSkus[0]");
  condition.Clear();
  condition.add_stores("north");
  condition.add_stores("north");
  condition.add_stores("");
  ExpectWrong(If(condition), "campaign.condition.stores[1]");
  ExpectWrong(If(condition), "campaign.condition.stores[2]");
}

TEST(CampaignValidation, TimesThatNeverCome) {
  v1::Campaign campaign = Fixed(5);
  TimeOf(campaign);
  ExpectWrong(campaign, "campaign.condition.time");
  TimeOf(campaign)->set_from_clock("17:00");
  EXPECT_TRUE(Validate(campaign).ok());
  TimeOf(campaign)->set_until_clock("17:00");
  ExpectWrong(campaign, "campaign.condition.time.untilClock");
  TimeOf(campaign)->set_until_clock("02:00");
  EXPECT_TRUE(Validate(campaign).ok()) << "a night";
  TimeOf(campaign)->Clear();
  TimeOf(campaign)->set_until_clock("00:00");
  ExpectWrong(campaign, "campaign.condition.time.untilClock");
  TimeOf(campaign)->Clear();
  TimeOf(campaign)->add_weekdays(v1::WEEKDAY_MONDAY);
  TimeOf(campaign)->add_weekdays(v1::WEEKDAY_MONDAY);
  TimeOf(campaign)->add_weekdays(v1::WEEKDAY_UNSPECIFIED);
  ExpectWrong(campaign, "campaign.condition.time.weekdays[1]");
  ExpectWrong(campaign, "campaign.condition.time.weekdays[2]");
  TimeOf(campaign)->Clear();
  const auto date = [](google::type::Date* out, int year, int month, int day) {
    out->set_year(year);
    out->set_month(month);
    out->set_day(day);
  };
  date(TimeOf(campaign)->mutable_first_date(), 2026, 5, 1);
  date(TimeOf(campaign)->mutable_last_date(), 2026, 4, 30);
  ExpectWrong(campaign, "campaign.condition.time.lastDate");
  date(TimeOf(campaign)->mutable_first_date(), 2026, 2, 29);
  ExpectWrong(campaign, "campaign.condition.time.firstDate");
}

TEST(CampaignValidation, WhatConditionsAskOfTheMember) {
  v1::Condition condition;
  condition.mutable_order_number()->set_least(5);
  EXPECT_TRUE(Validate(If(condition)).ok());
  condition.mutable_order_number()->set_most(4);
  ExpectWrong(If(condition), "campaign.condition.orderNumber.most");
  condition.mutable_first_at_store();
  ExpectWrong(If(condition), "campaign.condition");
  condition.Clear();
  condition.mutable_tier()->set_tier_set("club");
  condition.mutable_tier()->add_tiers("gold");
  EXPECT_TRUE(Validate(If(condition)).ok());
  condition.mutable_tier()->add_tiers("gold");
  ExpectWrong(If(condition), "campaign.condition.tier.tiers[1]");
  condition.Clear();
  condition.add_segments(base::EncodeId("seg", base::Uuid{1, 1}));
  EXPECT_TRUE(Validate(If(condition)).ok());
  condition.add_segments("regulars");
  condition.add_segments(condition.segments(0));
  ExpectWrong(If(condition), "campaign.condition.segments[1]");
  ExpectWrong(If(condition), "campaign.condition.segments[2]");
  condition.Clear();
  condition.mutable_attribute()->set_name("diet");
  condition.mutable_attribute()->add_values("");
  EXPECT_TRUE(Validate(If(condition)).ok()) << "a tag";
  condition.mutable_attribute()->add_values("");
  ExpectWrong(If(condition), "campaign.condition.attribute.values[1]");
}

TEST(CampaignValidation, WhatOtherTriggersThanOrdersCannotDo) {
  v1::Campaign campaign = Fixed(5);
  campaign.mutable_trigger();
  ExpectWrong(campaign, "campaign.trigger");
  campaign.mutable_trigger()->mutable_birthday();
  EXPECT_TRUE(Validate(campaign).ok());
  campaign.mutable_condition()->add_all()->mutable_tier()->set_tier_set("club");
  campaign.mutable_condition()->add_all()->mutable_not_()->add_stores("north");
  campaign.mutable_condition()->add_all()->mutable_order_number()->set_least(1);
  campaign.mutable_condition()->add_all()->mutable_first_at_store();
  campaign.mutable_condition()->add_all()->mutable_total()->set_least_minor_units(1);
  campaign.mutable_condition()->add_all()->mutable_lines()->mutable_filter()->add_skus("a");
  campaign.mutable_condition()->add_all()->add_channels("web");
  for (const char* path : {"all[1].not.stores", "all[2].orderNumber", "all[3].firstAtStore",
                           "all[4].total", "all[5].lines", "all[6].channels"}) {
    ExpectWrong(campaign, std::string("campaign.condition.") + path);
  }
  campaign.clear_condition();
  campaign.mutable_lines()->add_skus("a");
  ExpectWrong(campaign, "campaign.lines");
  v1::Campaign visit;
  visit.mutable_points_per_visit()->set_points(5);
  for (const auto& [effect, path] :
       {std::pair{PerAmount(1, 100), "campaign.pointsPerAmount"},
        std::pair{PerItem(1), "campaign.pointsPerItem"},
        std::pair{Times(20000), "campaign.multiplier"},
        std::pair{Bands({{0, 1}}), "campaign.bands"}, std::pair{Card(5, 5), "campaign.punchCard"},
        std::pair{visit, "campaign.pointsPerVisit"}}) {
    EXPECT_TRUE(Validate(effect).ok());
    v1::Campaign triggered = effect;
    triggered.mutable_trigger()->mutable_enrolment();
    ExpectWrong(triggered, path);
  }
}

TEST(CampaignValidation, WhatGivesNoPointsHasNothingOfThem) {
  v1::Campaign campaign;
  campaign.mutable_set_attribute()->set_name("vip");
  campaign.mutable_member_limit()->set_max_orders(1);
  EXPECT_TRUE(Validate(campaign).ok());
  campaign.mutable_member_limit()->set_max_points(1);
  campaign.mutable_total_limit()->set_max_points(1);
  campaign.mutable_budget()->set_minor_units(1000);
  campaign.mutable_budget()->set_minor_units_per_thousand_points(1000);
  campaign.mutable_lots()->mutable_pending()->set_days(1);
  campaign.set_best_of_group("spring");
  for (const char* path : {"campaign.memberLimit.maxPoints", "campaign.totalLimit.maxPoints",
                           "campaign.budget", "campaign.lots", "campaign.bestOfGroup"}) {
    ExpectWrong(campaign, path);
  }
}

TEST(CampaignValidation, EverythingThatIsWrongIsNamedAtOnce) {
  v1::Campaign campaign = Bands({{500, 1}, {400, 2}});
  campaign.set_best_of_group("spring");
  campaign.mutable_condition()->mutable_total();
  campaign.set_wallet_type("gold");
  for (const char* path : {"campaign.bands.bands[1].upToMinorUnits", "campaign.bestOfGroup",
                           "campaign.condition.total", "campaign.walletType"}) {
    ExpectWrong(campaign, path);
  }
}

}  // namespace
}  // namespace laurel::members::testing
