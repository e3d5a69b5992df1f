// Ways to earn in words: golden texts in every language, and the order by which they are tried.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "lib/base/timestamps.h"
#include "members-svc/domain/way_texts.h"
#include "tests/members-svc/campaigns.h"

namespace laurel::members::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

WayContext In(Language language, const std::string& currency = "EUR") {
  WayContext context;
  context.language = language;
  context.currency_code = currency;
  context.zone = absl::UTCTimeZone();
  WalletTypeRules points;
  points.policy.set_code("points");
  points.policy.set_singular("point");
  points.policy.set_plural("points");
  WalletTypeRules miles;
  miles.policy.set_code("miles");
  miles.policy.set_singular("Meile");
  miles.policy.set_plural("Meilen");
  miles.policy.set_decimals(1);
  context.wallet_types = {points, miles};
  context.tier_names[{"status", "gold"}] = "Gold";
  context.activity_names["survey"] = "Survey";
  return context;
}

struct Golden {
  std::string en;
  std::string de;
};
void ExpectEffect(v1::Campaign campaign, const Golden& golden) {
  if (campaign.wallet_type().empty()) campaign.set_wallet_type("points");
  EXPECT_EQ(EffectText(campaign, In(Language::kEnglish)), golden.en);
  EXPECT_EQ(EffectText(campaign, In(Language::kGerman)), golden.de);
}

TEST(WayTexts, What_every_effect_gives) {
  ExpectEffect(PerAmount(1, 100), {"1 point per €1.00", "1 Punkt pro 1,00 €"});
  ExpectEffect(PerAmount(1500, 100000),
               {"1,500 points per €1,000.00", "1.500 Punkte pro 1.000,00 €"});
  ExpectEffect(Fixed(50), {"50 points for an order", "50 Punkte für einen Einkauf"});
  ExpectEffect(PerItem(1), {"1 point for each item", "1 Punkt für jeden Artikel"});
  ExpectEffect(Times(20000), {"Twice the points", "Doppelte Punkte"});
  ExpectEffect(Times(15000), {"1.5 times the points", "1,5-fache Punkte"});
  ExpectEffect(Card(10, 100), {"100 points for every 10 items", "100 Punkte für je 10 Artikel"});
  ExpectEffect(Bands({{10000, 10000}, {0, 25000}}),
               {"1 point per €1.00 up to €100.00 spent, then 25 points per €10.00",
                "1 Punkt pro 1,00 € bis 100,00 € Umsatz, danach 25 Punkte pro 10,00 €"});
  v1::Campaign miles = PerAmount(25, 100);
  miles.set_wallet_type("miles");
  ExpectEffect(miles, {"2.5 Meilen per €1.00", "2,5 Meilen pro 1,00 €"});
  miles.mutable_points_per_amount()->set_points(10);
  ExpectEffect(miles, {"1 Meile per €1.00", "1 Meile pro 1,00 €"});
  v1::Campaign reward;
  reward.mutable_grant_reward()->set_reward_id("rwd_1");
  ExpectEffect(reward, {"A reward for an order", "Eine Prämie für einen Einkauf"});
  v1::Campaign visit;
  visit.mutable_points_per_visit()->set_points(5);
  ExpectEffect(visit,
               {"5 points for each visit to a store", "5 Punkte für jeden Besuch im Geschäft"});
}

TEST(WayTexts, What_every_occasion_is) {
  v1::Campaign campaign = Fixed(100);
  campaign.mutable_trigger()->mutable_birthday();
  ExpectEffect(campaign, {"100 points on your birthday", "100 Punkte zum Geburtstag"});
  campaign.mutable_trigger()->mutable_anniversary();
  ExpectEffect(campaign, {"100 points on every anniversary of joining",
                          "100 Punkte an jedem Jahrestag des Beitritts"});
  campaign.mutable_trigger()->mutable_anniversary()->set_years(1);
  ExpectEffect(campaign,
               {"100 points after 1 year as a member", "100 Punkte nach 1 Jahr Mitgliedschaft"});
  campaign.mutable_trigger()->mutable_activity()->set_activity_type("survey");
  ExpectEffect(campaign, {"100 points for “Survey”", "100 Punkte für „Survey“"});
  campaign.mutable_trigger()->mutable_tier_entered()->set_tier_set("status");
  ExpectEffect(campaign,
               {"100 points on reaching a higher tier", "100 Punkte mit jeder höheren Stufe"});
  campaign.mutable_trigger()->mutable_tier_entered()->set_tier("gold");
  ExpectEffect(campaign, {"100 points on reaching Gold", "100 Punkte beim Erreichen von Gold"});
}

