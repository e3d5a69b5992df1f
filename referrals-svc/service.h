// The gRPC services of the package laurel.referrals.v1 and the sink of events: transport only, one
// line per rpc.
#pragma once

#include "laurel/events/v1/event.grpc.pb.h"
#include "laurel/referrals/v1/referral.grpc.pb.h"
#include "lib/server/rpc.h"
#include "referrals-svc/deps.h"

namespace laurel::referrals {

class ReferralProgramService final : public v1::ReferralProgramService::CallbackService {
 public:
  ReferralProgramService(server::Runtime& runtime, const Deps& deps)
      : rpc_(runtime, v1::ReferralProgramService::service_full_name()), deps_(deps) {}

  grpc::ServerUnaryReactor* CreateReferralProgram(
      grpc::CallbackServerContext* context, const v1::CreateReferralProgramRequest* request,
      v1::CreateReferralProgramResponse* response) override;
  grpc::ServerUnaryReactor* GetReferralProgram(grpc::CallbackServerContext* context,
                                               const v1::GetReferralProgramRequest* request,
                                               v1::GetReferralProgramResponse* response) override;
  grpc::ServerUnaryReactor* ListReferralPrograms(
      grpc::CallbackServerContext* context, const v1::ListReferralProgramsRequest* request,
      v1::ListReferralProgramsResponse* response) override;

 private:
  server::Rpc rpc_;
  const Deps& deps_;
};

class ReferralService final : public v1::ReferralService::CallbackService {
 public:
  ReferralService(server::Runtime& runtime, const Deps& deps)
      : rpc_(runtime, v1::ReferralService::service_full_name()), deps_(deps) {}

  grpc::ServerUnaryReactor* CreateReferralCode(grpc::CallbackServerContext* context,
                                               const v1::CreateReferralCodeRequest* request,
                                               v1::CreateReferralCodeResponse* response) override;
  grpc::ServerUnaryReactor* RegisterReferral(grpc::CallbackServerContext* context,
                                             const v1::RegisterReferralRequest* request,
                                             v1::RegisterReferralResponse* response) override;
  grpc::ServerUnaryReactor* GetReferral(grpc::CallbackServerContext* context,
                                        const v1::GetReferralRequest* request,
                                        v1::GetReferralResponse* response) override;
  grpc::ServerUnaryReactor* ListReferrals(grpc::CallbackServerContext* context,
                                          const v1::ListReferralsRequest* request,
                                          v1::ListReferralsResponse* response) override;

 private:
  server::Rpc rpc_;
  const Deps& deps_;
};

class EventSinkService final : public events::v1::EventSinkService::CallbackService {
 public:
  EventSinkService(server::Runtime& runtime, const Deps& deps)
      : rpc_(runtime, events::v1::EventSinkService::service_full_name()), deps_(deps) {}

  grpc::ServerUnaryReactor* Deliver(grpc::CallbackServerContext* context,
                                    const events::v1::DeliverRequest* request,
                                    events::v1::DeliverResponse* response) override;

 private:
  server::Rpc rpc_;
  const Deps& deps_;
};

}  // namespace laurel::referrals
