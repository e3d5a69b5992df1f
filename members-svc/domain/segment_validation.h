// What a segment, and how a programme scores its members, must be to be saved, beyond the field
// rules.
#pragma once

#include <string>

#include "absl/status/status.h"
#include "laurel/members/v1/segment_rules.pb.h"
#include "members-svc/domain/known_tiers.h"

namespace laurel::members {

inline constexpr int kMaxSegments = 100;  // of a programme

// INVALID_ARGUMENT, SEGMENT_INVALID with the path of everything that is wrong: a kind that is not
// known, or another than that of `previous`, which the segment replaces (null: there is none); a
// condition of a list, or none of a dynamic segment; and what is wrong with the condition.
absl::Status ValidateSegment(const members::v1::Segment& segment, const KnownTiers& tiers,
                             const members::v1::Segment* previous);

// The same for a condition alone, at the path `condition`: a part that is none or several (an empty
// group is none); too deep or too many; bounds that are missing or that nothing can meet; a tier
// set or tier that the programme lacks; a filter without parts, blank or repeated values; dates
// that do not exist or end before they begin; a birthday's window of a year or more.
absl::Status ValidateSegmentCondition(const members::v1::SegmentCondition& condition,
                                      const KnownTiers& tiers);

// INVALID_ARGUMENT, SEGMENT_SETTINGS_INVALID with the path of everything that is wrong: bounds that
// are not four, descend or are negative; a member that lapses before it is at risk. The settings
// have been normalised.
absl::Status ValidateSegmentSettings(const members::v1::SegmentSettings& settings);

}  // namespace laurel::members
