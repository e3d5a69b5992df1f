#include "lib/status/error.h"
#include "members-svc/handlers/common.h"
#include "members-svc/handlers/job_handlers.h"
#include "members-svc/store/job_store.h"

namespace laurel::members::handlers {

absl::Status CancelJob(const Deps& deps, const server::Call& call,
                       const v1::CancelJobRequest& request, v1::CancelJobResponse* response) {
  LAUREL_ASSIGN_OR_RETURN(const base::Uuid program, ProgramIdOf(request.program_id()));
  const base::Uuid id = base::DecodeId("job", request.job_id()).value_or(base::Uuid{});
  return deps.pool.Transact(call.deadline, [&](db::Tx& tx) -> absl::Status {
    LAUREL_RETURN_IF_ERROR(tx.Query("cancel_job", program, id, deps.clock.Now()).status());
    LAUREL_ASSIGN_OR_RETURN(JobRecord record, GetJobRecord(tx, program, id));
    if (record.job.state() != v1::JOB_STATE_CANCELLED) {
      return status::Refused("JOB_STATE", "The job is done.",
                             {{"state", v1::JobState_Name(record.job.state())}});
    }
    *response->mutable_job() = std::move(record.job);
    return absl::OkStatus();
  });
}

}  // namespace laurel::members::handlers
