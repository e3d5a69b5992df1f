#include "members-svc/service.h"

#include "members-svc/handlers/handlers.h"

namespace laurel::members {

grpc::ServerUnaryReactor* ProgramService::CreateProgram(grpc::CallbackServerContext* context,
                                                        const v1::CreateProgramRequest* request,
                                                        v1::CreateProgramResponse* response) {
  return rpc_.Run("CreateProgram", context, request, response, handlers::CreateProgram, deps_);
}
grpc::ServerUnaryReactor* ProgramService::GetProgram(grpc::CallbackServerContext* context,
                                                     const v1::GetProgramRequest* request,
                                                     v1::GetProgramResponse* response) {
  return rpc_.Run("GetProgram", context, request, response, handlers::GetProgram, deps_);
}
grpc::ServerUnaryReactor* ProgramService::CreateWalletType(
    grpc::CallbackServerContext* context, const v1::CreateWalletTypeRequest* request,
    v1::CreateWalletTypeResponse* response) {
  return rpc_.Run("CreateWalletType", context, request, response, handlers::CreateWalletType,
                  deps_);
}
grpc::ServerUnaryReactor* ProgramService::ListWalletTypes(grpc::CallbackServerContext* context,
                                                          const v1::ListWalletTypesRequest* request,
                                                          v1::ListWalletTypesResponse* response) {
  return rpc_.Run("ListWalletTypes", context, request, response, handlers::ListWalletTypes, deps_);
}

grpc::ServerUnaryReactor* MemberService::EnrolMember(grpc::CallbackServerContext* context,
                                                     const v1::EnrolMemberRequest* request,
                                                     v1::EnrolMemberResponse* response) {
  return rpc_.Run("EnrolMember", context, request, response, handlers::EnrolMember, deps_);
}
grpc::ServerUnaryReactor* MemberService::BatchEnrolMembers(
    grpc::CallbackServerContext* context, const v1::BatchEnrolMembersRequest* request,
    v1::BatchEnrolMembersResponse* response) {
  return rpc_.Run("BatchEnrolMembers", context, request, response, handlers::BatchEnrolMembers,
                  deps_);
}
grpc::ServerUnaryReactor* MemberService::GetMember(grpc::CallbackServerContext* context,
                                                   const v1::GetMemberRequest* request,
                                                   v1::GetMemberResponse* response) {
  return rpc_.Run("GetMember", context, request, response, handlers::GetMember, deps_);
}
grpc::ServerUnaryReactor* MemberService::FindMember(grpc::CallbackServerContext* context,
                                                    const v1::FindMemberRequest* request,
                                                    v1::FindMemberResponse* response) {
  return rpc_.Run("FindMember", context, request, response, handlers::FindMember, deps_);
}
grpc::ServerUnaryReactor* MemberService::SetMemberAttributes(
    grpc::CallbackServerContext* context, const v1::SetMemberAttributesRequest* request,
    v1::SetMemberAttributesResponse* response) {
  return rpc_.Run("SetMemberAttributes", context, request, response, handlers::SetMemberAttributes,
                  deps_);
}

grpc::ServerUnaryReactor* AccessService::CreateApiClient(grpc::CallbackServerContext* context,
                                                         const v1::CreateApiClientRequest* request,
                                                         v1::CreateApiClientResponse* response) {
  return rpc_.Run("CreateApiClient", context, request, response, handlers::CreateApiClient, deps_);
}
grpc::ServerUnaryReactor* AccessService::AddApiKey(grpc::CallbackServerContext* context,
                                                   const v1::AddApiKeyRequest* request,
                                                   v1::AddApiKeyResponse* response) {
  return rpc_.Run("AddApiKey", context, request, response, handlers::AddApiKey, deps_);
}
grpc::ServerUnaryReactor* AccessService::RevokeApiKey(grpc::CallbackServerContext* context,
                                                      const v1::RevokeApiKeyRequest* request,
                                                      v1::RevokeApiKeyResponse* response) {
  return rpc_.Run("RevokeApiKey", context, request, response, handlers::RevokeApiKey, deps_);
}
grpc::ServerUnaryReactor* AccessService::VerifyApiKey(grpc::CallbackServerContext* context,
                                                      const v1::VerifyApiKeyRequest* request,
                                                      v1::VerifyApiKeyResponse* response) {
  return rpc_.Run("VerifyApiKey", context, request, response, handlers::VerifyApiKey, deps_);
}

grpc::ServerUnaryReactor* CampaignService::CreateCampaign(grpc::CallbackServerContext* context,
                                                          const v1::CreateCampaignRequest* request,
                                                          v1::CreateCampaignResponse* response) {
  return rpc_.Run("CreateCampaign", context, request, response, handlers::CreateCampaign, deps_);
}
grpc::ServerUnaryReactor* CampaignService::ActivateCampaign(
    grpc::CallbackServerContext* context, const v1::ActivateCampaignRequest* request,
    v1::ActivateCampaignResponse* response) {
  return rpc_.Run("ActivateCampaign", context, request, response, handlers::ActivateCampaign,
                  deps_);
}
grpc::ServerUnaryReactor* CampaignService::PauseCampaign(grpc::CallbackServerContext* context,
                                                         const v1::PauseCampaignRequest* request,
                                                         v1::PauseCampaignResponse* response) {
  return rpc_.Run("PauseCampaign", context, request, response, handlers::PauseCampaign, deps_);
}
grpc::ServerUnaryReactor* CampaignService::GetCampaign(grpc::CallbackServerContext* context,
                                                       const v1::GetCampaignRequest* request,
                                                       v1::GetCampaignResponse* response) {
  return rpc_.Run("GetCampaign", context, request, response, handlers::GetCampaign, deps_);
}
grpc::ServerUnaryReactor* CampaignService::ListCampaigns(grpc::CallbackServerContext* context,
                                                         const v1::ListCampaignsRequest* request,
                                                         v1::ListCampaignsResponse* response) {
  return rpc_.Run("ListCampaigns", context, request, response, handlers::ListCampaigns, deps_);
}

grpc::ServerUnaryReactor* WalletService::EarnPoints(grpc::CallbackServerContext* context,
                                                    const v1::EarnPointsRequest* request,
                                                    v1::EarnPointsResponse* response) {
  return rpc_.Run("EarnPoints", context, request, response, handlers::EarnPoints, deps_);
}
grpc::ServerUnaryReactor* WalletService::SpendPoints(grpc::CallbackServerContext* context,
                                                     const v1::SpendPointsRequest* request,
                                                     v1::SpendPointsResponse* response) {
  return rpc_.Run("SpendPoints", context, request, response, handlers::SpendPoints, deps_);
}
grpc::ServerUnaryReactor* WalletService::RefundPoints(grpc::CallbackServerContext* context,
                                                      const v1::RefundPointsRequest* request,
                                                      v1::RefundPointsResponse* response) {
  return rpc_.Run("RefundPoints", context, request, response, handlers::RefundPoints, deps_);
}
grpc::ServerUnaryReactor* WalletService::BatchPostPoints(grpc::CallbackServerContext* context,
                                                         const v1::BatchPostPointsRequest* request,
                                                         v1::BatchPostPointsResponse* response) {
  return rpc_.Run("BatchPostPoints", context, request, response, handlers::BatchPostPoints, deps_);
}
grpc::ServerUnaryReactor* WalletService::ReservePoints(grpc::CallbackServerContext* context,
                                                       const v1::ReservePointsRequest* request,
                                                       v1::ReservePointsResponse* response) {
  return rpc_.Run("ReservePoints", context, request, response, handlers::ReservePoints, deps_);
}
grpc::ServerUnaryReactor* WalletService::CaptureReservation(
    grpc::CallbackServerContext* context, const v1::CaptureReservationRequest* request,
    v1::CaptureReservationResponse* response) {
  return rpc_.Run("CaptureReservation", context, request, response, handlers::CaptureReservation,
                  deps_);
}
grpc::ServerUnaryReactor* WalletService::ReleaseReservation(
    grpc::CallbackServerContext* context, const v1::ReleaseReservationRequest* request,
    v1::ReleaseReservationResponse* response) {
  return rpc_.Run("ReleaseReservation", context, request, response, handlers::ReleaseReservation,
                  deps_);
}
grpc::ServerUnaryReactor* WalletService::AdjustPoints(grpc::CallbackServerContext* context,
                                                      const v1::AdjustPointsRequest* request,
                                                      v1::AdjustPointsResponse* response) {
  return rpc_.Run("AdjustPoints", context, request, response, handlers::AdjustPoints, deps_);
}
grpc::ServerUnaryReactor* WalletService::TransferPoints(grpc::CallbackServerContext* context,
                                                        const v1::TransferPointsRequest* request,
                                                        v1::TransferPointsResponse* response) {
  return rpc_.Run("TransferPoints", context, request, response, handlers::TransferPoints, deps_);
}
grpc::ServerUnaryReactor* WalletService::ClawBackPoints(grpc::CallbackServerContext* context,
                                                        const v1::ClawBackPointsRequest* request,
                                                        v1::ClawBackPointsResponse* response) {
  return rpc_.Run("ClawBackPoints", context, request, response, handlers::ClawBackPoints, deps_);
}
grpc::ServerUnaryReactor* WalletService::ReinstatePoints(grpc::CallbackServerContext* context,
                                                         const v1::ReinstatePointsRequest* request,
                                                         v1::ReinstatePointsResponse* response) {
  return rpc_.Run("ReinstatePoints", context, request, response, handlers::ReinstatePoints, deps_);
}
grpc::ServerUnaryReactor* WalletService::ActivatePoints(grpc::CallbackServerContext* context,
                                                        const v1::ActivatePointsRequest* request,
                                                        v1::ActivatePointsResponse* response) {
  return rpc_.Run("ActivatePoints", context, request, response, handlers::ActivatePoints, deps_);
}
grpc::ServerUnaryReactor* WalletService::CancelPending(grpc::CallbackServerContext* context,
                                                       const v1::CancelPendingRequest* request,
                                                       v1::CancelPendingResponse* response) {
  return rpc_.Run("CancelPending", context, request, response, handlers::CancelPending, deps_);
}
grpc::ServerUnaryReactor* WalletService::ReverseEntry(grpc::CallbackServerContext* context,
                                                      const v1::ReverseEntryRequest* request,
                                                      v1::ReverseEntryResponse* response) {
  return rpc_.Run("ReverseEntry", context, request, response, handlers::ReverseEntry, deps_);
}
grpc::ServerUnaryReactor* WalletService::ListBalances(grpc::CallbackServerContext* context,
                                                      const v1::ListBalancesRequest* request,
                                                      v1::ListBalancesResponse* response) {
  return rpc_.Run("ListBalances", context, request, response, handlers::ListBalances, deps_);
}
grpc::ServerUnaryReactor* WalletService::ListEntries(grpc::CallbackServerContext* context,
                                                     const v1::ListEntriesRequest* request,
                                                     v1::ListEntriesResponse* response) {
  return rpc_.Run("ListEntries", context, request, response, handlers::ListEntries, deps_);
}
grpc::ServerUnaryReactor* WalletService::VerifyLedger(grpc::CallbackServerContext* context,
                                                      const v1::VerifyLedgerRequest* request,
                                                      v1::VerifyLedgerResponse* response) {
  return rpc_.Run("VerifyLedger", context, request, response, handlers::VerifyLedger, deps_);
}

grpc::ServerUnaryReactor* OrderService::RecordOrder(grpc::CallbackServerContext* context,
                                                    const v1::RecordOrderRequest* request,
                                                    v1::RecordOrderResponse* response) {
  return rpc_.Run("RecordOrder", context, request, response, handlers::RecordOrder, deps_);
}
grpc::ServerUnaryReactor* OrderService::BatchRecordOrders(
    grpc::CallbackServerContext* context, const v1::BatchRecordOrdersRequest* request,
    v1::BatchRecordOrdersResponse* response) {
  return rpc_.Run("BatchRecordOrders", context, request, response, handlers::BatchRecordOrders,
                  deps_);
}
grpc::ServerUnaryReactor* OrderService::ReturnOrder(grpc::CallbackServerContext* context,
                                                    const v1::ReturnOrderRequest* request,
                                                    v1::ReturnOrderResponse* response) {
  return rpc_.Run("ReturnOrder", context, request, response, handlers::ReturnOrder, deps_);
}
grpc::ServerUnaryReactor* OrderService::CancelOrder(grpc::CallbackServerContext* context,
                                                    const v1::CancelOrderRequest* request,
                                                    v1::CancelOrderResponse* response) {
  return rpc_.Run("CancelOrder", context, request, response, handlers::CancelOrder, deps_);
}
grpc::ServerUnaryReactor* OrderService::GetOrder(grpc::CallbackServerContext* context,
                                                 const v1::GetOrderRequest* request,
                                                 v1::GetOrderResponse* response) {
  return rpc_.Run("GetOrder", context, request, response, handlers::GetOrder, deps_);
}
grpc::ServerUnaryReactor* OrderService::ListOrders(grpc::CallbackServerContext* context,
                                                   const v1::ListOrdersRequest* request,
                                                   v1::ListOrdersResponse* response) {
  return rpc_.Run("ListOrders", context, request, response, handlers::ListOrders, deps_);
}
grpc::ServerUnaryReactor* OrderService::AttachOrder(grpc::CallbackServerContext* context,
                                                    const v1::AttachOrderRequest* request,
                                                    v1::AttachOrderResponse* response) {
  return rpc_.Run("AttachOrder", context, request, response, handlers::AttachOrder, deps_);
}
grpc::ServerUnaryReactor* OrderService::ListUnmatchedOrders(
    grpc::CallbackServerContext* context, const v1::ListUnmatchedOrdersRequest* request,
    v1::ListUnmatchedOrdersResponse* response) {
  return rpc_.Run("ListUnmatchedOrders", context, request, response, handlers::ListUnmatchedOrders,
                  deps_);
}
grpc::ServerUnaryReactor* OrderService::ListSplitReceipts(
    grpc::CallbackServerContext* context, const v1::ListSplitReceiptsRequest* request,
    v1::ListSplitReceiptsResponse* response) {
  return rpc_.Run("ListSplitReceipts", context, request, response, handlers::ListSplitReceipts,
                  deps_);
}

}  // namespace laurel::members
