#include "cli/import/target_program.h"

#include "absl/strings/str_cat.h"
#include "cli/import/retry.h"
#include "laurel/members/v1/campaign.grpc.pb.h"
#include "laurel/members/v1/program.grpc.pb.h"
#include "lib/status/error.h"

namespace laurel::import {
namespace {

namespace pb = members::v1;

constexpr absl::Duration kTimeout = absl::Seconds(10);
constexpr char kCampaignName[] = "1 point per whole 1.00 of an order";
constexpr char kCampaignRequest[] = "import-campaign-1";
constexpr int64_t kStepMinorUnits = 100;

absl::Status MakeProgram(pb::ProgramService::Stub& stub, const std::string& program_id,
                         Patience& patience) {
  pb::CreateProgramRequest request;
  request.mutable_program()->set_program_id(program_id);
  request.mutable_program()->set_display_name("Imported purchases");
  request.mutable_program()->set_currency_code(kCurrency);
  request.mutable_program()->set_time_zone(kTimeZone);
  pb::CreateProgramResponse response;
  absl::Status made = Ask(patience, kTimeout, [&](grpc::ClientContext* context) {
    return stub.CreateProgram(context, request, &response);
  });
  if (made.code() != absl::StatusCode::kAlreadyExists) return made;
  // Somebody's own programme: good enough when its money and its clock are those of the file.
  pb::GetProgramRequest get;
  get.set_program_id(program_id);
  pb::GetProgramResponse got;
  LAUREL_RETURN_IF_ERROR(Ask(patience, kTimeout, [&](grpc::ClientContext* context) {
    return stub.GetProgram(context, get, &got);
  }));
  if (got.program().currency_code() == kCurrency && got.program().time_zone() == kTimeZone) {
    return absl::OkStatus();
  }
  return status::Refused(
      "PROGRAM_UNFIT",
      absl::StrCat("the programme ", program_id, " is in ", got.program().currency_code(), " and ",
                   got.program().time_zone(), "; purchases are in ", kCurrency, " and ",
                   kTimeZone));
}

bool IsOurs(const pb::Campaign& campaign) {
  return campaign.display_name() == kCampaignName && campaign.has_points_per_amount() &&
         campaign.points_per_amount().points() == 1 &&
         campaign.points_per_amount().step_minor_units() == kStepMinorUnits;
}

// Absent: there is none.
absl::StatusOr<std::optional<pb::Campaign>> FindCampaign(pb::CampaignService::Stub& stub,
                                                         const std::string& program_id,
                                                         Patience& patience) {
  pb::ListCampaignsRequest request;
  request.set_program_id(program_id);
  request.set_page_size(1000);
  for (;;) {
    pb::ListCampaignsResponse response;
    LAUREL_RETURN_IF_ERROR(Ask(patience, kTimeout, [&](grpc::ClientContext* context) {
      return stub.ListCampaigns(context, request, &response);
    }));
    for (const pb::Campaign& campaign : response.campaigns()) {
      if (IsOurs(campaign)) return std::optional<pb::Campaign>(campaign);
    }
    if (response.next_page_token().empty()) return std::optional<pb::Campaign>();
    request.set_page_token(response.next_page_token());
  }
}

absl::Status MakeCampaign(pb::CampaignService::Stub& stub, const std::string& program_id,
                          Patience& patience) {
  LAUREL_ASSIGN_OR_RETURN(const auto found, FindCampaign(stub, program_id, patience));
  if (found && found->state() == pb::CAMPAIGN_STATE_ACTIVE) return absl::OkStatus();
  if (found) {
    return status::Refused("CAMPAIGN_NOT_ACTIVE",
                           absl::StrCat("the campaign ", found->campaign_id(), " (", kCampaignName,
                                        ") is not active: orders would earn nothing. Activate it "
                                        "first, or import into another programme."));
  }
  pb::CreateCampaignRequest request;
  request.set_program_id(program_id);
  request.set_request_id(kCampaignRequest);
  request.set_activate(true);
  request.mutable_campaign()->set_display_name(kCampaignName);
  request.mutable_campaign()->mutable_points_per_amount()->set_points(1);
  request.mutable_campaign()->mutable_points_per_amount()->set_step_minor_units(kStepMinorUnits);
  pb::CreateCampaignResponse response;
  return Ask(patience, kTimeout, [&](grpc::ClientContext* context) {
    return stub.CreateCampaign(context, request, &response);
  });
}

}  // namespace

absl::Status EnsureProgram(const std::shared_ptr<grpc::Channel>& channel,
                           const std::string& program_id, absl::Duration total) {
  Patience patience(total);
  const auto programs = pb::ProgramService::NewStub(channel);
  LAUREL_RETURN_IF_ERROR(MakeProgram(*programs, program_id, patience));
  const auto campaigns = pb::CampaignService::NewStub(channel);
  return MakeCampaign(*campaigns, program_id, patience);
}

}  // namespace laurel::import
