// How a redemption or a cancellation goes on after members-svc has answered, or has not: pure.
//
// The call that moves the points is the pivot: before it everything can be given back locally,
// after it nothing can be refused. A refusal counts only when no earlier call of the same saga can
// still take effect: a driver may have sent one and died, or stopped waiting for it.
#pragma once

#include <cstdint>
#include <optional>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "lib/base/uuid.h"
#include "rewards-svc/domain/redemption.h"

namespace laurel::rewards {

// How long one call to members-svc may take.
inline constexpr absl::Duration kCallTimeout = absl::Seconds(3);
// How long a claim holds, from before the call. It outlives the call's deadline by so much (a
// batch of members-svc that has begun and its way there) that once the lease is over, the call has
// taken effect or never will.
inline constexpr absl::Duration kLease = absl::Seconds(10);
// Request ids are kept for 30 days: for how long a spend may be asked about.
inline constexpr absl::Duration kAskAtMost = absl::Hours(24 * 29);

// A saga in the hands of a driver. The fence is redemption.attempts, the doubt that its own call
// leaves redemption.doubt_until.
struct Claim {
  Redemption redemption;
  // Until then a call of an earlier driver may still take effect.
  absl::Time earlier_doubt;
};

// What members-svc said.
struct Answer {
  enum class Kind { kDone, kRefused, kUnknown };
  Kind kind = Kind::kUnknown;
  // The refusal as members-svc worded it, or what left it open.
  absl::Status status = {};
  // Of a spend that is done.
  std::optional<base::Uuid> entry_id = {};
  // When the call was made, by the machine's clock.
  absl::Time asked_at = {};
};

// Refused are only answers that members-svc gives by a rule and that say that nothing happened,
// now or at an earlier try with the same request id. Everything else is unknown: the calls that
// never arrived among the rest, and REQUEST_ID_REUSED, which says that something did happen.
Answer ReadSpendAnswer(const absl::StatusOr<base::Uuid>& answer);
// The same; a spend that somebody has refunded already is refunded.
Answer ReadRefundAnswer(const absl::Status& answer);

struct Decision {
  enum class Step { kComplete, kRefuse, kAskAgain };
  Step step = Step::kAskAgain;
  // For kAskAgain.
  absl::Time ask_again_at;
  absl::Time doubt_until;
};
Decision Decide(const Claim& claim, const Answer& answer, absl::Time now);

// Whether its spend is so old that members-svc may have forgotten the request id, so that asking
// again could spend twice.
bool TooOldToAsk(const Redemption& redemption, absl::Time now);

}  // namespace laurel::rewards
