#include <algorithm>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "lib/page/page.h"
#include "lib/status/error.h"
#include "members-svc/handlers/common.h"
#include "members-svc/handlers/tier_handlers.h"
#include "members-svc/store/tier_set_store.h"

namespace laurel::members::handlers {

absl::Status ListTierSetVersions(const Deps& deps, const server::Call& call,
                                 const v1::ListTierSetVersionsRequest& request,
                                 v1::ListTierSetVersionsResponse* response) {
  LAUREL_ASSIGN_OR_RETURN(const base::Uuid program, ProgramIdOf(request.program_id()));
  const std::string filter =
      absl::StrCat("ListTierSetVersions ", request.program_id(), " ", request.code());
  LAUREL_ASSIGN_OR_RETURN(const std::string position, page::Position(request.page_token(), filter));
  return deps.pool.Read(call.deadline, [&](db::Tx& tx) -> absl::Status {
    response->Clear();
    LAUREL_ASSIGN_OR_RETURN(const StoredTierSet set, GetTierSetRow(tx, program, request.code()));
    size_t left = set.versions.size();  // below the version that the page before ended with
    size_t before = 0;
    if (absl::SimpleAtoi(position, &before) && before > 0) left = std::min(left, before - 1);
    for (int64_t i = 0; i < page::Size(request.page_size()) && left > 0; ++i) {
      --left;
      v1::TierSetVersion* version = response->add_versions();
      *version->mutable_tier_set() = set.versions[left]->set;
      version->set_actor(set.authors[left]);
    }
    if (left > 0) response->set_next_page_token(page::Token(std::to_string(left + 1), filter));
    return absl::OkStatus();
  });
}

}  // namespace laurel::members::handlers
