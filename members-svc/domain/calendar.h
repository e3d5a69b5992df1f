// Calendar arithmetic of a programme, in its time zone. A period of days, months or years ends with
// its last usable day, start day + period (clamped to the month's length); the instant given is
// 00:00 of the day after. Source: the worked examples L6 to L9 and C11.
#pragma once

#include <optional>
#include <string_view>

#include "absl/time/civil_time.h"
#include "absl/time/time.h"
#include "laurel/members/v1/campaign.pb.h"
#include "laurel/members/v1/program.pb.h"

namespace laurel::members {

// `day` moved by whole months, its day clamped to the target month's length.
absl::CivilDay AddMonths(absl::CivilDay day, int months);

// When a lot that occurred at `occur` becomes active: `pending_days` days later at 00:00, or empty
// for at once.
std::optional<absl::Time> ActivationTime(int pending_days, absl::Time occur, absl::TimeZone zone);

// When a lot that occurred at `occur` is cancelled if its event has not come by the end of the day
// `days` days later.
absl::Time EventDeadline(int days, absl::Time occur, absl::TimeZone zone);

// The `MM-DD` or `YYYY-MM-DD` of ExpiryPolicy.fixed_dates: its first day that is not before `day`;
// empty: none, or no such date. 29 February only with a year.
std::optional<absl::CivilDay> FixedDate(std::string_view date, absl::CivilDay day);

// When a lot whose expiry clock starts at `start` expires; empty: never. Half-open: at that instant
// it has expired.
std::optional<absl::Time> ExpiryTime(const members::v1::ExpiryPolicy& policy, absl::Time start,
                                     absl::TimeZone zone);

// The start of the limit period that holds `time`; the epoch for a limit that is for ever. Weeks
// are ISO weeks, they start on Monday.
absl::Time PeriodStart(members::v1::EarningLimit::Period period, absl::Time time,
                       absl::TimeZone zone);

}  // namespace laurel::members
