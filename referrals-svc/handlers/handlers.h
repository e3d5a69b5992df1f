// One handler per rpc, each in the file of its name. All may block.
#pragma once

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "laurel/events/v1/event.pb.h"
#include "laurel/referrals/v1/referral.pb.h"
#include "lib/server/call.h"
#include "referrals-svc/deps.h"

namespace laurel::referrals::handlers {

// ReferralProgramService
absl::Status CreateReferralProgram(const Deps& deps, const server::Call& call,
                                   const v1::CreateReferralProgramRequest& request,
                                   v1::CreateReferralProgramResponse* response);
absl::Status GetReferralProgram(const Deps& deps, const server::Call& call,
                                const v1::GetReferralProgramRequest& request,
                                v1::GetReferralProgramResponse* response);
absl::Status ListReferralPrograms(const Deps& deps, const server::Call& call,
                                  const v1::ListReferralProgramsRequest& request,
                                  v1::ListReferralProgramsResponse* response);

// ReferralService
absl::Status CreateReferralCode(const Deps& deps, const server::Call& call,
                                const v1::CreateReferralCodeRequest& request,
                                v1::CreateReferralCodeResponse* response);
absl::Status RegisterReferral(const Deps& deps, const server::Call& call,
                              const v1::RegisterReferralRequest& request,
                              v1::RegisterReferralResponse* response);
absl::Status GetReferral(const Deps& deps, const server::Call& call,
                         const v1::GetReferralRequest& request, v1::GetReferralResponse* response);
absl::Status ListReferrals(const Deps& deps, const server::Call& call,
                           const v1::ListReferralsRequest& request,
                           v1::ListReferralsResponse* response);

// EventSinkService
absl::Status Deliver(const Deps& deps, const server::Call& call,
                     const events::v1::DeliverRequest& request,
                     events::v1::DeliverResponse* response);

// When a member joined, asked of members-svc; its errors (MEMBER_NOT_FOUND among them) pass
// through.
absl::StatusOr<absl::Time> JoinTimeOf(const Deps& deps, const server::Call& call,
                                      const std::string& program_id, const std::string& member_id);

}  // namespace laurel::referrals::handlers
