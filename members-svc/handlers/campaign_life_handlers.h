// The handlers of CampaignLifeService, ProgramSettingsService and WayService, one per rpc. What
// they answer and refuse is said in the protos.
#pragma once

#include "absl/status/status.h"
#include "laurel/members/v1/campaign_life.pb.h"
#include "laurel/members/v1/program_settings.pb.h"
#include "lib/server/call.h"
#include "members-svc/deps.h"

namespace laurel::members::handlers {

// CampaignLifeService
absl::Status UpdateCampaign(const Deps& deps, const server::Call& call,
                            const v1::UpdateCampaignRequest& request,
                            v1::UpdateCampaignResponse* response);
absl::Status ScheduleCampaign(const Deps& deps, const server::Call& call,
                              const v1::ScheduleCampaignRequest& request,
                              v1::ScheduleCampaignResponse* response);
absl::Status EndCampaign(const Deps& deps, const server::Call& call,
                         const v1::EndCampaignRequest& request, v1::EndCampaignResponse* response);
absl::Status ApproveCampaign(const Deps& deps, const server::Call& call,
                             const v1::ApproveCampaignRequest& request,
                             v1::ApproveCampaignResponse* response);
absl::Status ValidateCampaign(const Deps& deps, const server::Call& call,
                              const v1::ValidateCampaignRequest& request,
                              v1::ValidateCampaignResponse* response);
absl::Status ListCampaignVersions(const Deps& deps, const server::Call& call,
                                  const v1::ListCampaignVersionsRequest& request,
                                  v1::ListCampaignVersionsResponse* response);
absl::Status GetCampaignReport(const Deps& deps, const server::Call& call,
                               const v1::GetCampaignReportRequest& request,
                               v1::GetCampaignReportResponse* response);

// ProgramSettingsService
absl::Status UpdateProgram(const Deps& deps, const server::Call& call,
                           const v1::UpdateProgramRequest& request,
                           v1::UpdateProgramResponse* response);

}  // namespace laurel::members::handlers
