// The gRPC service ActivityService: transport only, one line per rpc.
#pragma once

#include "laurel/members/v1/activity_service.grpc.pb.h"
#include "lib/server/rpc.h"
#include "members-svc/deps.h"

namespace laurel::members {

class ActivityService final : public v1::ActivityService::CallbackService {
 public:
  ActivityService(server::Runtime& runtime, const Deps& deps)
      : rpc_(runtime, v1::ActivityService::service_full_name()), deps_(deps) {}

  grpc::ServerUnaryReactor* CreateActivityType(grpc::CallbackServerContext* context,
                                               const v1::CreateActivityTypeRequest* request,
                                               v1::CreateActivityTypeResponse* response) override;
  grpc::ServerUnaryReactor* UpdateActivityType(grpc::CallbackServerContext* context,
                                               const v1::UpdateActivityTypeRequest* request,
                                               v1::UpdateActivityTypeResponse* response) override;
  grpc::ServerUnaryReactor* GetActivityType(grpc::CallbackServerContext* context,
                                            const v1::GetActivityTypeRequest* request,
                                            v1::GetActivityTypeResponse* response) override;
  grpc::ServerUnaryReactor* ListActivityTypes(grpc::CallbackServerContext* context,
                                              const v1::ListActivityTypesRequest* request,
                                              v1::ListActivityTypesResponse* response) override;
  grpc::ServerUnaryReactor* CreatePlace(grpc::CallbackServerContext* context,
                                        const v1::CreatePlaceRequest* request,
                                        v1::CreatePlaceResponse* response) override;
  grpc::ServerUnaryReactor* UpdatePlace(grpc::CallbackServerContext* context,
                                        const v1::UpdatePlaceRequest* request,
                                        v1::UpdatePlaceResponse* response) override;
  grpc::ServerUnaryReactor* ListPlaces(grpc::CallbackServerContext* context,
                                       const v1::ListPlacesRequest* request,
                                       v1::ListPlacesResponse* response) override;
  grpc::ServerUnaryReactor* RecordActivity(grpc::CallbackServerContext* context,
                                           const v1::RecordActivityRequest* request,
                                           v1::RecordActivityResponse* response) override;
  grpc::ServerUnaryReactor* BatchRecordActivities(
      grpc::CallbackServerContext* context, const v1::BatchRecordActivitiesRequest* request,
      v1::BatchRecordActivitiesResponse* response) override;
  grpc::ServerUnaryReactor* SimulateActivity(grpc::CallbackServerContext* context,
                                             const v1::SimulateActivityRequest* request,
                                             v1::SimulateActivityResponse* response) override;
  grpc::ServerUnaryReactor* ListActivities(grpc::CallbackServerContext* context,
                                           const v1::ListActivitiesRequest* request,
                                           v1::ListActivitiesResponse* response) override;
  grpc::ServerUnaryReactor* GrantConsent(grpc::CallbackServerContext* context,
                                         const v1::GrantConsentRequest* request,
                                         v1::GrantConsentResponse* response) override;
  grpc::ServerUnaryReactor* WithdrawConsent(grpc::CallbackServerContext* context,
                                            const v1::WithdrawConsentRequest* request,
                                            v1::WithdrawConsentResponse* response) override;
  grpc::ServerUnaryReactor* ListConsents(grpc::CallbackServerContext* context,
                                         const v1::ListConsentsRequest* request,
                                         v1::ListConsentsResponse* response) override;

 private:
  server::Rpc rpc_;
  const Deps& deps_;
};

}  // namespace laurel::members
