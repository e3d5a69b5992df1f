#include "referrals-svc/service.h"

#include "referrals-svc/handlers/handlers.h"

namespace laurel::referrals {

grpc::ServerUnaryReactor* ReferralProgramService::CreateReferralProgram(
    grpc::CallbackServerContext* context, const v1::CreateReferralProgramRequest* request,
    v1::CreateReferralProgramResponse* response) {
  return rpc_.Run("CreateReferralProgram", context, request, response,
                  handlers::CreateReferralProgram, deps_);
}
grpc::ServerUnaryReactor* ReferralProgramService::GetReferralProgram(
    grpc::CallbackServerContext* context, const v1::GetReferralProgramRequest* request,
    v1::GetReferralProgramResponse* response) {
  return rpc_.Run("GetReferralProgram", context, request, response, handlers::GetReferralProgram,
                  deps_);
}
grpc::ServerUnaryReactor* ReferralProgramService::ListReferralPrograms(
    grpc::CallbackServerContext* context, const v1::ListReferralProgramsRequest* request,
    v1::ListReferralProgramsResponse* response) {
  return rpc_.Run("ListReferralPrograms", context, request, response,
                  handlers::ListReferralPrograms, deps_);
}

grpc::ServerUnaryReactor* ReferralService::CreateReferralCode(
    grpc::CallbackServerContext* context, const v1::CreateReferralCodeRequest* request,
    v1::CreateReferralCodeResponse* response) {
  return rpc_.Run("CreateReferralCode", context, request, response, handlers::CreateReferralCode,
                  deps_);
}
grpc::ServerUnaryReactor* ReferralService::RegisterReferral(
    grpc::CallbackServerContext* context, const v1::RegisterReferralRequest* request,
    v1::RegisterReferralResponse* response) {
  return rpc_.Run("RegisterReferral", context, request, response, handlers::RegisterReferral,
                  deps_);
}
grpc::ServerUnaryReactor* ReferralService::GetReferral(grpc::CallbackServerContext* context,
                                                       const v1::GetReferralRequest* request,
                                                       v1::GetReferralResponse* response) {
  return rpc_.Run("GetReferral", context, request, response, handlers::GetReferral, deps_);
}
grpc::ServerUnaryReactor* ReferralService::ListReferrals(grpc::CallbackServerContext* context,
                                                         const v1::ListReferralsRequest* request,
                                                         v1::ListReferralsResponse* response) {
  return rpc_.Run("ListReferrals", context, request, response, handlers::ListReferrals, deps_);
}

grpc::ServerUnaryReactor* EventSinkService::Deliver(grpc::CallbackServerContext* context,
                                                    const events::v1::DeliverRequest* request,
                                                    events::v1::DeliverResponse* response) {
  return rpc_.Run("Deliver", context, request, response, handlers::Deliver, deps_);
}

}  // namespace laurel::referrals
