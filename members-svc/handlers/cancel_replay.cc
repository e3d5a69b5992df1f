#include "lib/status/error.h"
#include "members-svc/handlers/common.h"
#include "members-svc/handlers/trial_handlers.h"
#include "members-svc/store/replay_store.h"

namespace laurel::members::handlers {

absl::Status CancelReplay(const Deps& deps, const server::Call& call,
                          const v1::CancelReplayRequest& request,
                          v1::CancelReplayResponse* response) {
  LAUREL_ASSIGN_OR_RETURN(const base::Uuid program, ProgramIdOf(request.program_id()));
  const base::Uuid id = base::DecodeId("rpl", request.replay_id()).value_or(base::Uuid{});
  return deps.pool.Transact(call.deadline, [&](db::Tx& tx) -> absl::Status {
    LAUREL_RETURN_IF_ERROR(tx.Query("cancel_replay", program, id, deps.clock.Now()).status());
    LAUREL_ASSIGN_OR_RETURN(ReplayRecord record, GetReplayRecord(tx, program, id));
    if (record.replay.state() != v1::REPLAY_STATE_CANCELLED) {
      return status::Refused("REPLAY_STATE", "The replay has ended.",
                             {{"state", v1::ReplayState_Name(record.replay.state())}});
    }
    *response->mutable_replay() = std::move(record.replay);
    return absl::OkStatus();
  });
}

}  // namespace laurel::members::handlers
