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

// FAILED_PRECONDITION, TOO_MANY_ATTRIBUTES when a member that has `before` would have `count`,
// which is more. Campaigns set theirs beyond that.
absl::Status CheckAttributeCount(size_t count, size_t before);

}  // namespace laurel::members
