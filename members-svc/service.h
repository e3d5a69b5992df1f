// The six gRPC services of the package laurel.members.v1: transport only, one line per rpc.
#pragma once

#include "laurel/members/v1/access.grpc.pb.h"
#include "laurel/members/v1/campaign.grpc.pb.h"
#include "laurel/members/v1/member.grpc.pb.h"
#include "laurel/members/v1/order.grpc.pb.h"
#include "laurel/members/v1/program.grpc.pb.h"
#include "laurel/members/v1/wallet.grpc.pb.h"
#include "lib/server/rpc.h"
#include "members-svc/deps.h"

namespace laurel::members {

class ProgramService final : public v1::ProgramService::CallbackService {
 public:
  ProgramService(server::Runtime& runtime, const Deps& deps)
      : rpc_(runtime, v1::ProgramService::service_full_name()), deps_(deps) {}

  grpc::ServerUnaryReactor* CreateProgram(grpc::CallbackServerContext* context,
                                          const v1::CreateProgramRequest* request,
                                          v1::CreateProgramResponse* response) override;
  grpc::ServerUnaryReactor* GetProgram(grpc::CallbackServerContext* context,
                                       const v1::GetProgramRequest* request,
                                       v1::GetProgramResponse* response) override;
  grpc::ServerUnaryReactor* CreateWalletType(grpc::CallbackServerContext* context,
                                             const v1::CreateWalletTypeRequest* request,
                                             v1::CreateWalletTypeResponse* response) override;
  grpc::ServerUnaryReactor* ListWalletTypes(grpc::CallbackServerContext* context,
                                            const v1::ListWalletTypesRequest* request,
                                            v1::ListWalletTypesResponse* response) override;

 private:
  server::Rpc rpc_;
  const Deps& deps_;
};

class MemberService final : public v1::MemberService::CallbackService {
 public:
  MemberService(server::Runtime& runtime, const Deps& deps)
      : rpc_(runtime, v1::MemberService::service_full_name()), deps_(deps) {}

  grpc::ServerUnaryReactor* EnrolMember(grpc::CallbackServerContext* context,
                                        const v1::EnrolMemberRequest* request,
                                        v1::EnrolMemberResponse* response) override;
  grpc::ServerUnaryReactor* BatchEnrolMembers(grpc::CallbackServerContext* context,
                                              const v1::BatchEnrolMembersRequest* request,
                                              v1::BatchEnrolMembersResponse* response) override;
  grpc::ServerUnaryReactor* GetMember(grpc::CallbackServerContext* context,
                                      const v1::GetMemberRequest* request,
                                      v1::GetMemberResponse* response) override;
  grpc::ServerUnaryReactor* FindMember(grpc::CallbackServerContext* context,
                                       const v1::FindMemberRequest* request,
                                       v1::FindMemberResponse* response) override;
  grpc::ServerUnaryReactor* SetMemberAttributes(grpc::CallbackServerContext* context,
                                                const v1::SetMemberAttributesRequest* request,
                                                v1::SetMemberAttributesResponse* response) override;

 private:
  server::Rpc rpc_;
  const Deps& deps_;
};

class AccessService final : public v1::AccessService::CallbackService {
 public:
  AccessService(server::Runtime& runtime, const Deps& deps)
      : rpc_(runtime, v1::AccessService::service_full_name()), deps_(deps) {}

  grpc::ServerUnaryReactor* CreateApiClient(grpc::CallbackServerContext* context,
                                            const v1::CreateApiClientRequest* request,
                                            v1::CreateApiClientResponse* response) override;
  grpc::ServerUnaryReactor* AddApiKey(grpc::CallbackServerContext* context,
                                      const v1::AddApiKeyRequest* request,
                                      v1::AddApiKeyResponse* response) override;
  grpc::ServerUnaryReactor* RevokeApiKey(grpc::CallbackServerContext* context,
                                         const v1::RevokeApiKeyRequest* request,
                                         v1::RevokeApiKeyResponse* response) override;
  grpc::ServerUnaryReactor* VerifyApiKey(grpc::CallbackServerContext* context,
                                         const v1::VerifyApiKeyRequest* request,
                                         v1::VerifyApiKeyResponse* response) override;

