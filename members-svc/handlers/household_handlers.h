// The handlers of HouseholdService, one per rpc, each in the file of its name.
#pragma once

#include "absl/status/status.h"
#include "laurel/members/v1/household.pb.h"
#include "lib/server/call.h"
#include "members-svc/deps.h"

namespace laurel::members::handlers {

absl::Status CreateHousehold(const Deps& deps, const server::Call& call,
                             const v1::CreateHouseholdRequest& request,
                             v1::CreateHouseholdResponse* response);
absl::Status AddHouseholdMember(const Deps& deps, const server::Call& call,
                                const v1::AddHouseholdMemberRequest& request,
                                v1::AddHouseholdMemberResponse* response);
void LeaveHousehold(const Deps& deps, const server::Call& call,
                    const v1::LeaveHouseholdRequest& request, v1::LeaveHouseholdResponse* response,
                    server::Done done);
absl::Status SetHouseholdLimits(const Deps& deps, const server::Call& call,
                                const v1::SetHouseholdLimitsRequest& request,
                                v1::SetHouseholdLimitsResponse* response);
absl::Status GetHousehold(const Deps& deps, const server::Call& call,
                          const v1::GetHouseholdRequest& request,
                          v1::GetHouseholdResponse* response);
void ContributePoints(const Deps& deps, const server::Call& call,
                      const v1::ContributePointsRequest& request,
                      v1::ContributePointsResponse* response, server::Done done);

}  // namespace laurel::members::handlers
