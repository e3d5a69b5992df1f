// Attributes of members: what may be set of them. Pure.
#pragma once

#include <cstddef>

#include "absl/status/status.h"
#include "laurel/members/v1/member.pb.h"

namespace laurel::members {

// So many does a member have; campaigns set theirs also beyond that.
inline constexpr size_t kMostAttributes = 50;

// INVALID_ARGUMENT, INVALID_REQUEST: nothing to do, a name that is none, or is to be set and
// removed at once, a value of more than 128 characters.
absl::Status CheckAttributes(const v1::SetMemberAttributesRequest& request);

// FAILED_PRECONDITION, TOO_MANY_ATTRIBUTES when a member would have `count`; not where attributes
// are only removed.
absl::Status CheckAttributeCount(size_t count, bool only_removed);

}  // namespace laurel::members
