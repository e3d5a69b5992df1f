// The gRPC service HouseholdService: transport only, one line per rpc.
#pragma once

#include "laurel/members/v1/household.grpc.pb.h"
#include "lib/server/rpc.h"
#include "members-svc/deps.h"

namespace laurel::members {

class HouseholdService final : public v1::HouseholdService::CallbackService {
 public:
  HouseholdService(server::Runtime& runtime, const Deps& deps)
      : rpc_(runtime, v1::HouseholdService::service_full_name()), deps_(deps) {}

  grpc::ServerUnaryReactor* CreateHousehold(grpc::CallbackServerContext* context,
                                            const v1::CreateHouseholdRequest* request,
                                            v1::CreateHouseholdResponse* response) override;
  grpc::ServerUnaryReactor* AddHouseholdMember(grpc::CallbackServerContext* context,
                                               const v1::AddHouseholdMemberRequest* request,
                                               v1::AddHouseholdMemberResponse* response) override;
  grpc::ServerUnaryReactor* LeaveHousehold(grpc::CallbackServerContext* context,
                                           const v1::LeaveHouseholdRequest* request,
                                           v1::LeaveHouseholdResponse* response) override;
  grpc::ServerUnaryReactor* SetHouseholdLimits(grpc::CallbackServerContext* context,
                                               const v1::SetHouseholdLimitsRequest* request,
                                               v1::SetHouseholdLimitsResponse* response) override;
  grpc::ServerUnaryReactor* GetHousehold(grpc::CallbackServerContext* context,
                                         const v1::GetHouseholdRequest* request,
                                         v1::GetHouseholdResponse* response) override;
  grpc::ServerUnaryReactor* ContributePoints(grpc::CallbackServerContext* context,
                                             const v1::ContributePointsRequest* request,
                                             v1::ContributePointsResponse* response) override;

 private:
  server::Rpc rpc_;
  const Deps& deps_;
};

}  // namespace laurel::members
