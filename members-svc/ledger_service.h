// The gRPC service LedgerService: transport only, one line per rpc.
#pragma once

#include "laurel/members/v1/ledger.grpc.pb.h"
#include "lib/server/rpc.h"
#include "members-svc/deps.h"

namespace laurel::members {

class LedgerService final : public v1::LedgerService::CallbackService {
 public:
  LedgerService(server::Runtime& runtime, const Deps& deps)
      : rpc_(runtime, v1::LedgerService::service_full_name()), deps_(deps) {}

  grpc::ServerUnaryReactor* GetBalanceAsOf(grpc::CallbackServerContext* context,
                                           const v1::GetBalanceAsOfRequest* request,
                                           v1::GetBalanceAsOfResponse* response) override;
  grpc::ServerUnaryReactor* GetSchedule(grpc::CallbackServerContext* context,
                                        const v1::GetScheduleRequest* request,
                                        v1::GetScheduleResponse* response) override;
  grpc::ServerUnaryReactor* ListLedgerEntries(grpc::CallbackServerContext* context,
                                              const v1::ListLedgerEntriesRequest* request,
                                              v1::ListLedgerEntriesResponse* response) override;
  grpc::ServerUnaryReactor* GetEntry(grpc::CallbackServerContext* context,
                                     const v1::GetEntryRequest* request,
                                     v1::GetEntryResponse* response) override;
  grpc::ServerUnaryReactor* ExplainEntry(grpc::CallbackServerContext* context,
                                         const v1::ExplainEntryRequest* request,
                                         v1::ExplainEntryResponse* response) override;
  grpc::ServerUnaryReactor* GetLiability(grpc::CallbackServerContext* context,
                                         const v1::GetLiabilityRequest* request,
                                         v1::GetLiabilityResponse* response) override;
  grpc::ServerUnaryReactor* ListSealedRoots(grpc::CallbackServerContext* context,
                                            const v1::ListSealedRootsRequest* request,
                                            v1::ListSealedRootsResponse* response) override;

 private:
  server::Rpc rpc_;
  const Deps& deps_;
};

}  // namespace laurel::members
