#include "members-svc/domain/calendar.h"

#include <algorithm>

namespace laurel::members {
namespace {

using Policy = members::v1::ExpiryPolicy;

int DaysInMonth(absl::CivilMonth month) {
  return static_cast<int>(absl::CivilDay(month + 1) - absl::CivilDay(month));
}

absl::Time Midnight(absl::CivilDay day, absl::TimeZone zone) { return absl::FromCivil(day, zone); }

// The day after the last of the `length` months long part of the year (a quarter, a half-year) that
// is `count` parts after the one that holds `day`.
absl::CivilDay PartEnd(absl::CivilDay day, int length, int count) {
  const int first = (day.month() - 1) / length * length + 1;
  return absl::CivilDay(absl::CivilMonth(day.year(), first) + length * (count + 1));
}

// The number that all of `digits` make up; -1: not digits.
int NumberOf(std::string_view digits) {
  int number = 0;
  for (const char c : digits) {
    if (c < '0' || c > '9') return -1;
    number = number * 10 + (c - '0');
  }
  return number;
}

// The day after the first of the fixed dates that is not before the start and its months; empty:
// all are past.
std::optional<absl::CivilDay> FixedEnd(const Policy& policy, absl::CivilDay start) {
  const absl::CivilDay earliest = AddMonths(start, policy.count());
  std::optional<absl::CivilDay> end;
  for (const std::string& date : policy.fixed_dates()) {
    const auto day = FixedDate(date, earliest);
    if (day && (!end || *day < *end)) end = day;
  }
  if (end) ++*end;
  return end;
}

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

absl::Time EventDeadline(int days, absl::Time occur, absl::TimeZone zone) {
  return Midnight(absl::ToCivilDay(occur, zone) + days + 1, zone);
}

std::optional<absl::CivilDay> FixedDate(std::string_view date, absl::CivilDay day) {
  const bool yearly = date.size() == 5;
  if (!yearly && (date.size() != 10 || date[4] != '-')) return std::nullopt;
  const std::string_view in_year = yearly ? date : date.substr(5);
  const int month = NumberOf(in_year.substr(0, 2));
  const int in_month = NumberOf(in_year.substr(3, 2));
  const int year = yearly ? 2001 : NumberOf(date.substr(0, 4));  // 2001 has no 29 February
  const absl::CivilDay exact(year, month, in_month);
  if (in_year[2] != '-' || year < 1970 || exact.year() != year || exact.month() != month ||
      exact.day() != in_month) {
    return std::nullopt;
  }
  if (!yearly) return exact < day ? std::nullopt : std::optional(exact);
  const absl::CivilDay this_year(day.year(), month, in_month);
  return this_year < day ? absl::CivilDay(day.year() + 1, month, in_month) : this_year;
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
    case Policy::FORM_QUARTER_END:
      return Midnight(PartEnd(day, 3, policy.count()), zone);
    case Policy::FORM_HALF_YEAR_END:
      return Midnight(PartEnd(day, 6, policy.count()), zone);
    case Policy::FORM_YEARS:
      return Midnight(AddMonths(day, 12 * policy.count()) + 1, zone);
    case Policy::FORM_FIXED_DATES: {
      const auto end = FixedEnd(policy, day);
      if (!end) return std::nullopt;
      return Midnight(*end, zone);
    }
    default:
      return std::nullopt;
  }
}

absl::Time PeriodStart(members::v1::EarningLimit::Period period, absl::Time time,
                       absl::TimeZone zone) {
  using Limit = members::v1::EarningLimit;
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
