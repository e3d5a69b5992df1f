// The days of a programme's own calendar, and what is told of points that will expire: pure.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "absl/time/civil_time.h"
#include "absl/time/time.h"
#include "members-svc/domain/wallet.h"

namespace laurel::members {

// Days since 1970 of the civil day that `time` lies in.
int DayNumberOf(absl::Time time, absl::TimeZone zone);
absl::CivilDay CivilDayOf(int day_number);
// The first instant of that day; where the clocks jump over midnight, the instant of the jump.
absl::Time StartOfDay(int day_number, absl::TimeZone zone);

// From after `from_us` to `to_us`, both instants at which points may expire.
struct NoticeWindow {
  int64_t from_us = 0;
  int64_t to_us = 0;
};
// What is told of on a day: what expires up to `notice_days` days after the day begins, and was not
// told of on `prev_day` (none: whatever expires after the day begins). Windows of days that follow
// one another neither overlap nor leave anything out, also when days between them were missed.
NoticeWindow NoticeWindowOf(int day, std::optional<int> prev_day, int notice_days,
                            absl::TimeZone zone);

struct Notice {
  int64_t expire_us = 0;
  int64_t amount = 0;
  friend bool operator==(const Notice&, const Notice&) = default;
};
// What of the lots expires within the window and after `now_us`, by instant. Points that wait for
// an event have no expiry yet.
std::vector<Notice> NoticesOf(const Lots& lots, const NoticeWindow& window, int64_t now_us);

}  // namespace laurel::members
