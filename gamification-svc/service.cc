#include "gamification-svc/service.h"

#include "gamification-svc/handlers/handlers.h"

namespace laurel::gamification {

grpc::ServerUnaryReactor* ChallengeService::CreateChallenge(
    grpc::CallbackServerContext* context, const v1::CreateChallengeRequest* request,
    v1::CreateChallengeResponse* response) {
  return rpc_.Run("CreateChallenge", context, request, response, handlers::CreateChallenge, deps_);
}
grpc::ServerUnaryReactor* ChallengeService::GetChallenge(grpc::CallbackServerContext* context,
                                                         const v1::GetChallengeRequest* request,
                                                         v1::GetChallengeResponse* response) {
  return rpc_.Run("GetChallenge", context, request, response, handlers::GetChallenge, deps_);
}
grpc::ServerUnaryReactor* ChallengeService::ListChallenges(grpc::CallbackServerContext* context,
                                                           const v1::ListChallengesRequest* request,
                                                           v1::ListChallengesResponse* response) {
  return rpc_.Run("ListChallenges", context, request, response, handlers::ListChallenges, deps_);
}
grpc::ServerUnaryReactor* ChallengeService::ListChallengeProgress(
    grpc::CallbackServerContext* context, const v1::ListChallengeProgressRequest* request,
    v1::ListChallengeProgressResponse* response) {
  return rpc_.Run("ListChallengeProgress", context, request, response,
                  handlers::ListChallengeProgress, deps_);
}

grpc::ServerUnaryReactor* BadgeService::ListBadges(grpc::CallbackServerContext* context,
                                                   const v1::ListBadgesRequest* request,
                                                   v1::ListBadgesResponse* response) {
  return rpc_.Run("ListBadges", context, request, response, handlers::ListBadges, deps_);
}

grpc::ServerUnaryReactor* LeaderboardService::ListLeaders(grpc::CallbackServerContext* context,
                                                          const v1::ListLeadersRequest* request,
                                                          v1::ListLeadersResponse* response) {
  return rpc_.Run("ListLeaders", context, request, response, handlers::ListLeaders, deps_);
}
grpc::ServerUnaryReactor* LeaderboardService::GetRank(grpc::CallbackServerContext* context,
                                                      const v1::GetRankRequest* request,
                                                      v1::GetRankResponse* response) {
  return rpc_.Run("GetRank", context, request, response, handlers::GetRank, deps_);
}

grpc::ServerUnaryReactor* EventSinkService::Deliver(grpc::CallbackServerContext* context,
                                                    const events::v1::DeliverRequest* request,
                                                    events::v1::DeliverResponse* response) {
  return rpc_.Run("Deliver", context, request, response, handlers::Deliver, deps_);
}

}  // namespace laurel::gamification
