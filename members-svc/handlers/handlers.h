// One handler per rpc, each in the file of its name. Those with a Done are batched and answer from
// another thread; the others may block.
#pragma once

#include "absl/status/status.h"
#include "laurel/members/v1/access.pb.h"
#include "laurel/members/v1/campaign.pb.h"
#include "laurel/members/v1/member.pb.h"
#include "laurel/members/v1/order.pb.h"
#include "laurel/members/v1/program.pb.h"
#include "laurel/members/v1/wallet.pb.h"
#include "lib/server/call.h"
#include "members-svc/deps.h"

namespace laurel::members::handlers {

// ProgramService
absl::Status CreateProgram(const Deps& deps, const server::Call& call,
                           const v1::CreateProgramRequest& request,
                           v1::CreateProgramResponse* response);
absl::Status GetProgram(const Deps& deps, const server::Call& call,
                        const v1::GetProgramRequest& request, v1::GetProgramResponse* response);
absl::Status CreateWalletType(const Deps& deps, const server::Call& call,
                              const v1::CreateWalletTypeRequest& request,
                              v1::CreateWalletTypeResponse* response);
absl::Status ListWalletTypes(const Deps& deps, const server::Call& call,
                             const v1::ListWalletTypesRequest& request,
                             v1::ListWalletTypesResponse* response);

// MemberService
absl::Status EnrolMember(const Deps& deps, const server::Call& call,
                         const v1::EnrolMemberRequest& request, v1::EnrolMemberResponse* response);
absl::Status BatchEnrolMembers(const Deps& deps, const server::Call& call,
                               const v1::BatchEnrolMembersRequest& request,
                               v1::BatchEnrolMembersResponse* response);
absl::Status GetMember(const Deps& deps, const server::Call& call,
                       const v1::GetMemberRequest& request, v1::GetMemberResponse* response);
absl::Status FindMember(const Deps& deps, const server::Call& call,
                        const v1::FindMemberRequest& request, v1::FindMemberResponse* response);
absl::Status SetMemberAttributes(const Deps& deps, const server::Call& call,
                                 const v1::SetMemberAttributesRequest& request,
                                 v1::SetMemberAttributesResponse* response);

// AccessService
absl::Status CreateApiClient(const Deps& deps, const server::Call& call,
                             const v1::CreateApiClientRequest& request,
                             v1::CreateApiClientResponse* response);
absl::Status AddApiKey(const Deps& deps, const server::Call& call,
                       const v1::AddApiKeyRequest& request, v1::AddApiKeyResponse* response);
absl::Status RevokeApiKey(const Deps& deps, const server::Call& call,
                          const v1::RevokeApiKeyRequest& request,
                          v1::RevokeApiKeyResponse* response);
absl::Status VerifyApiKey(const Deps& deps, const server::Call& call,
                          const v1::VerifyApiKeyRequest& request,
                          v1::VerifyApiKeyResponse* response);

// CampaignService
absl::Status CreateCampaign(const Deps& deps, const server::Call& call,
                            const v1::CreateCampaignRequest& request,
                            v1::CreateCampaignResponse* response);
absl::Status ActivateCampaign(const Deps& deps, const server::Call& call,
                              const v1::ActivateCampaignRequest& request,
                              v1::ActivateCampaignResponse* response);
absl::Status PauseCampaign(const Deps& deps, const server::Call& call,
                           const v1::PauseCampaignRequest& request,
                           v1::PauseCampaignResponse* response);
absl::Status GetCampaign(const Deps& deps, const server::Call& call,
                         const v1::GetCampaignRequest& request, v1::GetCampaignResponse* response);
absl::Status ListCampaigns(const Deps& deps, const server::Call& call,
                           const v1::ListCampaignsRequest& request,
                           v1::ListCampaignsResponse* response);

// WalletService
void EarnPoints(const Deps& deps, const server::Call& call, const v1::EarnPointsRequest& request,
                v1::EarnPointsResponse* response, server::Done done);
void SpendPoints(const Deps& deps, const server::Call& call, const v1::SpendPointsRequest& request,
                 v1::SpendPointsResponse* response, server::Done done);
void RefundPoints(const Deps& deps, const server::Call& call,
                  const v1::RefundPointsRequest& request, v1::RefundPointsResponse* response,
                  server::Done done);
void BatchPostPoints(const Deps& deps, const server::Call& call,
                     const v1::BatchPostPointsRequest& request,
                     v1::BatchPostPointsResponse* response, server::Done done);
void ReservePoints(const Deps& deps, const server::Call& call,
                   const v1::ReservePointsRequest& request, v1::ReservePointsResponse* response,
                   server::Done done);
void CaptureReservation(const Deps& deps, const server::Call& call,
                        const v1::CaptureReservationRequest& request,
                        v1::CaptureReservationResponse* response, server::Done done);
void ReleaseReservation(const Deps& deps, const server::Call& call,
                        const v1::ReleaseReservationRequest& request,
                        v1::ReleaseReservationResponse* response, server::Done done);
void AdjustPoints(const Deps& deps, const server::Call& call,
                  const v1::AdjustPointsRequest& request, v1::AdjustPointsResponse* response,
                  server::Done done);
void TransferPoints(const Deps& deps, const server::Call& call,
                    const v1::TransferPointsRequest& request, v1::TransferPointsResponse* response,
                    server::Done done);
void ClawBackPoints(const Deps& deps, const server::Call& call,
                    const v1::ClawBackPointsRequest& request, v1::ClawBackPointsResponse* response,
                    server::Done done);
void ReinstatePoints(const Deps& deps, const server::Call& call,
                     const v1::ReinstatePointsRequest& request,
                     v1::ReinstatePointsResponse* response, server::Done done);
void ActivatePoints(const Deps& deps, const server::Call& call,
                    const v1::ActivatePointsRequest& request, v1::ActivatePointsResponse* response,
                    server::Done done);
void CancelPending(const Deps& deps, const server::Call& call,
                   const v1::CancelPendingRequest& request, v1::CancelPendingResponse* response,
                   server::Done done);
void ReverseEntry(const Deps& deps, const server::Call& call,
                  const v1::ReverseEntryRequest& request, v1::ReverseEntryResponse* response,
                  server::Done done);
absl::Status ListBalances(const Deps& deps, const server::Call& call,
                          const v1::ListBalancesRequest& request,
                          v1::ListBalancesResponse* response);
absl::Status ListEntries(const Deps& deps, const server::Call& call,
                         const v1::ListEntriesRequest& request, v1::ListEntriesResponse* response);
absl::Status VerifyLedger(const Deps& deps, const server::Call& call,
                          const v1::VerifyLedgerRequest& request,
                          v1::VerifyLedgerResponse* response);

// OrderService
void RecordOrder(const Deps& deps, const server::Call& call, const v1::RecordOrderRequest& request,
                 v1::RecordOrderResponse* response, server::Done done);
void BatchRecordOrders(const Deps& deps, const server::Call& call,
                       const v1::BatchRecordOrdersRequest& request,
                       v1::BatchRecordOrdersResponse* response, server::Done done);
absl::Status ReturnOrder(const Deps& deps, const server::Call& call,
                         const v1::ReturnOrderRequest& request, v1::ReturnOrderResponse* response);
absl::Status CancelOrder(const Deps& deps, const server::Call& call,
                         const v1::CancelOrderRequest& request, v1::CancelOrderResponse* response);
absl::Status GetOrder(const Deps& deps, const server::Call& call,
                      const v1::GetOrderRequest& request, v1::GetOrderResponse* response);
absl::Status ListOrders(const Deps& deps, const server::Call& call,
                        const v1::ListOrdersRequest& request, v1::ListOrdersResponse* response);
void AttachOrder(const Deps& deps, const server::Call& call, const v1::AttachOrderRequest& request,
                 v1::AttachOrderResponse* response, server::Done done);
absl::Status ListUnmatchedOrders(const Deps& deps, const server::Call& call,
                                 const v1::ListUnmatchedOrdersRequest& request,
                                 v1::ListUnmatchedOrdersResponse* response);
absl::Status ListSplitReceipts(const Deps& deps, const server::Call& call,
                               const v1::ListSplitReceiptsRequest& request,
                               v1::ListSplitReceiptsResponse* response);

}  // namespace laurel::members::handlers
