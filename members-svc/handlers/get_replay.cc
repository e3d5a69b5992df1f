#include "lib/status/error.h"
#include "members-svc/handlers/common.h"
#include "members-svc/handlers/trial_handlers.h"
#include "members-svc/store/replay_store.h"

namespace laurel::members::handlers {

absl::Status GetReplay(const Deps& deps, const server::Call& call,
                       const v1::GetReplayRequest& request, v1::GetReplayResponse* response) {
  LAUREL_ASSIGN_OR_RETURN(const base::Uuid program, ProgramIdOf(request.program_id()));
  const base::Uuid id = base::DecodeId("rpl", request.replay_id()).value_or(base::Uuid{});
  return deps.pool.Read(call.deadline, [&](db::Tx& tx) -> absl::Status {
    LAUREL_ASSIGN_OR_RETURN(ReplayRecord record, GetReplayRecord(tx, program, id));
    *response->mutable_replay() = std::move(record.replay);
    return absl::OkStatus();
  });
}

}  // namespace laurel::members::handlers
