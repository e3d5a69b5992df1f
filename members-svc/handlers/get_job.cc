#include "lib/status/error.h"
#include "members-svc/handlers/common.h"
#include "members-svc/handlers/job_handlers.h"
#include "members-svc/store/job_store.h"

namespace laurel::members::handlers {

absl::Status GetJob(const Deps& deps, const server::Call& call, const v1::GetJobRequest& request,
                    v1::GetJobResponse* response) {
  LAUREL_ASSIGN_OR_RETURN(const base::Uuid program, ProgramIdOf(request.program_id()));
  const base::Uuid id = base::DecodeId("job", request.job_id()).value_or(base::Uuid{});
  return deps.pool.Read(call.deadline, [&](db::Tx& tx) -> absl::Status {
    LAUREL_ASSIGN_OR_RETURN(JobRecord record, GetJobRecord(tx, program, id));
    *response->mutable_job() = std::move(record.job);
    return absl::OkStatus();
  });
}

}  // namespace laurel::members::handlers
