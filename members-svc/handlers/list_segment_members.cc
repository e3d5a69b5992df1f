#include "absl/strings/str_cat.h"
#include "lib/base/timestamps.h"
#include "lib/page/page.h"
#include "lib/status/error.h"
#include "members-svc/handlers/common.h"
#include "members-svc/handlers/segment_handlers.h"
#include "members-svc/store/segment_store.h"

namespace laurel::members::handlers {

absl::Status ListSegmentMembers(const Deps& deps, const server::Call& call,
                                const v1::ListSegmentMembersRequest& request,
                                v1::ListSegmentMembersResponse* response) {
  LAUREL_ASSIGN_OR_RETURN(const base::Uuid program, ProgramIdOf(request.program_id()));
  const std::string filter =
      absl::StrCat("ListSegmentMembers ", request.program_id(), " ", request.segment_id());
  LAUREL_ASSIGN_OR_RETURN(const std::string position, page::Position(request.page_token(), filter));
  const base::Uuid after = base::DecodeId("mem", position).value_or(base::Uuid{});
  const int64_t size = page::Size(request.page_size());
  return deps.pool.Read(call.deadline, [&](db::Tx& tx) -> absl::Status {
    response->Clear();
    LAUREL_ASSIGN_OR_RETURN(const SegmentRules rules, ReadSegmentRules(tx, program));
    LAUREL_ASSIGN_OR_RETURN(const StoredSegment* stored, FindSegment(rules, request.segment_id()));
    // One more than asked for says whether there is another page.
    LAUREL_ASSIGN_OR_RETURN(const db::Rows rows,
                            tx.Query("list_segment_members", stored->id, program, after, size + 1));
    for (size_t i = 0; i < rows.size() && i < static_cast<size_t>(size); ++i) {
      v1::SegmentMember* member = response->add_members();
      member->set_member_id(base::EncodeId("mem", rows[i].Uuid(0)));
      base::SetTimestamp(rows[i].Time(1), member->mutable_enter_time());
    }
    if (rows.size() > static_cast<size_t>(size)) {
      response->set_next_page_token(
          page::Token(response->members(static_cast<int>(size) - 1).member_id(), filter));
    }
    return absl::OkStatus();
  });
}

}  // namespace laurel::members::handlers
