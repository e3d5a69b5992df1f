#include "members-svc/household_service.h"

#include "members-svc/handlers/household_handlers.h"

namespace laurel::members {

grpc::ServerUnaryReactor* HouseholdService::CreateHousehold(
    grpc::CallbackServerContext* context, const v1::CreateHouseholdRequest* request,
    v1::CreateHouseholdResponse* response) {
  return rpc_.Run("CreateHousehold", context, request, response, handlers::CreateHousehold, deps_);
}
grpc::ServerUnaryReactor* HouseholdService::AddHouseholdMember(
    grpc::CallbackServerContext* context, const v1::AddHouseholdMemberRequest* request,
    v1::AddHouseholdMemberResponse* response) {
  return rpc_.Run("AddHouseholdMember", context, request, response, handlers::AddHouseholdMember,
                  deps_);
}
grpc::ServerUnaryReactor* HouseholdService::LeaveHousehold(grpc::CallbackServerContext* context,
                                                           const v1::LeaveHouseholdRequest* request,
                                                           v1::LeaveHouseholdResponse* response) {
  return rpc_.Run("LeaveHousehold", context, request, response, handlers::LeaveHousehold, deps_);
}
grpc::ServerUnaryReactor* HouseholdService::SetHouseholdLimits(
    grpc::CallbackServerContext* context, const v1::SetHouseholdLimitsRequest* request,
    v1::SetHouseholdLimitsResponse* response) {
  return rpc_.Run("SetHouseholdLimits", context, request, response, handlers::SetHouseholdLimits,
                  deps_);
}
grpc::ServerUnaryReactor* HouseholdService::GetHousehold(grpc::CallbackServerContext* context,
                                                         const v1::GetHouseholdRequest* request,
                                                         v1::GetHouseholdResponse* response) {
  return rpc_.Run("GetHousehold", context, request, response, handlers::GetHousehold, deps_);
}
grpc::ServerUnaryReactor* HouseholdService::ContributePoints(
    grpc::CallbackServerContext* context, const v1::ContributePointsRequest* request,
    v1::ContributePointsResponse* response) {
  return rpc_.Run("ContributePoints", context, request, response, handlers::ContributePoints,
                  deps_);
}

}  // namespace laurel::members
