#include "members-svc/tier_service.h"

#include "members-svc/handlers/tier_handlers.h"

namespace laurel::members {

grpc::ServerUnaryReactor* TierService::CreateTierSet(grpc::CallbackServerContext* context,
                                                     const v1::CreateTierSetRequest* request,
                                                     v1::CreateTierSetResponse* response) {
  return rpc_.Run("CreateTierSet", context, request, response, handlers::CreateTierSet, deps_);
}
grpc::ServerUnaryReactor* TierService::UpdateTierSet(grpc::CallbackServerContext* context,
                                                     const v1::UpdateTierSetRequest* request,
                                                     v1::UpdateTierSetResponse* response) {
  return rpc_.Run("UpdateTierSet", context, request, response, handlers::UpdateTierSet, deps_);
}
grpc::ServerUnaryReactor* TierService::GetTierSet(grpc::CallbackServerContext* context,
                                                  const v1::GetTierSetRequest* request,
                                                  v1::GetTierSetResponse* response) {
  return rpc_.Run("GetTierSet", context, request, response, handlers::GetTierSet, deps_);
}
grpc::ServerUnaryReactor* TierService::ListTierSets(grpc::CallbackServerContext* context,
                                                    const v1::ListTierSetsRequest* request,
                                                    v1::ListTierSetsResponse* response) {
  return rpc_.Run("ListTierSets", context, request, response, handlers::ListTierSets, deps_);
}
grpc::ServerUnaryReactor* TierService::ListTierSetVersions(
    grpc::CallbackServerContext* context, const v1::ListTierSetVersionsRequest* request,
    v1::ListTierSetVersionsResponse* response) {
  return rpc_.Run("ListTierSetVersions", context, request, response, handlers::ListTierSetVersions,
                  deps_);
}
grpc::ServerUnaryReactor* TierService::SetManualTier(grpc::CallbackServerContext* context,
                                                     const v1::SetManualTierRequest* request,
                                                     v1::SetManualTierResponse* response) {
  return rpc_.Run("SetManualTier", context, request, response, handlers::SetManualTier, deps_);
}
grpc::ServerUnaryReactor* TierService::ClearManualTier(grpc::CallbackServerContext* context,
                                                       const v1::ClearManualTierRequest* request,
                                                       v1::ClearManualTierResponse* response) {
  return rpc_.Run("ClearManualTier", context, request, response, handlers::ClearManualTier, deps_);
}
grpc::ServerUnaryReactor* TierService::GetMemberTiers(grpc::CallbackServerContext* context,
                                                      const v1::GetMemberTiersRequest* request,
                                                      v1::GetMemberTiersResponse* response) {
  return rpc_.Run("GetMemberTiers", context, request, response, handlers::GetMemberTiers, deps_);
}
grpc::ServerUnaryReactor* TierService::ListMembersByTier(
    grpc::CallbackServerContext* context, const v1::ListMembersByTierRequest* request,
    v1::ListMembersByTierResponse* response) {
  return rpc_.Run("ListMembersByTier", context, request, response, handlers::ListMembersByTier,
                  deps_);
}
grpc::ServerUnaryReactor* TierService::CountMembersByTier(
    grpc::CallbackServerContext* context, const v1::CountMembersByTierRequest* request,
    v1::CountMembersByTierResponse* response) {
  return rpc_.Run("CountMembersByTier", context, request, response, handlers::CountMembersByTier,
                  deps_);
}

}  // namespace laurel::members
