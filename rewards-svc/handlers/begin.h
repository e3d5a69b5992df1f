// The first step of a saga: one local transaction that finds what the same request has begun
// before, or begins it. Handlers go on from there with SagaDriver::Settle.
#pragma once

#include <optional>

#include "absl/status/statusor.h"
#include "laurel/rewards/v1/reward.pb.h"
#include "lib/server/call.h"
#include "rewards-svc/deps.h"
#include "rewards-svc/domain/saga.h"

namespace laurel::rewards::handlers {

struct Begun {
  Redemption redemption;
  // Of a saga that began now; empty where it was found.
  std::optional<Claim> claim;
};

// A pending redemption, with one unit of stock and a coupon code held.
absl::StatusOr<Begun> BeginRedemption(const Deps& deps, const server::Call& call,
                                      const v1::RedeemRewardRequest& request);
// A redemption that is being cancelled: its code is dead from here on.
absl::StatusOr<Begun> BeginCancellation(const Deps& deps, const server::Call& call,
                                        const v1::CancelRedemptionRequest& request);

// The caller's scope for Settle: a little less time than the caller has, so that even "not known
// yet" reaches it.
trace::Scope ScopeForSaga(const server::Call& call);

// A saga that the database kept this driver from ending: `error` goes into the log, the caller is
// told that it goes on (UNAVAILABLE, REDEMPTION_PENDING).
absl::Status LeftToWorker(const server::Call& call, const absl::Status& error);

}  // namespace laurel::rewards::handlers
