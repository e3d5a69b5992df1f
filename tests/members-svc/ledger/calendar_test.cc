// The calendar of lots: L7 to L9 and C11 of the worked examples.
#include "members-svc/domain/calendar.h"

#include <gtest/gtest.h>

namespace laurel::members {
namespace {

using Policy = v1::ExpiryPolicy;

absl::TimeZone NewYork() {
  absl::TimeZone zone;
  EXPECT_TRUE(absl::LoadTimeZone("America/New_York", &zone));
  return zone;
}

std::string ExpiryOf(Policy::Form form, int count, absl::CivilSecond start) {
  Policy policy;
  policy.set_form(form);
  policy.set_count(count);
  const auto at = ExpiryTime(policy, absl::FromCivil(start, NewYork()), NewYork());
  return at ? absl::FormatTime("%Y-%m-%d %H:%M", *at, NewYork()) : "never";
}

TEST(Expiry, L7EndOfMonthAndEndOfYear) {
  EXPECT_EQ(ExpiryOf(Policy::FORM_MONTHS_TO_MONTH_END, 0, absl::CivilSecond{2026, 1, 22, 15}),
            "2026-02-01 00:00");
  EXPECT_EQ(ExpiryOf(Policy::FORM_YEAR_END, 0, absl::CivilSecond{2018, 5, 3, 9}),
            "2019-01-01 00:00");
}

TEST(Expiry, L8RollingMonthIsClampedAndUsableToTheEndOfTheDay) {
  EXPECT_EQ(ExpiryOf(Policy::FORM_MONTHS, 1, absl::CivilSecond{2027, 1, 25, 12}),
            "2027-02-26 00:00");
  EXPECT_EQ(ExpiryOf(Policy::FORM_MONTHS, 1, absl::CivilSecond{2027, 1, 31, 12}),
            "2027-03-01 00:00");
}

TEST(Expiry, L9TwelveMonthsToTheEndOfTheMonth) {
  EXPECT_EQ(ExpiryOf(Policy::FORM_MONTHS_TO_MONTH_END, 12, absl::CivilSecond{2020, 7, 6}),
            "2021-08-01 00:00");
}

TEST(Expiry, C11ThirtyDaysEndWithTheThirtiethDayAfter) {
  EXPECT_EQ(ExpiryOf(Policy::FORM_DAYS, 30, absl::CivilSecond{2018, 7, 1, 8}), "2018-08-01 00:00");
}

TEST(Expiry, NeverIsNever) {
  EXPECT_EQ(ExpiryOf(Policy::FORM_NEVER, 0, absl::CivilSecond{2020, 1, 1}), "never");
}

TEST(Expiry, MidnightIsTheProgrammesAcrossAClockChange) {
  // 2026-03-08 is a day of 23 hours in New York.
  EXPECT_EQ(ExpiryOf(Policy::FORM_DAYS, 1, absl::CivilSecond{2026, 3, 7, 23, 59}),
            "2026-03-09 00:00");
}

TEST(Expiry, EndOfQuarterAndOfHalfYear) {
  EXPECT_EQ(ExpiryOf(Policy::FORM_QUARTER_END, 0, absl::CivilSecond{2026, 3, 31, 23}),
            "2026-04-01 00:00");
  EXPECT_EQ(ExpiryOf(Policy::FORM_QUARTER_END, 1, absl::CivilSecond{2026, 11, 5}),
            "2027-04-01 00:00");
  EXPECT_EQ(ExpiryOf(Policy::FORM_HALF_YEAR_END, 0, absl::CivilSecond{2026, 6, 30}),
            "2026-07-01 00:00");
  EXPECT_EQ(ExpiryOf(Policy::FORM_HALF_YEAR_END, 1, absl::CivilSecond{2026, 7, 1}),
            "2027-07-01 00:00");
}

TEST(Expiry, RollingYearsAreClampedToTheMonth) {
  EXPECT_EQ(ExpiryOf(Policy::FORM_YEARS, 1, absl::CivilSecond{2028, 2, 29}), "2029-03-01 00:00");
  EXPECT_EQ(ExpiryOf(Policy::FORM_YEARS, 3, absl::CivilSecond{2026, 5, 3}), "2029-05-04 00:00");
}

std::string FixedExpiryOf(const std::vector<std::string>& dates, int months,
                          absl::CivilSecond start) {
  Policy policy;
  policy.set_form(Policy::FORM_FIXED_DATES);
  policy.set_count(months);
  for (const std::string& date : dates) policy.add_fixed_dates(date);
  const auto at = ExpiryTime(policy, absl::FromCivil(start, NewYork()), NewYork());
  return at ? absl::FormatTime("%Y-%m-%d", *at, NewYork()) : "never";
}

TEST(Expiry, OnTheFirstFixedDateThatIsNotBeforeTheMonths) {
  EXPECT_EQ(FixedExpiryOf({"12-31", "06-30"}, 0, absl::CivilSecond{2026, 3, 1}), "2026-07-01");
  EXPECT_EQ(FixedExpiryOf({"12-31", "06-30"}, 0, absl::CivilSecond{2026, 6, 30, 23}), "2026-07-01");
  EXPECT_EQ(FixedExpiryOf({"12-31", "06-30"}, 4, absl::CivilSecond{2026, 3, 1}), "2027-01-01");
  EXPECT_EQ(FixedExpiryOf({"06-30"}, 0, absl::CivilSecond{2026, 7, 1}), "2027-07-01");
  EXPECT_EQ(FixedExpiryOf({"2026-09-15"}, 0, absl::CivilSecond{2026, 9, 15}), "2026-09-16");
  EXPECT_EQ(FixedExpiryOf({"2026-09-15"}, 0, absl::CivilSecond{2026, 9, 16}), "never");
}

TEST(Expiry, OnlyDatesThatEveryYearHasAreFixedDates) {
  const absl::CivilDay day(1970, 1, 1);
  for (const char* wrong : {"", "02-29", "13-01", "00-10", "6-30", "06/30", "2026-02-30", "ab-cd",
                            "20260-1-01", "2026-06-3x"}) {
    EXPECT_FALSE(FixedDate(wrong, day)) << wrong;
  }
  EXPECT_EQ(FixedDate("2028-02-29", day), absl::CivilDay(2028, 2, 29));
}

TEST(EventDeadline, IsTheEndOfTheLastDay) {
  const absl::Time at =
      EventDeadline(14, absl::FromCivil(absl::CivilSecond(2026, 3, 1, 17), NewYork()), NewYork());
  EXPECT_EQ(absl::FormatTime("%Y-%m-%d %H:%M", at, NewYork()), "2026-03-16 00:00");
}

TEST(Activation, C11ThirtyDaysLaterAtMidnight) {
  const auto at =
      ActivationTime(30, absl::FromCivil(absl::CivilSecond(2018, 7, 1, 17), NewYork()), NewYork());
  ASSERT_TRUE(at);
  EXPECT_EQ(absl::FormatTime("%Y-%m-%d %H:%M", *at, NewYork()), "2018-07-31 00:00");
  EXPECT_FALSE(ActivationTime(0, *at, NewYork()));
}

TEST(LimitPeriod, StartsInTheProgrammesCalendar) {
  using Limit = v1::EarningLimit;
  const absl::Time sunday = absl::FromCivil(absl::CivilSecond(2026, 3, 1, 23, 30), NewYork());
  const auto start = [&](Limit::Period period) {
    return absl::FormatTime("%Y-%m-%d", PeriodStart(period, sunday, NewYork()), NewYork());
  };
  EXPECT_EQ(start(Limit::PERIOD_DAY), "2026-03-01");
  EXPECT_EQ(start(Limit::PERIOD_WEEK), "2026-02-23") << "ISO weeks start on Monday";
  EXPECT_EQ(start(Limit::PERIOD_MONTH), "2026-03-01");
  EXPECT_EQ(start(Limit::PERIOD_YEAR), "2026-01-01");
  EXPECT_EQ(PeriodStart(Limit::PERIOD_UNSPECIFIED, sunday, NewYork()), absl::UnixEpoch());
}

}  // namespace
}  // namespace laurel::members
