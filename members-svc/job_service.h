// The gRPC services JobService and DailyWorkService: transport only, one line per rpc.
#pragma once

#include "laurel/members/v1/daily.grpc.pb.h"
#include "laurel/members/v1/job.grpc.pb.h"
#include "lib/server/rpc.h"
#include "members-svc/deps.h"

namespace laurel::members {

class JobService final : public v1::JobService::CallbackService {
 public:
  JobService(server::Runtime& runtime, const Deps& deps)
      : rpc_(runtime, v1::JobService::service_full_name()), deps_(deps) {}

  grpc::ServerUnaryReactor* CreateJob(grpc::CallbackServerContext* context,
                                      const v1::CreateJobRequest* request,
                                      v1::CreateJobResponse* response) override;
  grpc::ServerUnaryReactor* StartJob(grpc::CallbackServerContext* context,
                                     const v1::StartJobRequest* request,
                                     v1::StartJobResponse* response) override;
  grpc::ServerUnaryReactor* PauseJob(grpc::CallbackServerContext* context,
                                     const v1::PauseJobRequest* request,
                                     v1::PauseJobResponse* response) override;
  grpc::ServerUnaryReactor* CancelJob(grpc::CallbackServerContext* context,
                                      const v1::CancelJobRequest* request,
                                      v1::CancelJobResponse* response) override;
  grpc::ServerUnaryReactor* GetJob(grpc::CallbackServerContext* context,
                                   const v1::GetJobRequest* request,
                                   v1::GetJobResponse* response) override;
  grpc::ServerUnaryReactor* ListJobs(grpc::CallbackServerContext* context,
                                     const v1::ListJobsRequest* request,
                                     v1::ListJobsResponse* response) override;
  grpc::ServerUnaryReactor* ListJobRows(grpc::CallbackServerContext* context,
                                        const v1::ListJobRowsRequest* request,
                                        v1::ListJobRowsResponse* response) override;

 private:
  server::Rpc rpc_;
  const Deps& deps_;
};

class DailyWorkService final : public v1::DailyWorkService::CallbackService {
 public:
  DailyWorkService(server::Runtime& runtime, const Deps& deps)
      : rpc_(runtime, v1::DailyWorkService::service_full_name()), deps_(deps) {}

  grpc::ServerUnaryReactor* ListDailyRuns(grpc::CallbackServerContext* context,
                                          const v1::ListDailyRunsRequest* request,
                                          v1::ListDailyRunsResponse* response) override;

 private:
  server::Rpc rpc_;
  const Deps& deps_;
};

}  // namespace laurel::members
