#include "lib/status/error.h"
#include "members-svc/handlers/common.h"
#include "members-svc/handlers/job_handlers.h"
#include "members-svc/store/job_store.h"

namespace laurel::members::handlers {

absl::Status PauseJob(const Deps& deps, const server::Call& call,
                      const v1::PauseJobRequest& request, v1::PauseJobResponse* response) {
  LAUREL_ASSIGN_OR_RETURN(const base::Uuid program, ProgramIdOf(request.program_id()));
  const base::Uuid id = base::DecodeId("job", request.job_id()).value_or(base::Uuid{});
  return deps.pool.Transact(call.deadline, [&](db::Tx& tx) -> absl::Status {
    LAUREL_RETURN_IF_ERROR(tx.Query("pause_job", program, id).status());
    LAUREL_ASSIGN_OR_RETURN(JobRecord record, GetJobRecord(tx, program, id));
    if (record.job.state() != v1::JOB_STATE_PAUSED) {
      return status::Refused("JOB_STATE", "Only a running job can be paused.",
                             {{"state", v1::JobState_Name(record.job.state())}});
    }
    *response->mutable_job() = std::move(record.job);
    return absl::OkStatus();
  });
}

}  // namespace laurel::members::handlers
