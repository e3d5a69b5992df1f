#include "members-svc/activity_service.h"

#include "members-svc/handlers/activity_handlers.h"

namespace laurel::members {

grpc::ServerUnaryReactor* ActivityService::CreateActivityType(
    grpc::CallbackServerContext* context, const v1::CreateActivityTypeRequest* request,
    v1::CreateActivityTypeResponse* response) {
  return rpc_.Run("CreateActivityType", context, request, response, handlers::CreateActivityType,
                  deps_);
}
grpc::ServerUnaryReactor* ActivityService::UpdateActivityType(
    grpc::CallbackServerContext* context, const v1::UpdateActivityTypeRequest* request,
    v1::UpdateActivityTypeResponse* response) {
  return rpc_.Run("UpdateActivityType", context, request, response, handlers::UpdateActivityType,
                  deps_);
}
grpc::ServerUnaryReactor* ActivityService::GetActivityType(
    grpc::CallbackServerContext* context, const v1::GetActivityTypeRequest* request,
    v1::GetActivityTypeResponse* response) {
  return rpc_.Run("GetActivityType", context, request, response, handlers::GetActivityType, deps_);
}
grpc::ServerUnaryReactor* ActivityService::ListActivityTypes(
    grpc::CallbackServerContext* context, const v1::ListActivityTypesRequest* request,
    v1::ListActivityTypesResponse* response) {
  return rpc_.Run("ListActivityTypes", context, request, response, handlers::ListActivityTypes,
                  deps_);
}
grpc::ServerUnaryReactor* ActivityService::CreatePlace(grpc::CallbackServerContext* context,
                                                       const v1::CreatePlaceRequest* request,
                                                       v1::CreatePlaceResponse* response) {
  return rpc_.Run("CreatePlace", context, request, response, handlers::CreatePlace, deps_);
}
grpc::ServerUnaryReactor* ActivityService::UpdatePlace(grpc::CallbackServerContext* context,
                                                       const v1::UpdatePlaceRequest* request,
                                                       v1::UpdatePlaceResponse* response) {
  return rpc_.Run("UpdatePlace", context, request, response, handlers::UpdatePlace, deps_);
}
grpc::ServerUnaryReactor* ActivityService::ListPlaces(grpc::CallbackServerContext* context,
                                                      const v1::ListPlacesRequest* request,
                                                      v1::ListPlacesResponse* response) {
  return rpc_.Run("ListPlaces", context, request, response, handlers::ListPlaces, deps_);
}
grpc::ServerUnaryReactor* ActivityService::RecordActivity(grpc::CallbackServerContext* context,
                                                          const v1::RecordActivityRequest* request,
                                                          v1::RecordActivityResponse* response) {
  return rpc_.Run("RecordActivity", context, request, response, handlers::RecordActivity, deps_);
}
grpc::ServerUnaryReactor* ActivityService::BatchRecordActivities(
    grpc::CallbackServerContext* context, const v1::BatchRecordActivitiesRequest* request,
    v1::BatchRecordActivitiesResponse* response) {
  return rpc_.Run("BatchRecordActivities", context, request, response,
                  handlers::BatchRecordActivities, deps_);
}
grpc::ServerUnaryReactor* ActivityService::SimulateActivity(
    grpc::CallbackServerContext* context, const v1::SimulateActivityRequest* request,
    v1::SimulateActivityResponse* response) {
  return rpc_.Run("SimulateActivity", context, request, response, handlers::SimulateActivity,
                  deps_);
}
grpc::ServerUnaryReactor* ActivityService::ListActivities(grpc::CallbackServerContext* context,
                                                          const v1::ListActivitiesRequest* request,
                                                          v1::ListActivitiesResponse* response) {
  return rpc_.Run("ListActivities", context, request, response, handlers::ListActivities, deps_);
}
grpc::ServerUnaryReactor* ActivityService::GrantConsent(grpc::CallbackServerContext* context,
                                                        const v1::GrantConsentRequest* request,
                                                        v1::GrantConsentResponse* response) {
  return rpc_.Run("GrantConsent", context, request, response, handlers::GrantConsent, deps_);
}
grpc::ServerUnaryReactor* ActivityService::WithdrawConsent(
    grpc::CallbackServerContext* context, const v1::WithdrawConsentRequest* request,
    v1::WithdrawConsentResponse* response) {
  return rpc_.Run("WithdrawConsent", context, request, response, handlers::WithdrawConsent, deps_);
}
grpc::ServerUnaryReactor* ActivityService::ListConsents(grpc::CallbackServerContext* context,
                                                        const v1::ListConsentsRequest* request,
                                                        v1::ListConsentsResponse* response) {
  return rpc_.Run("ListConsents", context, request, response, handlers::ListConsents, deps_);
}

}  // namespace laurel::members
