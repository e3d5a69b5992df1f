#include <limits>

#include "absl/strings/str_cat.h"
#include "lib/page/page.h"
#include "lib/status/error.h"
#include "members-svc/handlers/common.h"
#include "members-svc/handlers/trial_handlers.h"
#include "members-svc/store/replay_store.h"

namespace laurel::members::handlers {
namespace {

constexpr base::Uuid kLast = {std::numeric_limits<uint64_t>::max(),
                              std::numeric_limits<uint64_t>::max()};

}  // namespace

absl::Status ListReplays(const Deps& deps, const server::Call& call,
                         const v1::ListReplaysRequest& request, v1::ListReplaysResponse* response) {
  LAUREL_ASSIGN_OR_RETURN(const base::Uuid program, ProgramIdOf(request.program_id()));
  const std::string filter = absl::StrCat("ListReplays ", request.program_id());
  LAUREL_ASSIGN_OR_RETURN(const std::string position, page::Position(request.page_token(), filter));
  const base::Uuid before = base::DecodeId("rpl", position).value_or(kLast);
  const int64_t size = page::Size(request.page_size());
  db::Rows rows;
  LAUREL_RETURN_IF_ERROR(deps.pool.Read(call.deadline, [&](db::Tx& tx) -> absl::Status {
    // One more than asked for says whether there is another page.
    LAUREL_ASSIGN_OR_RETURN(rows, tx.Query("list_replays", program, before, size + 1));
    return absl::OkStatus();
  }));
  const bool more = rows.size() > static_cast<size_t>(size);
  for (size_t i = 0; i < rows.size() - (more ? 1 : 0); ++i) {
    LAUREL_ASSIGN_OR_RETURN(ReplayRecord record, ReplayOf(rows[i]));
    record.replay.clear_campaigns();
    record.replay.clear_tier_sets();
    *response->add_replays() = std::move(record.replay);
  }
  if (more) {
    const std::string& last = response->replays(response->replays_size() - 1).replay_id();
    response->set_next_page_token(page::Token(last, filter));
  }
  return absl::OkStatus();
}

}  // namespace laurel::members::handlers