 private:
  server::Rpc rpc_;
  const Deps& deps_;
};

class CampaignService final : public v1::CampaignService::CallbackService {
 public:
  CampaignService(server::Runtime& runtime, const Deps& deps)
      : rpc_(runtime, v1::CampaignService::service_full_name()), deps_(deps) {}

  grpc::ServerUnaryReactor* CreateCampaign(grpc::CallbackServerContext* context,
                                           const v1::CreateCampaignRequest* request,
                                           v1::CreateCampaignResponse* response) override;
  grpc::ServerUnaryReactor* ActivateCampaign(grpc::CallbackServerContext* context,
                                             const v1::ActivateCampaignRequest* request,
                                             v1::ActivateCampaignResponse* response) override;
  grpc::ServerUnaryReactor* PauseCampaign(grpc::CallbackServerContext* context,
                                          const v1::PauseCampaignRequest* request,
                                          v1::PauseCampaignResponse* response) override;
  grpc::ServerUnaryReactor* GetCampaign(grpc::CallbackServerContext* context,
                                        const v1::GetCampaignRequest* request,
                                        v1::GetCampaignResponse* response) override;
  grpc::ServerUnaryReactor* ListCampaigns(grpc::CallbackServerContext* context,
                                          const v1::ListCampaignsRequest* request,
                                          v1::ListCampaignsResponse* response) override;

 private:
  server::Rpc rpc_;
  const Deps& deps_;
};

class WalletService final : public v1::WalletService::CallbackService {
 public:
  WalletService(server::Runtime& runtime, const Deps& deps)
      : rpc_(runtime, v1::WalletService::service_full_name()), deps_(deps) {}

  grpc::ServerUnaryReactor* EarnPoints(grpc::CallbackServerContext* context,
                                       const v1::EarnPointsRequest* request,
                                       v1::EarnPointsResponse* response) override;
  grpc::ServerUnaryReactor* SpendPoints(grpc::CallbackServerContext* context,
                                        const v1::SpendPointsRequest* request,
                                        v1::SpendPointsResponse* response) override;
  grpc::ServerUnaryReactor* RefundPoints(grpc::CallbackServerContext* context,
                                         const v1::RefundPointsRequest* request,
                                         v1::RefundPointsResponse* response) override;
  grpc::ServerUnaryReactor* BatchPostPoints(grpc::CallbackServerContext* context,
                                            const v1::BatchPostPointsRequest* request,
                                            v1::BatchPostPointsResponse* response) override;
  grpc::ServerUnaryReactor* ReservePoints(grpc::CallbackServerContext* context,
                                          const v1::ReservePointsRequest* request,
                                          v1::ReservePointsResponse* response) override;
  grpc::ServerUnaryReactor* CaptureReservation(grpc::CallbackServerContext* context,
                                               const v1::CaptureReservationRequest* request,
                                               v1::CaptureReservationResponse* response) override;
  grpc::ServerUnaryReactor* ReleaseReservation(grpc::CallbackServerContext* context,
                                               const v1::ReleaseReservationRequest* request,
                                               v1::ReleaseReservationResponse* response) override;
  grpc::ServerUnaryReactor* AdjustPoints(grpc::CallbackServerContext* context,
                                         const v1::AdjustPointsRequest* request,
                                         v1::AdjustPointsResponse* response) override;
  grpc::ServerUnaryReactor* TransferPoints(grpc::CallbackServerContext* context,
                                           const v1::TransferPointsRequest* request,
                                           v1::TransferPointsResponse* response) override;
  grpc::ServerUnaryReactor* ClawBackPoints(grpc::CallbackServerContext* context,
                                           const v1::ClawBackPointsRequest* request,
                                           v1::ClawBackPointsResponse* response) override;
  grpc::ServerUnaryReactor* ReinstatePoints(grpc::CallbackServerContext* context,
                                            const v1::ReinstatePointsRequest* request,
                                            v1::ReinstatePointsResponse* response) override;
  grpc::ServerUnaryReactor* ActivatePoints(grpc::CallbackServerContext* context,
                                           const v1::ActivatePointsRequest* request,
                                           v1::ActivatePointsResponse* response) override;
  grpc::ServerUnaryReactor* CancelPending(grpc::CallbackServerContext* context,
                                          const v1::CancelPendingRequest* request,
                                          v1::CancelPendingResponse* response) override;
  grpc::ServerUnaryReactor* ReverseEntry(grpc::CallbackServerContext* context,
                                         const v1::ReverseEntryRequest* request,
                                         v1::ReverseEntryResponse* response) override;
  grpc::ServerUnaryReactor* ListBalances(grpc::CallbackServerContext* context,
                                         const v1::ListBalancesRequest* request,
                                         v1::ListBalancesResponse* response) override;
  grpc::ServerUnaryReactor* ListEntries(grpc::CallbackServerContext* context,
                                        const v1::ListEntriesRequest* request,
                                        v1::ListEntriesResponse* response) override;
  grpc::ServerUnaryReactor* VerifyLedger(grpc::CallbackServerContext* context,
                                         const v1::VerifyLedgerRequest* request,
                                         v1::VerifyLedgerResponse* response) override;

