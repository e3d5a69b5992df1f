// The handlers of ActivityService, one per rpc, each in the file of its name.
#pragma once

#include "absl/status/status.h"
#include "laurel/members/v1/activity.pb.h"
#include "laurel/members/v1/activity_type_requests.pb.h"
#include "lib/server/call.h"
#include "members-svc/deps.h"

namespace laurel::members::handlers {

absl::Status CreateActivityType(const Deps& deps, const server::Call& call,
                                const v1::CreateActivityTypeRequest& request,
                                v1::CreateActivityTypeResponse* response);
absl::Status UpdateActivityType(const Deps& deps, const server::Call& call,
                                const v1::UpdateActivityTypeRequest& request,
                                v1::UpdateActivityTypeResponse* response);
absl::Status GetActivityType(const Deps& deps, const server::Call& call,
                             const v1::GetActivityTypeRequest& request,
                             v1::GetActivityTypeResponse* response);
absl::Status ListActivityTypes(const Deps& deps, const server::Call& call,
                               const v1::ListActivityTypesRequest& request,
                               v1::ListActivityTypesResponse* response);
absl::Status CreatePlace(const Deps& deps, const server::Call& call,
                         const v1::CreatePlaceRequest& request, v1::CreatePlaceResponse* response);
absl::Status UpdatePlace(const Deps& deps, const server::Call& call,
                         const v1::UpdatePlaceRequest& request, v1::UpdatePlaceResponse* response);
absl::Status ListPlaces(const Deps& deps, const server::Call& call,
                        const v1::ListPlacesRequest& request, v1::ListPlacesResponse* response);
absl::Status RecordActivity(const Deps& deps, const server::Call& call,
                            const v1::RecordActivityRequest& request,
                            v1::RecordActivityResponse* response);
absl::Status BatchRecordActivities(const Deps& deps, const server::Call& call,
                                   const v1::BatchRecordActivitiesRequest& request,
                                   v1::BatchRecordActivitiesResponse* response);
absl::Status SimulateActivity(const Deps& deps, const server::Call& call,
                              const v1::SimulateActivityRequest& request,
                              v1::SimulateActivityResponse* response);
absl::Status ListActivities(const Deps& deps, const server::Call& call,
                            const v1::ListActivitiesRequest& request,
                            v1::ListActivitiesResponse* response);
absl::Status GrantConsent(const Deps& deps, const server::Call& call,
                          const v1::GrantConsentRequest& request,
                          v1::GrantConsentResponse* response);
absl::Status WithdrawConsent(const Deps& deps, const server::Call& call,
                             const v1::WithdrawConsentRequest& request,
                             v1::WithdrawConsentResponse* response);
absl::Status ListConsents(const Deps& deps, const server::Call& call,
                          const v1::ListConsentsRequest& request,
                          v1::ListConsentsResponse* response);

}  // namespace laurel::members::handlers
