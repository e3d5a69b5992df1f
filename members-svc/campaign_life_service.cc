#include "members-svc/campaign_life_service.h"

#include "members-svc/handlers/campaign_life_handlers.h"

namespace laurel::members {

grpc::ServerUnaryReactor* CampaignLifeService::UpdateCampaign(
    grpc::CallbackServerContext* context, const v1::UpdateCampaignRequest* request,
    v1::UpdateCampaignResponse* response) {
  return rpc_.Run("UpdateCampaign", context, request, response, handlers::UpdateCampaign, deps_);
}
grpc::ServerUnaryReactor* CampaignLifeService::ScheduleCampaign(
    grpc::CallbackServerContext* context, const v1::ScheduleCampaignRequest* request,
    v1::ScheduleCampaignResponse* response) {
  return rpc_.Run("ScheduleCampaign", context, request, response, handlers::ScheduleCampaign,
                  deps_);
}
grpc::ServerUnaryReactor* CampaignLifeService::EndCampaign(grpc::CallbackServerContext* context,
                                                           const v1::EndCampaignRequest* request,
                                                           v1::EndCampaignResponse* response) {
  return rpc_.Run("EndCampaign", context, request, response, handlers::EndCampaign, deps_);
}
grpc::ServerUnaryReactor* CampaignLifeService::ApproveCampaign(
    grpc::CallbackServerContext* context, const v1::ApproveCampaignRequest* request,
    v1::ApproveCampaignResponse* response) {
  return rpc_.Run("ApproveCampaign", context, request, response, handlers::ApproveCampaign, deps_);
}
grpc::ServerUnaryReactor* CampaignLifeService::ValidateCampaign(
    grpc::CallbackServerContext* context, const v1::ValidateCampaignRequest* request,
    v1::ValidateCampaignResponse* response) {
  return rpc_.Run("ValidateCampaign", context, request, response, handlers::ValidateCampaign,
                  deps_);
}
grpc::ServerUnaryReactor* CampaignLifeService::ListCampaignVersions(
    grpc::CallbackServerContext* context, const v1::ListCampaignVersionsRequest* request,
    v1::ListCampaignVersionsResponse* response) {
  return rpc_.Run("ListCampaignVersions", context, request, response,
                  handlers::ListCampaignVersions, deps_);
}
grpc::ServerUnaryReactor* CampaignLifeService::GetCampaignReport(
    grpc::CallbackServerContext* context, const v1::GetCampaignReportRequest* request,
    v1::GetCampaignReportResponse* response) {
  return rpc_.Run("GetCampaignReport", context, request, response, handlers::GetCampaignReport,
                  deps_);
}

grpc::ServerUnaryReactor* ProgramSettingsService::UpdateProgram(
    grpc::CallbackServerContext* context, const v1::UpdateProgramRequest* request,
    v1::UpdateProgramResponse* response) {
  return rpc_.Run("UpdateProgram", context, request, response, handlers::UpdateProgram, deps_);
}

}  // namespace laurel::members