TEST(WayTexts, What_nobody_can_aim_for_is_not_told) {
  v1::Campaign campaign = Fixed(1);
  EXPECT_TRUE(IsTold(campaign));
  campaign.mutable_trigger()->mutable_segment_entered();
  EXPECT_FALSE(IsTold(campaign));
  campaign.mutable_trigger()->mutable_enrolment();
  EXPECT_FALSE(IsTold(campaign));
  v1::Campaign tag;
  tag.mutable_set_attribute()->set_name("vip");
  EXPECT_FALSE(IsTold(tag));
  EXPECT_FALSE(IsTold(v1::Campaign()));
}

TEST(WayTexts, What_else_is_to_know) {
  v1::Campaign campaign = PerAmount(1, 100);
  campaign.set_wallet_type("points");
  v1::Condition& all = *campaign.mutable_condition();
  v1::TimeCondition& time = *all.add_all()->mutable_time();
  time.add_weekdays(v1::WEEKDAY_FRIDAY);
  time.add_weekdays(v1::WEEKDAY_SATURDAY);
  time.set_from_clock("17:00");
  time.set_until_clock("20:00");
  v1::TierCondition& tier = *all.add_all()->mutable_tier();
  tier.set_tier_set("status");
  tier.add_tiers("gold");
  tier.add_tiers("black");
  all.add_all()->mutable_total()->set_least_minor_units(5000);
  all.add_all()->mutable_not_()->add_stores("Berlin");
  v1::Condition& any = *all.add_all();
  any.add_any()->add_channels("web");
  any.add_any()->mutable_order_number()->set_least(1);
  any.mutable_any(1)->mutable_order_number()->set_most(1);
  campaign.mutable_lines()->add_categories("Shoes");
  campaign.mutable_lines()->add_excluded_skus("sale-1");
  campaign.mutable_member_limit()->set_max_points(1000);
  campaign.mutable_member_limit()->set_max_orders(1);
  campaign.mutable_member_limit()->set_period(v1::EarningLimit::PERIOD_MONTH);
  campaign.mutable_total_limit()->set_max_points(100000);
  campaign.mutable_budget()->set_minor_units(1);
  campaign.set_stacking(v1::STACKING_EXCLUSIVE);
  base::SetTimestamp(absl::FromCivil(absl::CivilDay(2026, 4, 1), absl::UTCTimeZone()),
                     campaign.mutable_end_time());
  EXPECT_THAT(
      TermsOf(campaign, In(Language::kEnglish)),
      ElementsAre("Only on Fridays and Saturdays from 17:00 to 20:00.", "Only for Gold or black.",
                  "Only for orders of at least €50.00.", "Not at Berlin.",
                  "Only by way of web or with the first order.", "Counts only category Shoes.",
                  "Does not count: product sale-1.", "Each full €1.00 counts.",
                  "At most 1,000 points per month.", "At most 1 time per month.",
                  "All members together: at most 100,000 points.", "As long as the budget lasts.",
                  "Not together with other offers.", "Until 31 March 2026."));
  EXPECT_THAT(TermsOf(campaign, In(Language::kGerman)),
              ElementsAre("Nur freitags und samstags von 17:00 bis 20:00 Uhr.",
                          "Nur für Gold oder black.", "Nur für Einkäufe ab 50,00 €.",
                          "Nicht bei Berlin.", "Nur auf dem Weg web oder mit dem ersten Einkauf.",
                          "Es zählt nur Kategorie Shoes.", "Es zählt nicht: Artikel sale-1.",
                          "Es zählen jeweils volle 1,00 €.", "Höchstens 1.000 Punkte pro Monat.",
                          "Höchstens 1 Mal pro Monat.",
                          "Alle Mitglieder zusammen: höchstens 100.000 Punkte.",
                          "Solange das Budget reicht.", "Nicht zusammen mit anderen Aktionen.",
                          "Bis 31. März 2026."));
}

