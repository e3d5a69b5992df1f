// What makes a member of a request, and what stands against it: pure.
#pragma once

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "laurel/members/v1/member.pb.h"
#include "lib/base/uuid.h"
#include "members-svc/domain/identifiers.h"

namespace laurel::members {

// How far ahead of our clock a client's may be.
inline constexpr absl::Duration kClockTolerance = absl::Minutes(1);

// INVALID_ARGUMENT: OCCUR_TIME_OUT_OF_RANGE for a join_time more than a minute ahead,
// INVALID_REQUEST for a birth_date that is no day or lies ahead.
absl::Status CheckEnrolment(const v1::EnrolMemberRequest& request, absl::Time now);

// The member that a request makes.
v1::Member MemberFrom(const v1::EnrolMemberRequest& request, const base::Uuid& id, absl::Time now);

// ALREADY_EXISTS, IDENTIFIER_TAKEN; metadata `kind` says which.
absl::Status IdentifierTaken(IdentifierKind kind);

}  // namespace laurel::members
