#include "members-svc/domain/calendar.h"

#include <algorithm>

namespace laurel::members {
namespace {

using Policy = members::v1::ExpiryPolicy;

int DaysInMonth(absl::CivilMonth month) {
  return static_cast<int>(absl::CivilDay(month + 1) - absl::CivilDay(month));
}

absl::Time Midnight(absl::CivilDay day, absl::TimeZone zone) { return absl::FromCivil(day, zone); }

}  // namespace

absl::CivilDay AddMonths(absl::CivilDay day, int months) {
  const absl::CivilMonth month = absl::CivilMonth(day) + months;
  const int last = DaysInMonth(month);
  return absl::CivilDay(month.year(), month.month(), std::min(day.day(), last));
}

std::optional<absl::Time> ActivationTime(int pending_days, absl::Time occur, absl::TimeZone zone) {
  if (pending_days <= 0) return std::nullopt;
  return Midnight(absl::ToCivilDay(occur, zone) + pending_days, zone);
}

std::optional<absl::Time> ExpiryTime(const Policy& policy, absl::Time start, absl::TimeZone zone) {
  const absl::CivilDay day = absl::ToCivilDay(start, zone);
  switch (policy.form()) {
    case Policy::FORM_DAYS:
      return Midnight(day + policy.count() + 1, zone);
    case Policy::FORM_MONTHS:
      return Midnight(AddMonths(day, policy.count()) + 1, zone);
    case Policy::FORM_MONTHS_TO_MONTH_END:
      return Midnight(absl::CivilDay(absl::CivilMonth(day) + policy.count() + 1), zone);
    case Policy::FORM_YEAR_END:
      return Midnight(absl::CivilDay(day.year() + policy.count() + 1, 1, 1), zone);
    default:
      return std::nullopt;
  }
}

absl::Time PeriodStart(members::v1::MemberLimit::Period period, absl::Time time,
                       absl::TimeZone zone) {
  using Limit = members::v1::MemberLimit;
  const absl::CivilDay day = absl::ToCivilDay(time, zone);
  switch (period) {
    case Limit::PERIOD_DAY:
      return Midnight(day, zone);
    case Limit::PERIOD_WEEK:
      return Midnight(absl::PrevWeekday(day + 1, absl::Weekday::monday), zone);
    case Limit::PERIOD_MONTH:
      return Midnight(absl::CivilDay(absl::CivilMonth(day)), zone);
    case Limit::PERIOD_YEAR:
      return Midnight(absl::CivilDay(absl::CivilYear(day)), zone);
    default:
      return absl::UnixEpoch();
  }
}

}  // namespace laurel::members
