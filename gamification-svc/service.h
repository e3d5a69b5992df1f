// The gRPC services of the package laurel.gamification.v1 and the sink of events: transport only,
// one line per rpc.
#pragma once

#include "gamification-svc/deps.h"
#include "laurel/events/v1/event.grpc.pb.h"
#include "laurel/gamification/v1/gamification.grpc.pb.h"
#include "lib/server/rpc.h"

namespace laurel::gamification {

class ChallengeService final : public v1::ChallengeService::CallbackService {
 public:
  ChallengeService(server::Runtime& runtime, const Deps& deps)
      : rpc_(runtime, v1::ChallengeService::service_full_name()), deps_(deps) {}

  grpc::ServerUnaryReactor* CreateChallenge(grpc::CallbackServerContext* context,
                                            const v1::CreateChallengeRequest* request,
                                            v1::CreateChallengeResponse* response) override;
  grpc::ServerUnaryReactor* GetChallenge(grpc::CallbackServerContext* context,
                                         const v1::GetChallengeRequest* request,
                                         v1::GetChallengeResponse* response) override;
  grpc::ServerUnaryReactor* ListChallenges(grpc::CallbackServerContext* context,
                                           const v1::ListChallengesRequest* request,
                                           v1::ListChallengesResponse* response) override;
  grpc::ServerUnaryReactor* ListChallengeProgress(
      grpc::CallbackServerContext* context, const v1::ListChallengeProgressRequest* request,
      v1::ListChallengeProgressResponse* response) override;

 private:
  server::Rpc rpc_;
  const Deps& deps_;
};

class BadgeService final : public v1::BadgeService::CallbackService {
 public:
  BadgeService(server::Runtime& runtime, const Deps& deps)
      : rpc_(runtime, v1::BadgeService::service_full_name()), deps_(deps) {}

  grpc::ServerUnaryReactor* ListBadges(grpc::CallbackServerContext* context,
                                       const v1::ListBadgesRequest* request,
                                       v1::ListBadgesResponse* response) override;

 private:
  server::Rpc rpc_;
  const Deps& deps_;
};

class LeaderboardService final : public v1::LeaderboardService::CallbackService {
 public:
  LeaderboardService(server::Runtime& runtime, const Deps& deps)
      : rpc_(runtime, v1::LeaderboardService::service_full_name()), deps_(deps) {}

  grpc::ServerUnaryReactor* ListLeaders(grpc::CallbackServerContext* context,
                                        const v1::ListLeadersRequest* request,
                                        v1::ListLeadersResponse* response) override;
  grpc::ServerUnaryReactor* GetRank(grpc::CallbackServerContext* context,
                                    const v1::GetRankRequest* request,
                                    v1::GetRankResponse* response) override;

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

}  // namespace laurel::gamification