 private:
  server::Rpc rpc_;
  const Deps& deps_;
};

class OrderService final : public v1::OrderService::CallbackService {
 public:
  OrderService(server::Runtime& runtime, const Deps& deps)
      : rpc_(runtime, v1::OrderService::service_full_name()), deps_(deps) {}

  grpc::ServerUnaryReactor* RecordOrder(grpc::CallbackServerContext* context,
                                        const v1::RecordOrderRequest* request,
                                        v1::RecordOrderResponse* response) override;
  grpc::ServerUnaryReactor* BatchRecordOrders(grpc::CallbackServerContext* context,
                                              const v1::BatchRecordOrdersRequest* request,
                                              v1::BatchRecordOrdersResponse* response) override;
  grpc::ServerUnaryReactor* ReturnOrder(grpc::CallbackServerContext* context,
                                        const v1::ReturnOrderRequest* request,
                                        v1::ReturnOrderResponse* response) override;
  grpc::ServerUnaryReactor* CancelOrder(grpc::CallbackServerContext* context,
                                        const v1::CancelOrderRequest* request,
                                        v1::CancelOrderResponse* response) override;
  grpc::ServerUnaryReactor* GetOrder(grpc::CallbackServerContext* context,
                                     const v1::GetOrderRequest* request,
                                     v1::GetOrderResponse* response) override;
  grpc::ServerUnaryReactor* ListOrders(grpc::CallbackServerContext* context,
                                       const v1::ListOrdersRequest* request,
                                       v1::ListOrdersResponse* response) override;
  grpc::ServerUnaryReactor* AttachOrder(grpc::CallbackServerContext* context,
                                        const v1::AttachOrderRequest* request,
                                        v1::AttachOrderResponse* response) override;
  grpc::ServerUnaryReactor* ListUnmatchedOrders(grpc::CallbackServerContext* context,
                                                const v1::ListUnmatchedOrdersRequest* request,
                                                v1::ListUnmatchedOrdersResponse* response) override;
  grpc::ServerUnaryReactor* ListSplitReceipts(grpc::CallbackServerContext* context,
                                              const v1::ListSplitReceiptsRequest* request,
                                              v1::ListSplitReceiptsResponse* response) override;

 private:
  server::Rpc rpc_;
  const Deps& deps_;
};

}  // namespace laurel::members
