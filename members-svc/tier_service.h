// The gRPC service TierService: transport only, one line per rpc.
#pragma once

#include "laurel/members/v1/tier.grpc.pb.h"
#include "lib/server/rpc.h"
#include "members-svc/deps.h"

namespace laurel::members {

class TierService final : public v1::TierService::CallbackService {
 public:
  TierService(server::Runtime& runtime, const Deps& deps)
      : rpc_(runtime, v1::TierService::service_full_name()), deps_(deps) {}

  grpc::ServerUnaryReactor* CreateTierSet(grpc::CallbackServerContext* context,
                                          const v1::CreateTierSetRequest* request,
                                          v1::CreateTierSetResponse* response) override;
  grpc::ServerUnaryReactor* UpdateTierSet(grpc::CallbackServerContext* context,
                                          const v1::UpdateTierSetRequest* request,
                                          v1::UpdateTierSetResponse* response) override;
  grpc::ServerUnaryReactor* GetTierSet(grpc::CallbackServerContext* context,
                                       const v1::GetTierSetRequest* request,
                                       v1::GetTierSetResponse* response) override;
  grpc::ServerUnaryReactor* ListTierSets(grpc::CallbackServerContext* context,
                                         const v1::ListTierSetsRequest* request,
                                         v1::ListTierSetsResponse* response) override;
  grpc::ServerUnaryReactor* ListTierSetVersions(grpc::CallbackServerContext* context,
                                                const v1::ListTierSetVersionsRequest* request,
                                                v1::ListTierSetVersionsResponse* response) override;
  grpc::ServerUnaryReactor* SetManualTier(grpc::CallbackServerContext* context,
                                          const v1::SetManualTierRequest* request,
                                          v1::SetManualTierResponse* response) override;
  grpc::ServerUnaryReactor* ClearManualTier(grpc::CallbackServerContext* context,
                                            const v1::ClearManualTierRequest* request,
                                            v1::ClearManualTierResponse* response) override;
  grpc::ServerUnaryReactor* GetMemberTiers(grpc::CallbackServerContext* context,
                                           const v1::GetMemberTiersRequest* request,
                                           v1::GetMemberTiersResponse* response) override;
  grpc::ServerUnaryReactor* ListMembersByTier(grpc::CallbackServerContext* context,
                                              const v1::ListMembersByTierRequest* request,
                                              v1::ListMembersByTierResponse* response) override;
  grpc::ServerUnaryReactor* CountMembersByTier(grpc::CallbackServerContext* context,
                                               const v1::CountMembersByTierRequest* request,
                                               v1::CountMembersByTierResponse* response) override;

 private:
  server::Rpc rpc_;
  const Deps& deps_;
};

}  // namespace laurel::members
