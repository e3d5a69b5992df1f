// What AddSegmentMembers and RemoveSegmentMembers share.
#pragma once

#include <string>

#include "absl/status/statusor.h"
#include "google/protobuf/repeated_field.h"
#include "lib/db/pool.h"
#include "members-svc/deps.h"

namespace laurel::members::handlers {

// How many members came into the segment, or left it; none twice. NOT_FOUND, SEGMENT_NOT_FOUND or
// MEMBER_NOT_FOUND; FAILED_PRECONDITION, SEGMENT_NOT_STATIC.
absl::StatusOr<int> ChangeSegmentMembers(
    const Deps& deps, db::Tx& tx, const std::string& program_id, const std::string& segment_id,
    const google::protobuf::RepeatedPtrField<std::string>& member_ids, bool add, absl::Time now);

}  // namespace laurel::members::handlers
