// What conditions and line filters must be to be saved, beyond the field rules.
#pragma once

#include <string>
#include <vector>

#include "laurel/members/v1/condition.pb.h"
#include "lib/status/error.h"
#include "members-svc/domain/condition_tree.h"

namespace laurel::members {

// Of what a condition is. Of anything but an order it may ask for time, tiers, segments and
// attributes only.
enum class ConditionOf { kOrder, kOccurrence };

// Adds everything that is wrong with a condition, under `path`: one that is none or several of its
// parts (an empty group is none); too deep or too many; bounds that are missing or that nothing can
// meet; a filter without parts; a window of time that is empty; dates that do not exist or end
// before they begin; what is no id of a segment; and what has no meaning for what it is of.
void CheckCondition(const members::v1::Condition& condition, const std::string& path,
                    std::vector<status::Violation>* out, ConditionOf of = ConditionOf::kOrder);

// Blank or repeated values in a list of a filter; values that count and are excluded at once.
void CheckLineFilter(const members::v1::LineFilter& filter, const std::string& path,
                     std::vector<status::Violation>* out);

}  // namespace laurel::members
