// What campaigns run for beside orders and activities, and when it comes about in a programme's own
// calendar: pure.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/time/civil_time.h"
#include "absl/time/time.h"
#include "laurel/members/v1/member.pb.h"
#include "lib/base/uuid.h"
#include "lib/crypto/personal.h"
#include "members-svc/domain/program_rules.h"

namespace laurel::members {

// The keys of ProgramRules::triggered (domain/trigger.h).
inline constexpr std::string_view kEnrolmentKey = "enrolment";
inline constexpr std::string_view kBirthdayKey = "birthday";
inline constexpr std::string_view kAnniversaryKey = "anniversary";
inline constexpr std::string_view kOrderReturnedKey = "order_returned";
std::string TierEnteredKey(std::string_view tier_set);
std::string SegmentEnteredKey(const base::Uuid& segment_id);

// What a campaign's trigger may ask of an occasion.
inline constexpr std::string_view kTierAttribute = "tier";
inline constexpr std::string_view kYearsAttribute = "years";

struct Occasion {
  base::Uuid program_id;
  base::Uuid member_id;
  std::string trigger_key;
  // What and when, such as birthday/2026, 1 to 128 bytes: of those with the same one, a member has
  // one per trigger, ever.
  std::string ref;
  int64_t occur_us = 0;
  // What a trigger may ask: the tier, how many years; empty: nothing.
  std::string attribute = {};
  std::string value = {};
};

// Whether any campaign runs for it.
bool Runs(const ProgramRules& rules, std::string_view trigger_key);

Occasion EnrolmentOf(const base::Uuid& program_id, const base::Uuid& member_id,
                     absl::Time join_time);
// `row_version`: of the member's row in member_tiers, which tells two entries of one tier apart.
Occasion TierEntryOf(const base::Uuid& program_id, const base::Uuid& member_id,
                     std::string_view tier_set, std::string_view tier, int64_t row_version,
                     absl::Time now);
Occasion SegmentEntryOf(const base::Uuid& program_id, const base::Uuid& member_id,
                        const base::Uuid& segment_id, absl::Time enter_time);
// A return of an order, by its number within the order.
Occasion ReturnOf(const base::Uuid& program_id, const base::Uuid& member_id,
                  const base::Uuid& order_id, int return_no, absl::Time occur_time);

// The days (since 1970) whose occasions a run queues: after the one before, up to its own; of a
// programme's first run that day alone. Of missed days so many at most.
inline constexpr int kMostMissedDays = 366;
struct OccasionDays {
  int first = 0;
  int last = 0;
};
OccasionDays OccasionDaysOf(int day, std::optional<int> prev_day);

// What is hashed of a birthday: `02-29`.
std::string MonthAndDay(int month, int day);
// The birthdays that are kept on a day: its own, and on 1 March of a year without 29 February that,
// too.
std::vector<std::string> BirthdaysOn(absl::CivilDay day);
// The keyed hash by which members with a birthday are found; empty for a member who has told none.
std::string BirthdayHash(const crypto::BlindIndex& index, const std::string& program_id,
                         std::string_view month_and_day);
std::string BirthdayHashOf(const crypto::BlindIndex& index, const std::string& program_id,
                           const v1::MemberProfile& profile);

// From when to before when somebody joined who has this anniversary on a day.
struct JoinWindow {
  absl::Time from;
  absl::Time to;
  int years = 0;
};
// Of every number of years from 1 to `most_years`, by the same rule about 29 February.
std::vector<JoinWindow> JoinWindowsOf(int day, int most_years, absl::TimeZone zone);

// The numbers of days for which rules have campaigns on doing nothing, ascending.
std::vector<int> InactivityDaysOf(const ProgramRules& rules);
std::string InactivityKey(int days);

}  // namespace laurel::members
