// From the text of a cell to an exact value. Nothing is guessed: what is not exactly such a value
// is refused with the reason, in words that fit behind a column's name.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "absl/time/time.h"

namespace laurel::import {

struct DecimalRules {
  // Places behind the point that the unit has: 2 for cents, 3 for thousandths.
  int places = 0;
  // In units: 1.50 with two places is 150.
  int64_t most = 0;
};

template <typename T>
struct Parsed {
  T value{};
  // Why there is no value; empty: there is one.
  std::string problem;
  bool ok() const { return problem.empty(); }
};

// Digits, with or without a point and digits behind it: "3", "0.05". No sign, blank, exponent or
// thousands separator.
Parsed<int64_t> ParseDecimal(std::string_view text, const DecimalRules& rules);

// "2017-03-09 18:05:59" in the zone. A time that a clock change skipped does not exist, one that it
// repeated is ambiguous: both are refused.
Parsed<absl::Time> ParseLocalTime(std::string_view text, const absl::TimeZone& zone);

}  // namespace laurel::import