TEST(WayTexts, Where_a_member_stands_in_a_tier_set) {
  v1::MemberTier tier;
  tier.set_tier_set("status");
  tier.set_tier("silver");
  tier.set_tier_name("Silver");
  tier.set_metric(v1::TIER_METRIC_ORDERS);
  tier.set_next_tier("vip");
  tier.set_next_tier_name("VIP");
  tier.set_next_tier_distance(2);
  tier.set_needed_to_stay(1);
  base::SetTimestamp(absl::FromCivil(absl::CivilDay(2027, 1, 1), absl::UTCTimeZone()),
                     tier.mutable_stay_time());
  tier.mutable_benefits()->set_points_multiplier_bps(12500);
  const v1::WalletType points = In(Language::kEnglish).WalletTypeOf("points");
  const auto en = TierWayOf(tier, points, In(Language::kEnglish));
  EXPECT_EQ(en.text(), "You are Silver.");
  EXPECT_THAT(en.terms(),
              ElementsAre("2 orders to VIP.", "1 order until 31 December 2026 to stay Silver.",
                          "1.25 times the points."));
  const auto de = TierWayOf(tier, points, In(Language::kGerman));
  EXPECT_EQ(de.text(), "Ihr Status ist Silver.");
  EXPECT_THAT(de.terms(),
              ElementsAre("Noch 2 Einkäufe bis VIP.",
                          "Noch 1 Einkauf bis zum 31. Dezember 2026, um Silver zu bleiben.",
                          "1,25-fache Punkte."));
}

TEST(WayTexts, Money_has_the_decimals_of_its_currency) {
  EXPECT_EQ(MoneyText(Language::kEnglish, 500, "JPY"), "JPY 500");
  EXPECT_EQ(MoneyText(Language::kGerman, 1234567, "KWD"), "1.234,567 KWD");
  EXPECT_EQ(MoneyText(Language::kEnglish, 5, "USD"), "$0.05");
  EXPECT_EQ(MoneyText(Language::kGerman, -123456, "CHF"), "-1.234,56 CHF");
  EXPECT_EQ(Number(Language::kEnglish, std::numeric_limits<int64_t>::min(), 0, Places::kAll),
            "-9,223,372,036,854,775,808");
}

TEST(WayTexts, A_member_gets_the_language_that_is_nearest) {
  v1::Program program;
  program.add_languages("de");
  program.add_languages("en");
  EXPECT_EQ(ChooseLanguage("en", program.languages()), Language::kEnglish);
  EXPECT_EQ(ChooseLanguage("en-GB", program.languages()), Language::kEnglish);
  EXPECT_EQ(ChooseLanguage("fr", program.languages()), Language::kGerman);
  EXPECT_EQ(ChooseLanguage("", program.languages()), Language::kGerman);
  EXPECT_EQ(ChooseLanguage("de", v1::Program().languages()), Language::kEnglish)
      << "only what the programme has";
}

TEST(WayExample, The_order_that_is_tried_meets_what_a_campaign_asks) {
  v1::Campaign campaign = PerItem(1);
  campaign.mutable_lines()->add_skus("a");
  v1::Condition& all = *campaign.mutable_condition();
  all.add_all()->mutable_total()->set_least_minor_units(25000);
  all.add_all()->add_stores("s1");
  v1::LinesCondition& lines = *all.add_all()->mutable_lines();
  lines.mutable_filter()->add_brands("b");
  lines.set_least_quantity_thousandths(2000);
  lines.set_least_amount_minor_units(700);
  const v1::RecordOrderRequest order = ExampleOrder(campaign, "EUR");
  EXPECT_EQ(order.store(), "s1");
  ASSERT_EQ(order.lines_size(), 2);
  EXPECT_EQ(order.lines(0).sku(), "a");
  EXPECT_EQ(order.lines(0).amount_minor_units() + order.lines(1).amount_minor_units(), 25000);
  EXPECT_EQ(order.lines(1).brand(), "b");
  EXPECT_EQ(order.lines(1).quantity_thousandths(), 2000);
  EXPECT_EQ(ExampleOrder(PerAmount(1, 1), "JPY").lines(0).amount_minor_units(), 100);
  EXPECT_EQ(ExampleOrder(PerAmount(1, 1), "KWD").lines(0).amount_minor_units(), 100000);
}

}  // namespace
}  // namespace laurel::members::testing
