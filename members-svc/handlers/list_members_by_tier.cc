#include "absl/strings/str_cat.h"
#include "lib/base/timestamps.h"
#include "lib/page/page.h"
#include "lib/status/error.h"
#include "members-svc/handlers/common.h"
#include "members-svc/handlers/tier_handlers.h"
#include "members-svc/store/tier_set_store.h"

namespace laurel::members::handlers {

absl::Status ListMembersByTier(const Deps& deps, const server::Call& call,
                               const v1::ListMembersByTierRequest& request,
                               v1::ListMembersByTierResponse* response) {
  LAUREL_ASSIGN_OR_RETURN(const base::Uuid program, ProgramIdOf(request.program_id()));
  const std::string filter = absl::StrCat("ListMembersByTier ", request.program_id(), " ",
                                          request.code(), " ", request.tier());
  LAUREL_ASSIGN_OR_RETURN(const std::string position, page::Position(request.page_token(), filter));
  const base::Uuid after = base::DecodeId("mem", position).value_or(base::Uuid{});
  const int64_t size = page::Size(request.page_size());
  return deps.pool.Read(call.deadline, [&](db::Tx& tx) -> absl::Status {
    response->Clear();
    LAUREL_ASSIGN_OR_RETURN(const StoredTierSet set, GetTierSetRow(tx, program, request.code()));
    // One more than asked for says whether there is another page.
    LAUREL_ASSIGN_OR_RETURN(
        const db::Rows rows,
        tx.Query("list_members_by_tier", program, set.set_no, request.tier(), after, size + 1));
    for (size_t i = 0; i < rows.size() && i < static_cast<size_t>(size); ++i) {
      v1::TierMember* member = response->add_members();
      member->set_member_id(base::EncodeId("mem", rows[i].Uuid(0)));
      base::SetTimestamp(rows[i].Time(1), member->mutable_since_time());
      member->set_value(rows[i].Int(2));
    }
    if (rows.size() > static_cast<size_t>(size)) {
      response->set_next_page_token(
          page::Token(response->members(static_cast<int>(size) - 1).member_id(), filter));
    }
    return absl::OkStatus();
  });
}

}  // namespace laurel::members::handlers
