#include "members-svc/domain/occasion.h"

#include <algorithm>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/strip.h"
#include "members-svc/domain/daily.h"

namespace laurel::members {
namespace {

constexpr absl::string_view kInactivityPrefix = "inactivity/";

absl::string_view Absl(std::string_view text) { return {text.data(), text.size()}; }

bool IsLeapDay(absl::CivilDay day) { return day.month() == 2 && day.day() == 29; }

// The first of March of a year without 29 February stands for that day, too.
bool StandsForLeapDay(absl::CivilDay day) {
  return day.month() == 3 && day.day() == 1 && !IsLeapDay(day - 1);
}

}  // namespace

std::string TierEnteredKey(std::string_view tier_set) {
  return absl::StrCat("tier_entered/", Absl(tier_set));
}
std::string SegmentEnteredKey(const base::Uuid& segment_id) {
  return absl::StrCat("segment_entered/", base::EncodeId("seg", segment_id));
}
std::string InactivityKey(int days) { return absl::StrCat(kInactivityPrefix, days); }

bool Runs(const ProgramRules& rules, std::string_view trigger_key) {
  return rules.triggered.contains(Absl(trigger_key));
}

Occasion EnrolmentOf(const base::Uuid& program_id, const base::Uuid& member_id,
                     absl::Time join_time) {
  return {.program_id = program_id,
          .member_id = member_id,
          .trigger_key = std::string(kEnrolmentKey),
          .ref = "enrolment",
          .occur_us = absl::ToUnixMicros(join_time)};
}

Occasion TierEntryOf(const base::Uuid& program_id, const base::Uuid& member_id,
                     std::string_view tier_set, std::string_view tier, int64_t row_version,
                     absl::Time now) {
  return {.program_id = program_id,
          .member_id = member_id,
          .trigger_key = TierEnteredKey(tier_set),
          .ref = absl::StrCat("tier/", Absl(tier), "/", row_version),
          .occur_us = absl::ToUnixMicros(now),
          .attribute = std::string(kTierAttribute),
          .value = std::string(tier)};
}

Occasion SegmentEntryOf(const base::Uuid& program_id, const base::Uuid& member_id,
                        const base::Uuid& segment_id, absl::Time enter_time) {
  const int64_t enter_us = absl::ToUnixMicros(enter_time);
  return {.program_id = program_id,
          .member_id = member_id,
          .trigger_key = SegmentEnteredKey(segment_id),
          .ref = absl::StrCat("entered/", enter_us),
          .occur_us = enter_us};
}

Occasion ReturnOf(const base::Uuid& program_id, const base::Uuid& member_id,
                  const base::Uuid& order_id, int return_no, absl::Time occur_time) {
  return {.program_id = program_id,
          .member_id = member_id,
          .trigger_key = std::string(kOrderReturnedKey),
          .ref = absl::StrCat("return/", base::EncodeId("ord", order_id), "/", return_no),
          .occur_us = absl::ToUnixMicros(occur_time)};
}

OccasionDays OccasionDaysOf(int day, std::optional<int> prev_day) {
  const int first = prev_day ? *prev_day + 1 : day;
  return {std::max(first, day - kMostMissedDays), day};
}

std::string MonthAndDay(int month, int day) { return absl::StrFormat("%02d-%02d", month, day); }

std::vector<std::string> BirthdaysOn(absl::CivilDay day) {
  std::vector<std::string> out = {MonthAndDay(day.month(), day.day())};
  if (StandsForLeapDay(day)) out.push_back(MonthAndDay(2, 29));
  return out;
}

std::string BirthdayHash(const crypto::BlindIndex& index, const std::string& program_id,
                         std::string_view month_and_day) {
  return index.Of(program_id, "birthday", month_and_day);
}

std::string BirthdayHashOf(const crypto::BlindIndex& index, const std::string& program_id,
                           const v1::MemberProfile& profile) {
  if (!profile.has_birth_date()) return "";
  return BirthdayHash(index, program_id,
                      MonthAndDay(profile.birth_date().month(), profile.birth_date().day()));
}

std::vector<JoinWindow> JoinWindowsOf(int day, int most_years, absl::TimeZone zone) {
  const absl::CivilDay civil = CivilDayOf(day);
  std::vector<JoinWindow> out;
  const auto add = [&](absl::CivilDay joined, int years) {
    out.push_back({absl::FromCivil(joined, zone), absl::FromCivil(joined + 1, zone), years});
  };
  for (int years = 1; years <= most_years && civil.year() - years >= 1970; ++years) {
    const absl::CivilDay joined(civil.year() - years, civil.month(), civil.day());
    // Of 29 February in a year that has none, nobody joined.
    if (joined.month() == civil.month()) add(joined, years);
    const absl::CivilDay leap_day(civil.year() - years, 2, 29);
    if (StandsForLeapDay(civil) && IsLeapDay(leap_day)) add(leap_day, years);
  }
  return out;
}

std::vector<int> InactivityDaysOf(const ProgramRules& rules) {
  std::vector<int> out;
  for (const auto& [key, triggered] : rules.triggered) {
    absl::string_view days = key;
    int number = 0;
    if (absl::ConsumePrefix(&days, kInactivityPrefix) && absl::SimpleAtoi(days, &number)) {
      out.push_back(number);
    }
  }
  std::sort(out.begin(), out.end());
  return out;
}

}  // namespace laurel::members
