// The rpcs of JobService and DailyWorkService.
#pragma once

#include "laurel/members/v1/daily.pb.h"
#include "laurel/members/v1/job.pb.h"
#include "lib/server/call.h"
#include "members-svc/deps.h"

namespace laurel::members::handlers {

absl::Status CreateJob(const Deps& deps, const server::Call& call,
                       const v1::CreateJobRequest& request, v1::CreateJobResponse* response);
absl::Status StartJob(const Deps& deps, const server::Call& call,
                      const v1::StartJobRequest& request, v1::StartJobResponse* response);
absl::Status PauseJob(const Deps& deps, const server::Call& call,
                      const v1::PauseJobRequest& request, v1::PauseJobResponse* response);
absl::Status CancelJob(const Deps& deps, const server::Call& call,
                       const v1::CancelJobRequest& request, v1::CancelJobResponse* response);
absl::Status GetJob(const Deps& deps, const server::Call& call, const v1::GetJobRequest& request,
                    v1::GetJobResponse* response);
absl::Status ListJobs(const Deps& deps, const server::Call& call,
                      const v1::ListJobsRequest& request, v1::ListJobsResponse* response);
absl::Status ListJobRows(const Deps& deps, const server::Call& call,
                         const v1::ListJobRowsRequest& request, v1::ListJobRowsResponse* response);
absl::Status ListDailyRuns(const Deps& deps, const server::Call& call,
                           const v1::ListDailyRunsRequest& request,
                           v1::ListDailyRunsResponse* response);

}  // namespace laurel::members::handlers
