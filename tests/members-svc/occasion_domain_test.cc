// Occasions of the calendar: what is kept on which day.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "members-svc/domain/daily.h"
#include "members-svc/domain/occasion.h"
#include "members-svc/domain/trigger.h"

namespace laurel::members {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

int Day(int year, int month, int day) {
  return static_cast<int>(absl::CivilDay(year, month, day) - absl::CivilDay(1970, 1, 1));
}

// The first days of the windows, and their numbers of years.
std::vector<std::pair<std::string, int>> Windows(int day, int most_years,
                                                 absl::TimeZone zone = absl::UTCTimeZone()) {
  std::vector<std::pair<std::string, int>> out;
  for (const JoinWindow& window : JoinWindowsOf(day, most_years, zone)) {
    out.emplace_back(absl::FormatCivilTime(absl::ToCivilDay(window.from, zone)), window.years);
  }
  return out;
}

TEST(Occasion, ALeapDayIsKeptOnTheFirstOfMarchWhereTheYearHasNone) {
  EXPECT_THAT(BirthdaysOn(absl::CivilDay(2026, 3, 1)), ElementsAre("03-01", "02-29"));
  EXPECT_THAT(BirthdaysOn(absl::CivilDay(2028, 3, 1)), ElementsAre("03-01"));
  EXPECT_THAT(BirthdaysOn(absl::CivilDay(2028, 2, 29)), ElementsAre("02-29"));
  EXPECT_THAT(BirthdaysOn(absl::CivilDay(2026, 2, 28)), ElementsAre("02-28"));
  // 1900 had no 29 February, 2000 had one.
  EXPECT_THAT(BirthdaysOn(absl::CivilDay(1900, 3, 1)), ElementsAre("03-01", "02-29"));
  EXPECT_THAT(BirthdaysOn(absl::CivilDay(2000, 3, 1)), ElementsAre("03-01"));
}

TEST(Occasion, AnniversariesOfALeapDayFollowTheSameRule) {
  EXPECT_THAT(Windows(Day(2026, 3, 1), 3),
              ElementsAre(std::pair("2025-03-01", 1), std::pair("2024-03-01", 2),
                          std::pair("2024-02-29", 2), std::pair("2023-03-01", 3)));
  EXPECT_THAT(Windows(Day(2028, 2, 29), 5), ElementsAre(std::pair("2024-02-29", 4)));
  EXPECT_THAT(Windows(Day(2028, 3, 1), 4),
              ElementsAre(std::pair("2027-03-01", 1), std::pair("2026-03-01", 2),
                          std::pair("2025-03-01", 3), std::pair("2024-03-01", 4)));
  EXPECT_THAT(Windows(Day(1970, 5, 5), 9), IsEmpty());
}

TEST(Occasion, AnniversariesAreThoseOfTheProgrammesCalendar) {
  absl::TimeZone zone;
  ASSERT_TRUE(absl::LoadTimeZone("Pacific/Auckland", &zone));
  const auto windows = JoinWindowsOf(Day(2026, 4, 5), 1, zone);
  ASSERT_EQ(windows.size(), 1U);
  // 5 April 2025 was 24 hours of summer time; the clocks went back on the 6th.
  EXPECT_EQ(windows[0].from,
            absl::FromCivil(absl::CivilSecond(2025, 4, 4, 11), absl::UTCTimeZone()));
  EXPECT_EQ(windows[0].to - windows[0].from, absl::Hours(24));
}

TEST(Occasion, MissedDaysAreMadeUpForUpToAYear) {
  EXPECT_EQ(OccasionDaysOf(100, std::nullopt).first, 100);
  EXPECT_EQ(OccasionDaysOf(100, 99).first, 100);
  EXPECT_EQ(OccasionDaysOf(100, 95).first, 96);
  EXPECT_EQ(OccasionDaysOf(1000, 5).first, 1000 - kMostMissedDays);
  EXPECT_EQ(OccasionDaysOf(100, 95).last, 100);
}

TEST(Occasion, KeysAreThoseOfTheTriggers) {
  v1::CampaignTrigger trigger;
  trigger.mutable_enrolment();
  EXPECT_EQ(TriggerKey(trigger), kEnrolmentKey);
  trigger.mutable_birthday();
  EXPECT_EQ(TriggerKey(trigger), kBirthdayKey);
  trigger.mutable_anniversary();
  EXPECT_EQ(TriggerKey(trigger), kAnniversaryKey);
  trigger.mutable_order_returned();
  EXPECT_EQ(TriggerKey(trigger), kOrderReturnedKey);
  trigger.mutable_tier_entered()->set_tier_set("status");
  EXPECT_EQ(TriggerKey(trigger), TierEnteredKey("status"));
  const base::Uuid segment = base::HashedUuid("a segment");
  trigger.mutable_segment_entered()->set_segment_id(base::EncodeId("seg", segment));
  EXPECT_EQ(TriggerKey(trigger), SegmentEnteredKey(segment));
  trigger.mutable_inactivity()->set_days(30);
  EXPECT_EQ(TriggerKey(trigger), InactivityKey(30));
}

TEST(Occasion, RulesSayWhatIsLookedFor) {
  ProgramRules rules;
  EXPECT_FALSE(Runs(rules, kBirthdayKey));
  EXPECT_THAT(InactivityDaysOf(rules), IsEmpty());
  for (const char* key : {"birthday", "inactivity/90", "inactivity/7", "activity/inactivity"}) {
    rules.triggered[key] = std::make_shared<ProgramRules>();
  }
  EXPECT_TRUE(Runs(rules, kBirthdayKey));
  EXPECT_FALSE(Runs(rules, kAnniversaryKey));
  EXPECT_THAT(InactivityDaysOf(rules), ElementsAre(7, 90));
}

TEST(Occasion, RefsTellOccasionsApart) {
  const base::Uuid program = base::HashedUuid("program");
  const base::Uuid member = base::HashedUuid("member");
  const absl::Time now = absl::FromUnixSeconds(1767225600);
  EXPECT_NE(TierEntryOf(program, member, "status", "gold", 3, now).ref,
            TierEntryOf(program, member, "status", "gold", 5, now).ref);
  EXPECT_NE(ReturnOf(program, member, member, 1, now).ref,
            ReturnOf(program, member, member, 2, now).ref);
  const base::Uuid segment = base::HashedUuid("segment");
  EXPECT_NE(SegmentEntryOf(program, member, segment, now).ref,
            SegmentEntryOf(program, member, segment, now + absl::Microseconds(1)).ref);
  EXPECT_EQ(TierEntryOf(program, member, "status", "gold", 3, now).value, "gold");
}

TEST(Occasion, TheHashOfABirthdayTellsNothingWithoutTheKey) {
  const auto one = crypto::BlindIndex::Make(std::string(64, 'b'));
  const auto other = crypto::BlindIndex::Make(std::string(64, 'c'));
  v1::MemberProfile profile;
  EXPECT_EQ(BirthdayHashOf(*one, "prg_1", profile), "");
  profile.mutable_birth_date()->set_year(1990);
  profile.mutable_birth_date()->set_month(2);
  profile.mutable_birth_date()->set_day(29);
  const std::string hash = BirthdayHashOf(*one, "prg_1", profile);
  EXPECT_EQ(hash.size(), 32U);
  EXPECT_EQ(hash, BirthdayHash(*one, "prg_1", "02-29"));
  EXPECT_NE(hash, BirthdayHashOf(*other, "prg_1", profile));
  EXPECT_NE(hash, BirthdayHashOf(*one, "prg_2", profile));
  profile.mutable_birth_date()->set_year(1991);  // the year is not in it
  profile.mutable_birth_date()->set_day(28);
  EXPECT_NE(hash, BirthdayHashOf(*one, "prg_1", profile));
}

}  // namespace
}  // namespace laurel::members
