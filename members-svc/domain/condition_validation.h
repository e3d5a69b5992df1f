// What conditions and line filters must be to be saved, beyond the field rules.
#pragma once

#include <string>
#include <vector>

#include "laurel/members/v1/condition.pb.h"
#include "lib/status/error.h"

namespace laurel::members {

inline constexpr int kMostConditionDepth = 8;
inline constexpr int kMostConditions = 64;

// Adds everything that is wrong with a condition, under `path`: one that is none or several of its
// parts (an empty group is none); too deep or too many; bounds that are missing or that nothing can
// meet; a filter without parts; a window of time that is empty; dates that do not exist or end
// before they begin.
void CheckCondition(const members::v1::Condition& condition, const std::string& path,
                    std::vector<status::Violation>* out);

// Blank or repeated values in a list of a filter; values that count and are excluded at once.
void CheckLineFilter(const members::v1::LineFilter& filter, const std::string& path,
                     std::vector<status::Violation>* out);

}  // namespace laurel::members
