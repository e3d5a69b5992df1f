// Tiers as a pure function: the worked examples T1 to T4 and G7, windows, periods, grace, versions
// and what comes next.
#include <gtest/gtest.h>

#include "members-svc/domain/tier.h"
#include "tests/members-svc/tiers/sets.h"

namespace laurel::members {
namespace {

using testing::HistoryOf;
using testing::RulesOf;
using testing::SetOf;
using testing::Us;
using testing::York;
using Downgrade = v1::TierDowngrade;
using Second = absl::CivilSecond;

constexpr int kBronze = 0;
constexpr int kSilver = 1;
constexpr int kGold = 2;

const int64_t kJoin = Us(Second(2026, 1, 10, 9));

v1::TierSet Lifetime() {
  return SetOf({0, 20, 30}, v1::TIER_WINDOW_LIFETIME, Downgrade::FORM_AT_ONCE);
}

int TierOn(const TierHistory& history, Second at) { return TierAt(history, Us(at)).tier; }

TEST(Tier, T1_AManualTierIsAFloorAndNotALock) {
  TierHistory history = HistoryOf(Lifetime(), kJoin, {{Us(Second(2026, 2, 1)), 40}});
  history.given = {{"silver", Us(Second(2026, 1, 20)), kNoTime}};
  EXPECT_EQ(TierOn(history, Second(2026, 1, 25)), kSilver);
  EXPECT_EQ(TierAt(history, Us(Second(2026, 1, 25))).earned_tier, kBronze);
  EXPECT_EQ(TierOn(history, Second(2026, 2, 1)), kGold) << "at once";
  EXPECT_EQ(TierAt(history, Us(Second(2026, 3, 1))).since_us, Us(Second(2026, 2, 1)));
}

TEST(Tier, T2_FromTheThirdItFallsToTheManualOne) {
  TierHistory history = HistoryOf(
      Lifetime(), kJoin, {{Us(Second(2026, 2, 1)), 40}, {Us(Second(2026, 3, 1, 12)), -40}});
  history.given = {{"silver", Us(Second(2026, 1, 20)), Us(Second(2026, 5, 1, 6))}};
  EXPECT_EQ(TierOn(history, Second(2026, 3, 1, 11)), kGold);
  EXPECT_EQ(TierOn(history, Second(2026, 3, 1, 12)), kSilver);
  EXPECT_EQ(TierAt(history, Us(Second(2026, 4, 1))).since_us, Us(Second(2026, 3, 1, 12)));
  EXPECT_EQ(TierOn(history, Second(2026, 5, 1, 5)), kSilver);
  EXPECT_EQ(TierOn(history, Second(2026, 5, 1, 6)), kBronze) << "half-open";
}

TEST(Tier, T3_GoldSinceTwentyJulyDropsOnTwentyFiveJuly) {
  v1::TierSet set = SetOf({0, 20, 30}, v1::TIER_WINDOW_LIFETIME, Downgrade::FORM_AT_ONCE);
  const std::vector<TierAmount> amounts = {{Us(Second(2026, 7, 20, 15)), 35},
                                           {Us(Second(2026, 7, 25, 10)), -35}};
  TierHistory history = HistoryOf(set, kJoin, amounts);
  EXPECT_EQ(TierOn(history, Second(2026, 7, 25, 9)), kGold);
  EXPECT_EQ(TierOn(history, Second(2026, 7, 25, 10)), kBronze) << "no grace";

  set.mutable_downgrade()->mutable_grace()->set_months(1);
  history.versions = {RulesOf(set)};
  EXPECT_EQ(TierOn(history, Second(2026, 8, 20, 23, 59, 59)), kGold);
  EXPECT_EQ(TierOn(history, Second(2026, 8, 21)), kBronze) << "after 20 August";

  set.mutable_downgrade()->mutable_grace()->set_to_month_end(true);
  history.versions = {RulesOf(set)};
  EXPECT_EQ(TierOn(history, Second(2026, 8, 31, 23, 59, 59)), kGold);
  EXPECT_EQ(TierOn(history, Second(2026, 9, 1)), kBronze) << "after 31 August";
  EXPECT_EQ(TierAt(history, Us(Second(2026, 10, 1))).since_us, Us(Second(2026, 9, 1)));
}

TEST(Tier, T4_TwoToStayWhereTwoHundredAreNeededAndTheNextTierIsShown) {
  v1::TierSet set = SetOf({0, 200, 500}, v1::TIER_WINDOW_CALENDAR_YEAR, Downgrade::FORM_PERIOD_END);
  TierHistory history =
      HistoryOf(set, kJoin, {{Us(Second(2026, 6, 1)), 250}, {Us(Second(2027, 4, 1)), 198}});
  TierOutlook outlook = OutlookAt(history, Us(Second(2027, 5, 1)));
  EXPECT_EQ(outlook.now.tier, kSilver);
  EXPECT_EQ(outlook.needed_to_stay, 2);
  EXPECT_EQ(outlook.stay_us, Us(Second(2028, 1, 1)));
  EXPECT_EQ(outlook.distance, 302);
  EXPECT_EQ(outlook.at_period_end.tier, kBronze);
  ASSERT_TRUE(outlook.next.has_value());
  EXPECT_EQ(outlook.next->at_us, Us(Second(2028, 1, 1)));
  EXPECT_TRUE(outlook.next->down);

  history.amounts.push_back({Us(Second(2027, 5, 1)), 2});
  outlook = OutlookAt(history, Us(Second(2027, 5, 1)));
  EXPECT_EQ(outlook.needed_to_stay, 0);
  EXPECT_EQ(outlook.at_period_end.tier, kSilver);

  history.amounts.push_back({Us(Second(2027, 5, 2)), 300});
  EXPECT_FALSE(OutlookAt(history, Us(Second(2027, 5, 2))).distance.has_value()) << "the top tier";
}

TEST(Tier, G7_TwoOrdersShortOfVipAreTwoToGo) {
  v1::TierSet set = SetOf({0, 10}, v1::TIER_WINDOW_ROLLING_MONTHS, Downgrade::FORM_AT_ONCE);
  set.set_metric(v1::TIER_METRIC_ORDERS);
  set.set_window_months(12);
  TierHistory history = HistoryOf(set, kJoin);
  for (int i = 0; i < 8; ++i) history.amounts.push_back({Us(Second(2026, 3, 1 + i)), 1});
  EXPECT_EQ(OutlookAt(history, Us(Second(2026, 4, 1))).distance, 2);
}

TEST(Tier, ARollingMonthEndsWithItsLastUsableDay) {
  v1::TierSet set = SetOf({0, 10}, v1::TIER_WINDOW_ROLLING_MONTHS, Downgrade::FORM_AT_ONCE);
  set.set_window_months(1);
  TierHistory history = HistoryOf(set, kJoin, {{Us(Second(2026, 1, 31, 12)), 10}});
  EXPECT_EQ(TierOn(history, Second(2026, 1, 31, 11, 59, 59)), kBronze);
  EXPECT_EQ(TierOn(history, Second(2026, 1, 31, 12)), kSilver);
  EXPECT_EQ(TierOn(history, Second(2026, 2, 28, 23, 59, 59)), kSilver);
  EXPECT_EQ(TierOn(history, Second(2026, 3, 1)), kBronze);
  // What comes in the moment that it would fall keeps it.
  history.amounts.push_back({Us(Second(2026, 3, 1)), 10});
  EXPECT_EQ(TierOn(history, Second(2026, 3, 1)), kSilver);
  EXPECT_EQ(TierAt(history, Us(Second(2026, 3, 1))).since_us, Us(Second(2026, 1, 31, 12)));
}

TEST(Tier, PeriodsEndAtTheProgrammesMidnightOverAClockChange) {
  v1::TierSet set = SetOf({0, 10}, v1::TIER_WINDOW_ROLLING_MONTHS, Downgrade::FORM_AT_ONCE);
  set.set_window_months(1);
  TierHistory history = HistoryOf(set, kJoin, {{Us(Second(2026, 2, 8, 12), York()), 10}});
  history.zone = York();
  // New York's clocks go forward on 8 March: its day ends at 04:00 UTC.
  EXPECT_EQ(TierOn(history, Second(2026, 3, 9, 3, 59, 59)), kSilver);
  EXPECT_EQ(TierOn(history, Second(2026, 3, 9, 4)), kBronze);
}

TEST(Tier, EarnedInOneYearItIsKeptToTheEndOfTheNext) {
  const v1::TierSet set =
      SetOf({0, 20, 30}, v1::TIER_WINDOW_CALENDAR_YEAR, Downgrade::FORM_PERIOD_END);
  TierHistory history =
      HistoryOf(set, kJoin, {{Us(Second(2026, 12, 31, 23)), 35}, {Us(Second(2027, 1, 1)), 25}});
  EXPECT_EQ(TierOn(history, Second(2026, 12, 31, 22)), kBronze);
  EXPECT_EQ(TierOn(history, Second(2026, 12, 31, 23)), kGold);
  EXPECT_EQ(TierOn(history, Second(2027, 12, 31, 23, 59, 59)), kGold);
  EXPECT_EQ(TierAt(history, Us(Second(2027, 12, 31))).value, 25) << "what 2027 has";
  EXPECT_EQ(TierOn(history, Second(2028, 1, 1)), kSilver) << "what 2027 reached";
  EXPECT_EQ(TierOn(history, Second(2029, 1, 1)), kBronze);
}

TEST(Tier, OneStepAtPeriodEndMovesOneStep) {
  const v1::TierSet set =
      SetOf({0, 20, 30, 40}, v1::TIER_WINDOW_CALENDAR_YEAR, Downgrade::FORM_ONE_STEP_AT_PERIOD_END);
  const TierHistory history = HistoryOf(set, kJoin, {{Us(Second(2026, 5, 1)), 45}});
  EXPECT_EQ(TierOn(history, Second(2027, 6, 1)), 3);
  EXPECT_EQ(TierOn(history, Second(2028, 1, 1)), 2);
  EXPECT_EQ(TierOn(history, Second(2029, 1, 1)), 1);
  EXPECT_EQ(TierOn(history, Second(2030, 1, 1)), 0);
}

TEST(Tier, NobodyFallsWhereNobodyIsToFall) {
  const v1::TierSet set = SetOf({0, 20}, v1::TIER_WINDOW_CALENDAR_YEAR, Downgrade::FORM_NONE);
  const TierHistory history = HistoryOf(set, kJoin, {{Us(Second(2026, 5, 1)), 20}});
  EXPECT_EQ(TierOn(history, Second(2040, 1, 1)), kSilver);
  EXPECT_FALSE(OutlookAt(history, Us(Second(2026, 6, 1))).next.has_value());
  EXPECT_EQ(OutlookAt(history, Us(Second(2026, 6, 1))).stay_us, kNoTime);
}

TEST(Tier, ATierEnteredShortlyBeforeThePeriodEndsIsKeptForTheGrace) {
  v1::TierSet set = SetOf({0, 20}, v1::TIER_WINDOW_ROLLING_MONTHS, Downgrade::FORM_PERIOD_END);
  set.set_window_months(1);
  set.mutable_downgrade()->mutable_grace()->set_days(60);
  TierHistory history = HistoryOf(set, kJoin, {{Us(Second(2026, 4, 20)), 20}});
  // Out of the window on 21 May, judged at the end of May, kept to 19 June.
  TierOutlook outlook = OutlookAt(history, Us(Second(2026, 5, 22)));
  ASSERT_TRUE(outlook.next.has_value());
  EXPECT_EQ(outlook.next->at_us, Us(Second(2026, 6, 20)));
  EXPECT_EQ(outlook.needed_to_stay, 20);
  EXPECT_EQ(outlook.at_period_end.tier, kSilver);
  history.amounts.push_back({Us(Second(2026, 6, 10)), 20});
  EXPECT_EQ(TierOn(history, Second(2026, 6, 20)), kSilver) << "it had it when the grace ended";
  EXPECT_EQ(TierAt(history, Us(Second(2026, 6, 20))).since_us, Us(Second(2026, 4, 20)));
}

TEST(Tier, AMembershipYearBeginsOnTheAnniversaryAndOnTheTwentyEighthOfTheTwentyNinth) {
  v1::TierSet set = SetOf({0, 10}, v1::TIER_WINDOW_MEMBERSHIP_YEAR, Downgrade::FORM_PERIOD_END);
  const int64_t leap = Us(Second(2024, 2, 29, 13));
  EXPECT_EQ(PeriodEnd(set.window(), leap, leap, absl::UTCTimeZone()), Us(Second(2025, 2, 28)));
  EXPECT_EQ(PeriodEnd(set.window(), Us(Second(2025, 2, 28)), leap, absl::UTCTimeZone()),
            Us(Second(2026, 2, 28)));
  EXPECT_EQ(PeriodEnd(set.window(), Us(Second(2027, 12, 1)), leap, absl::UTCTimeZone()),
            Us(Second(2028, 2, 29)));
  const TierHistory history =
      HistoryOf(set, leap, {{Us(Second(2024, 2, 29, 12)), 10}, {Us(Second(2024, 2, 29, 14)), 4}});
  EXPECT_EQ(TierAt(history, leap).value, 0) << "from before joining";
  EXPECT_EQ(TierAt(history, Us(Second(2024, 3, 1))).value, 4);
}

TEST(Tier, SinceJoiningCountsFromThenOnAndALifetimeAll) {
  v1::TierSet set = SetOf({0, 10}, v1::TIER_WINDOW_SINCE_JOINING, Downgrade::FORM_NONE);
  TierHistory history =
      HistoryOf(set, kJoin, {{kJoin - 1, 10}, {kJoin, 5}, {Us(Second(2036, 1, 1)), 5}});
  EXPECT_EQ(TierAt(history, kJoin).value, 5);
  EXPECT_EQ(TierOn(history, Second(2036, 1, 1)), kSilver);
  set.set_window(v1::TIER_WINDOW_LIFETIME);
  history.versions = {RulesOf(set)};
  EXPECT_EQ(TierAt(history, kJoin).value, 15);
  EXPECT_EQ(TierAt(history, kJoin).tier, kSilver);
  EXPECT_EQ(TierAt(history, kJoin - 1).since_us, kJoin);
}

TEST(Tier, ANewVersionHoldsFromItsTimeOnAndKeepsTiersByTheirCode) {
  v1::TierSet first = SetOf({0, 20, 30}, v1::TIER_WINDOW_LIFETIME, Downgrade::FORM_AT_ONCE);
  v1::TierSet second = SetOf({0, 5, 25, 40}, v1::TIER_WINDOW_LIFETIME, Downgrade::FORM_NONE);
  second.set_version(2);
  second.mutable_tiers(1)->set_code("iron");
  second.mutable_tiers(2)->set_code("silver");
  second.mutable_tiers(3)->set_code("gold");
  TierHistory history = HistoryOf(first, kJoin, {{Us(Second(2026, 2, 1)), 35}});
  history.versions.push_back(RulesOf(second, Us(Second(2026, 6, 1))));
  EXPECT_EQ(TierOn(history, Second(2026, 5, 31)), kGold);
  EXPECT_EQ(TierOn(history, Second(2026, 6, 1)), 3) << "gold, though it takes 40 now";
  EXPECT_EQ(TierAt(history, Us(Second(2026, 7, 1))).since_us, Us(Second(2026, 2, 1)));
  // Whose tier is gone is where its value puts it.
  second.mutable_tiers(3)->set_code("platinum");
  history.versions[1] = RulesOf(second, Us(Second(2026, 6, 1)));
  EXPECT_EQ(TierOn(history, Second(2026, 6, 1)), 2);
  const TierOutlook outlook = OutlookAt(history, Us(Second(2026, 5, 1)));
  ASSERT_TRUE(outlook.next.has_value());
  EXPECT_EQ(outlook.next->at_us, Us(Second(2026, 6, 1)));
  EXPECT_EQ(outlook.next->version, 1);
}

TEST(Tier, ANewVersionCountsItsOwnWindow) {
  v1::TierSet first = SetOf({0, 20}, v1::TIER_WINDOW_CALENDAR_YEAR, Downgrade::FORM_AT_ONCE);
  v1::TierSet second = SetOf({0, 20}, v1::TIER_WINDOW_LIFETIME, Downgrade::FORM_AT_ONCE);
  TierHistory history =
      HistoryOf(first, kJoin, {{Us(Second(2026, 11, 1)), 15}, {Us(Second(2027, 2, 1)), 15}});
  EXPECT_EQ(TierOn(history, Second(2027, 3, 1)), kBronze);
  history.versions.push_back(RulesOf(second, Us(Second(2027, 3, 1))));
  EXPECT_EQ(TierAt(history, Us(Second(2027, 2, 28))).value, 15);
  EXPECT_EQ(TierAt(history, Us(Second(2027, 3, 1))).value, 30);
  EXPECT_EQ(TierOn(history, Second(2027, 3, 1)), kSilver);
}

}  // namespace
}  // namespace laurel::members
