#include "members-svc/job_service.h"

#include "members-svc/handlers/job_handlers.h"

namespace laurel::members {

grpc::ServerUnaryReactor* JobService::CreateJob(grpc::CallbackServerContext* context,
                                                const v1::CreateJobRequest* request,
                                                v1::CreateJobResponse* response) {
  return rpc_.Run("CreateJob", context, request, response, handlers::CreateJob, deps_);
}
grpc::ServerUnaryReactor* JobService::StartJob(grpc::CallbackServerContext* context,
                                               const v1::StartJobRequest* request,
                                               v1::StartJobResponse* response) {
  return rpc_.Run("StartJob", context, request, response, handlers::StartJob, deps_);
}
grpc::ServerUnaryReactor* JobService::PauseJob(grpc::CallbackServerContext* context,
                                               const v1::PauseJobRequest* request,
                                               v1::PauseJobResponse* response) {
  return rpc_.Run("PauseJob", context, request, response, handlers::PauseJob, deps_);
}
grpc::ServerUnaryReactor* JobService::CancelJob(grpc::CallbackServerContext* context,
                                                const v1::CancelJobRequest* request,
                                                v1::CancelJobResponse* response) {
  return rpc_.Run("CancelJob", context, request, response, handlers::CancelJob, deps_);
}
grpc::ServerUnaryReactor* JobService::GetJob(grpc::CallbackServerContext* context,
                                             const v1::GetJobRequest* request,
                                             v1::GetJobResponse* response) {
  return rpc_.Run("GetJob", context, request, response, handlers::GetJob, deps_);
}
grpc::ServerUnaryReactor* JobService::ListJobs(grpc::CallbackServerContext* context,
                                               const v1::ListJobsRequest* request,
                                               v1::ListJobsResponse* response) {
  return rpc_.Run("ListJobs", context, request, response, handlers::ListJobs, deps_);
}
grpc::ServerUnaryReactor* JobService::ListJobRows(grpc::CallbackServerContext* context,
                                                  const v1::ListJobRowsRequest* request,
                                                  v1::ListJobRowsResponse* response) {
  return rpc_.Run("ListJobRows", context, request, response, handlers::ListJobRows, deps_);
}
grpc::ServerUnaryReactor* DailyWorkService::ListDailyRuns(grpc::CallbackServerContext* context,
                                                          const v1::ListDailyRunsRequest* request,
                                                          v1::ListDailyRunsResponse* response) {
  return rpc_.Run("ListDailyRuns", context, request, response, handlers::ListDailyRuns, deps_);
}

}  // namespace laurel::members
