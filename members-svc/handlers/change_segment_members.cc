#include "members-svc/handlers/change_segment_members.h"

#include <vector>

#include "lib/status/error.h"
#include "members-svc/handlers/common.h"
#include "members-svc/jobs/evaluate_segments.h"

namespace laurel::members::handlers {

absl::StatusOr<int> ChangeSegmentMembers(
    const Deps& deps, db::Tx& tx, const std::string& program_id, const std::string& segment_id,
    const google::protobuf::RepeatedPtrField<std::string>& member_ids, bool add, absl::Time now) {
  LAUREL_ASSIGN_OR_RETURN(const base::Uuid program, ProgramIdOf(program_id));
  LAUREL_ASSIGN_OR_RETURN(const SegmentRules rules, ReadSegmentRules(tx, program));
  LAUREL_ASSIGN_OR_RETURN(const StoredSegment* stored, FindSegment(rules, segment_id));
  if (stored->condition) {
    return status::Refused("SEGMENT_NOT_STATIC", "Who is in the segment is said by its condition.");
  }
  std::vector<base::Uuid> members;
  for (const std::string& id : member_ids) {
    members.push_back(base::DecodeId("mem", id).value_or(base::Uuid{}));
  }
  return ChangeStaticSegment(tx, {deps.ids, &deps.campaigns, nullptr}, rules, *stored, members, add,
                             now);
}

}  // namespace laurel::members::handlers
