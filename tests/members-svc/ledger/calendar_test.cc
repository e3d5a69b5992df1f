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

TEST(Activation, C11ThirtyDaysLaterAtMidnight) {
  const auto at =
      ActivationTime(30, absl::FromCivil(absl::CivilSecond(2018, 7, 1, 17), NewYork()), NewYork());
  ASSERT_TRUE(at);
  EXPECT_EQ(absl::FormatTime("%Y-%m-%d %H:%M", *at, NewYork()), "2018-07-31 00:00");
  EXPECT_FALSE(ActivationTime(0, *at, NewYork()));
}

TEST(LimitPeriod, StartsInTheProgrammesCalendar) {
  using Limit = v1::MemberLimit;
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
