#include "members-svc/domain/daily.h"

#include <algorithm>

namespace laurel::members {

int DayNumberOf(absl::Time time, absl::TimeZone zone) {
  return static_cast<int>(absl::ToCivilDay(time, zone) - absl::CivilDay(1970, 1, 1));
}

absl::CivilDay CivilDayOf(int day_number) { return absl::CivilDay(1970, 1, 1) + day_number; }

absl::Time StartOfDay(int day_number, absl::TimeZone zone) {
  return absl::FromCivil(CivilDayOf(day_number), zone);
}

NoticeWindow NoticeWindowOf(int day, std::optional<int> prev_day, int notice_days,
                            absl::TimeZone zone) {
  const auto at = [zone](int number) { return absl::ToUnixMicros(StartOfDay(number, zone)); };
  return {.from_us = at(prev_day ? *prev_day + notice_days : day), .to_us = at(day + notice_days)};
}

std::vector<Notice> NoticesOf(const Lots& lots, const NoticeWindow& window, int64_t now_us) {
  std::vector<Notice> out;
  const int64_t from_us = std::max(window.from_us, now_us);
  for (const Lot& lot : lots) {  // sorted by expiry
    if (lot.activate_us < 0 || lot.expire_us <= from_us || lot.expire_us > window.to_us) continue;
    if (out.empty() || out.back().expire_us != lot.expire_us) out.push_back({lot.expire_us, 0});
    out.back().amount += lot.amount;
  }
  return out;
}

}  // namespace laurel::members
