// The gRPC services CampaignLifeService and ProgramSettingsService: transport only, one line per
// rpc.
#pragma once

#include "laurel/members/v1/campaign_life.grpc.pb.h"
#include "laurel/members/v1/program_settings.grpc.pb.h"
#include "lib/server/rpc.h"
#include "members-svc/deps.h"

namespace laurel::members {

class CampaignLifeService final : public v1::CampaignLifeService::CallbackService {
 public:
  CampaignLifeService(server::Runtime& runtime, const Deps& deps)
      : rpc_(runtime, v1::CampaignLifeService::service_full_name()), deps_(deps) {}

  grpc::ServerUnaryReactor* UpdateCampaign(grpc::CallbackServerContext* context,
                                           const v1::UpdateCampaignRequest* request,
                                           v1::UpdateCampaignResponse* response) override;
  grpc::ServerUnaryReactor* ScheduleCampaign(grpc::CallbackServerContext* context,
                                             const v1::ScheduleCampaignRequest* request,
                                             v1::ScheduleCampaignResponse* response) override;
  grpc::ServerUnaryReactor* EndCampaign(grpc::CallbackServerContext* context,
                                        const v1::EndCampaignRequest* request,
                                        v1::EndCampaignResponse* response) override;
  grpc::ServerUnaryReactor* ApproveCampaign(grpc::CallbackServerContext* context,
                                            const v1::ApproveCampaignRequest* request,
                                            v1::ApproveCampaignResponse* response) override;
  grpc::ServerUnaryReactor* ValidateCampaign(grpc::CallbackServerContext* context,
                                             const v1::ValidateCampaignRequest* request,
                                             v1::ValidateCampaignResponse* response) override;
  grpc::ServerUnaryReactor* ListCampaignVersions(
      grpc::CallbackServerContext* context, const v1::ListCampaignVersionsRequest* request,
      v1::ListCampaignVersionsResponse* response) override;
  grpc::ServerUnaryReactor* GetCampaignReport(grpc::CallbackServerContext* context,
                                              const v1::GetCampaignReportRequest* request,
                                              v1::GetCampaignReportResponse* response) override;

 private:
  server::Rpc rpc_;
  const Deps& deps_;
};

class ProgramSettingsService final : public v1::ProgramSettingsService::CallbackService {
 public:
  ProgramSettingsService(server::Runtime& runtime, const Deps& deps)
      : rpc_(runtime, v1::ProgramSettingsService::service_full_name()), deps_(deps) {}

  grpc::ServerUnaryReactor* UpdateProgram(grpc::CallbackServerContext* context,
                                          const v1::UpdateProgramRequest* request,
                                          v1::UpdateProgramResponse* response) override;

 private:
  server::Rpc rpc_;
  const Deps& deps_;
};

}  // namespace laurel::members
