// The handlers of TierService, one per rpc, each in the file of its name.
#pragma once

#include "absl/status/status.h"
#include "laurel/members/v1/tier.pb.h"
#include "lib/server/call.h"
#include "members-svc/deps.h"

namespace laurel::members::handlers {

absl::Status CreateTierSet(const Deps& deps, const server::Call& call,
                           const v1::CreateTierSetRequest& request,
                           v1::CreateTierSetResponse* response);
absl::Status UpdateTierSet(const Deps& deps, const server::Call& call,
                           const v1::UpdateTierSetRequest& request,
                           v1::UpdateTierSetResponse* response);
absl::Status GetTierSet(const Deps& deps, const server::Call& call,
                        const v1::GetTierSetRequest& request, v1::GetTierSetResponse* response);
absl::Status ListTierSets(const Deps& deps, const server::Call& call,
                          const v1::ListTierSetsRequest& request,
                          v1::ListTierSetsResponse* response);
absl::Status ListTierSetVersions(const Deps& deps, const server::Call& call,
                                 const v1::ListTierSetVersionsRequest& request,
                                 v1::ListTierSetVersionsResponse* response);
absl::Status SetManualTier(const Deps& deps, const server::Call& call,
                           const v1::SetManualTierRequest& request,
                           v1::SetManualTierResponse* response);
absl::Status ClearManualTier(const Deps& deps, const server::Call& call,
                             const v1::ClearManualTierRequest& request,
                             v1::ClearManualTierResponse* response);
absl::Status GetMemberTiers(const Deps& deps, const server::Call& call,
                            const v1::GetMemberTiersRequest& request,
                            v1::GetMemberTiersResponse* response);
absl::Status ListMembersByTier(const Deps& deps, const server::Call& call,
                               const v1::ListMembersByTierRequest& request,
                               v1::ListMembersByTierResponse* response);
absl::Status CountMembersByTier(const Deps& deps, const server::Call& call,
                                const v1::CountMembersByTierRequest& request,
                                v1::CountMembersByTierResponse* response);

}  // namespace laurel::members::handlers
