#include "members-svc/ledger_service.h"

#include "members-svc/handlers/ledger_handlers.h"

namespace laurel::members {

grpc::ServerUnaryReactor* LedgerService::GetBalanceAsOf(grpc::CallbackServerContext* context,
                                                        const v1::GetBalanceAsOfRequest* request,
                                                        v1::GetBalanceAsOfResponse* response) {
  return rpc_.Run("GetBalanceAsOf", context, request, response, handlers::GetBalanceAsOf, deps_);
}
grpc::ServerUnaryReactor* LedgerService::GetSchedule(grpc::CallbackServerContext* context,
                                                     const v1::GetScheduleRequest* request,
                                                     v1::GetScheduleResponse* response) {
  return rpc_.Run("GetSchedule", context, request, response, handlers::GetSchedule, deps_);
}
grpc::ServerUnaryReactor* LedgerService::ListLedgerEntries(
    grpc::CallbackServerContext* context, const v1::ListLedgerEntriesRequest* request,
    v1::ListLedgerEntriesResponse* response) {
  return rpc_.Run("ListLedgerEntries", context, request, response, handlers::ListLedgerEntries,
                  deps_);
}
grpc::ServerUnaryReactor* LedgerService::GetEntry(grpc::CallbackServerContext* context,
                                                  const v1::GetEntryRequest* request,
                                                  v1::GetEntryResponse* response) {
  return rpc_.Run("GetEntry", context, request, response, handlers::GetEntry, deps_);
}
grpc::ServerUnaryReactor* LedgerService::ExplainEntry(grpc::CallbackServerContext* context,
                                                      const v1::ExplainEntryRequest* request,
                                                      v1::ExplainEntryResponse* response) {
  return rpc_.Run("ExplainEntry", context, request, response, handlers::ExplainEntry, deps_);
}
grpc::ServerUnaryReactor* LedgerService::GetLiability(grpc::CallbackServerContext* context,
                                                      const v1::GetLiabilityRequest* request,
                                                      v1::GetLiabilityResponse* response) {
  return rpc_.Run("GetLiability", context, request, response, handlers::GetLiability, deps_);
}
grpc::ServerUnaryReactor* LedgerService::ListSealedRoots(grpc::CallbackServerContext* context,
                                                         const v1::ListSealedRootsRequest* request,
                                                         v1::ListSealedRootsResponse* response) {
  return rpc_.Run("ListSealedRoots", context, request, response, handlers::ListSealedRoots, deps_);
}

}  // namespace laurel::members
