// One handler per rpc, each in the file of its name. All may block.
#pragma once

#include "absl/status/status.h"
#include "gamification-svc/deps.h"
#include "laurel/events/v1/event.pb.h"
#include "laurel/gamification/v1/gamification.pb.h"
#include "lib/server/call.h"

namespace laurel::gamification::handlers {

// ChallengeService
absl::Status CreateChallenge(const Deps& deps, const server::Call& call,
                             const v1::CreateChallengeRequest& request,
                             v1::CreateChallengeResponse* response);
absl::Status GetChallenge(const Deps& deps, const server::Call& call,
                          const v1::GetChallengeRequest& request,
                          v1::GetChallengeResponse* response);
absl::Status ListChallenges(const Deps& deps, const server::Call& call,
                            const v1::ListChallengesRequest& request,
                            v1::ListChallengesResponse* response);
absl::Status ListChallengeProgress(const Deps& deps, const server::Call& call,
                                   const v1::ListChallengeProgressRequest& request,
                                   v1::ListChallengeProgressResponse* response);

// BadgeService
absl::Status ListBadges(const Deps& deps, const server::Call& call,
                        const v1::ListBadgesRequest& request, v1::ListBadgesResponse* response);

// LeaderboardService
absl::Status ListLeaders(const Deps& deps, const server::Call& call,
                         const v1::ListLeadersRequest& request, v1::ListLeadersResponse* response);
absl::Status GetRank(const Deps& deps, const server::Call& call, const v1::GetRankRequest& request,
                     v1::GetRankResponse* response);

// EventSinkService
absl::Status Deliver(const Deps& deps, const server::Call& call,
                     const events::v1::DeliverRequest& request,
                     events::v1::DeliverResponse* response);

}  // namespace laurel::gamification::handlers
