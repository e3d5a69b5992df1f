#include "cli/import/values.h"

#include <algorithm>
#include <optional>

#include "absl/strings/str_cat.h"
#include "absl/time/civil_time.h"
#include "lib/money/checked.h"

namespace laurel::import {
namespace {

bool IsDigit(char c) { return c >= '0' && c <= '9'; }

bool AllDigits(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), IsDigit);
}

std::string Shown(std::string_view text) {
  constexpr size_t kMost = 40;
  return text.size() <= kMost ? absl::StrCat("'", std::string(text), "'")
                              : absl::StrCat("'", std::string(text.substr(0, kMost)), "…'");
}

// "0123" → 123, for digits that are known to be few.
int NumberOf(std::string_view digits) {
  int out = 0;
  for (const char c : digits) out = out * 10 + (c - '0');
  return out;
}

std::optional<int64_t> Scaled(std::string_view whole, std::string_view fraction, int places) {
  std::optional<int64_t> out = 0;
  const auto append = [&out](char digit) {
    if (out) out = money::Multiply(*out, 10);
    if (out) out = money::Add(*out, digit - '0');
  };
  for (const char c : whole) append(c);
  for (int i = 0; i < places; ++i) {
    append(static_cast<size_t>(i) < fraction.size() ? fraction[static_cast<size_t>(i)] : '0');
  }
  return out;
}

}  // namespace

Parsed<int64_t> ParseDecimal(std::string_view text, const DecimalRules& rules) {
  if (text.empty()) return {.value = {}, .problem = "is empty"};
  const size_t point = text.find('.');
  const std::string_view whole = text.substr(0, point);
  const std::string_view fraction =
      point == std::string_view::npos ? std::string_view() : text.substr(point + 1);
  if (text.front() == '-' && AllDigits(whole.substr(1)) &&
      (point == std::string_view::npos || AllDigits(fraction))) {
    return {.value = {}, .problem = absl::StrCat(Shown(text), " is negative")};
  }
  if (!AllDigits(whole) || (point != std::string_view::npos && !AllDigits(fraction))) {
    return {.value = {}, .problem = absl::StrCat(Shown(text), " is not a number")};
  }
  if (fraction.size() > static_cast<size_t>(rules.places)) {
    return {.value = {},
            .problem = absl::StrCat(Shown(text), " has more than ", rules.places, " decimals")};
  }
  const auto value = Scaled(whole, fraction, rules.places);
  if (!value || *value > rules.most)
    return {.value = {}, .problem = absl::StrCat(Shown(text), " is too large")};
  return {.value = *value, .problem = {}};
}

Parsed<absl::Time> ParseLocalTime(std::string_view text, const absl::TimeZone& zone) {
  constexpr std::string_view kForm = "dddd-dd-dd dd:dd:dd";
  bool fits = text.size() == kForm.size();
  for (size_t i = 0; fits && i < kForm.size(); ++i) {
    fits = kForm[i] == 'd' ? IsDigit(text[i]) : text[i] == kForm[i];
  }
  if (!fits)
    return {.value = {},
            .problem = absl::StrCat(Shown(text), " is not a time YYYY-MM-DD hh:mm:ss")};
  const int year = NumberOf(text.substr(0, 4)), month = NumberOf(text.substr(5, 2)),
            day = NumberOf(text.substr(8, 2)), hour = NumberOf(text.substr(11, 2)),
            minute = NumberOf(text.substr(14, 2)), second = NumberOf(text.substr(17, 2));
  const absl::CivilSecond civil(year, month, day, hour, minute, second);
  // A civil time of absl's carries over what is out of range: the 30th of February is in March.
  if (year == 0 || civil.year() != year || civil.month() != month || civil.day() != day ||
      civil.hour() != hour || civil.minute() != minute || civil.second() != second) {
    return {.value = {},
            .problem = absl::StrCat(Shown(text), " is no day or time of the calendar")};
  }
  const absl::TimeZone::TimeInfo info = zone.At(civil);
  if (info.kind == absl::TimeZone::TimeInfo::SKIPPED) {
    return {.value = {},
            .problem = absl::StrCat(Shown(text), " does not exist in ", zone.name(),
                                    " (clocks went forward)")};
  }
  if (info.kind == absl::TimeZone::TimeInfo::REPEATED) {
    return {.value = {},
            .problem = absl::StrCat(Shown(text), " is ambiguous in ", zone.name(),
                                    " (clocks went back, it was twice)")};
  }
  return {.value = info.pre, .problem = {}};
}

}  // namespace laurel::import
