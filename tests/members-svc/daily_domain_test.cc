// The days of a programme's calendar and what is told of on each: L-cases over clock changes, days
// that were missed, and windows that join.
#include <gtest/gtest.h>

#include "members-svc/domain/daily.h"

namespace laurel::members {
namespace {

absl::TimeZone Zone(const std::string& name) {
  absl::TimeZone zone;
  EXPECT_TRUE(absl::LoadTimeZone(name, &zone)) << name;
  return zone;
}

int Day(int year, int month, int day) {
  return static_cast<int>(absl::CivilDay(year, month, day) - absl::CivilDay(1970, 1, 1));
}

TEST(Daily, ADayBeginsAtTheZonesMidnightAlsoWhenTheClocksChange) {
  const absl::TimeZone york = Zone("America/New_York");
  EXPECT_EQ(absl::FormatTime(StartOfDay(Day(2026, 3, 8), york), absl::UTCTimeZone()),
            "2026-03-08T05:00:00+00:00");
  EXPECT_EQ(absl::FormatTime(StartOfDay(Day(2026, 3, 9), york), absl::UTCTimeZone()),
            "2026-03-09T04:00:00+00:00")
      << "a day of 23 hours";
  EXPECT_EQ(StartOfDay(Day(2026, 11, 2), york) - StartOfDay(Day(2026, 11, 1), york),
            absl::Hours(25));
  const absl::TimeZone cairo = Zone("Africa/Cairo");
  EXPECT_EQ(absl::FormatTime(StartOfDay(Day(2026, 4, 24), cairo), cairo),
            "2026-04-24T01:00:00+03:00")
      << "this midnight does not exist there";
  for (const char* name : {"America/New_York", "Africa/Cairo", "Asia/Tokyo"}) {
    const absl::TimeZone zone = Zone(name);
    for (int day = Day(2026, 1, 1); day < Day(2027, 1, 1); ++day) {
      const absl::Time start = StartOfDay(day, zone);
      EXPECT_EQ(DayNumberOf(start, zone), day) << name << " " << CivilDayOf(day);
      EXPECT_EQ(DayNumberOf(start - absl::Microseconds(1), zone), day - 1) << name;
    }
  }
}

TEST(Daily, WindowsOfNoticesJoinOverClockChangesAndMissedDays) {
  const absl::TimeZone york = Zone("America/New_York");
  const int first = Day(2026, 2, 20);
  NoticeWindow before = NoticeWindowOf(first, std::nullopt, 14, york);
  EXPECT_EQ(before.from_us, absl::ToUnixMicros(StartOfDay(first, york)));
  int prev = first;
  for (const int step : {1, 1, 3, 1, 10, 1, 1}) {
    const NoticeWindow window = NoticeWindowOf(prev + step, prev, 14, york);
    EXPECT_EQ(window.from_us, before.to_us);
    EXPECT_GT(window.to_us, window.from_us);
    before = window;
    prev += step;
  }
  EXPECT_EQ(before.to_us, absl::ToUnixMicros(StartOfDay(prev + 14, york)));
}

TEST(Daily, ToldOfIsWhatExpiresWithinTheWindowSummedByInstant) {
  const Lots lots = {{0, 100, 5},  {0, 200, 7}, {150, 200, 8},    {-90, kNeverUs, 3},
                     {0, 300, 11}, {0, 400, 1}, {0, kNeverUs, 50}};
  EXPECT_EQ(NoticesOf(lots, {100, 300}, 0), (std::vector<Notice>{{200, 15}, {300, 11}}));
  EXPECT_EQ(NoticesOf(lots, {100, 300}, 200), (std::vector<Notice>{{300, 11}}))
      << "what has expired meanwhile";
  EXPECT_TRUE(NoticesOf({}, {0, kNeverUs}, 0).empty());
}

}  // namespace
}  // namespace laurel::members
