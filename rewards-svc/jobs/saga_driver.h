// Carries redemptions and cancellations through: asks members-svc to move the points, and writes
// what follows. The same for the handler that began a saga and for the worker that found it left
// behind; domain/saga.h decides. No call is made inside a database transaction.
#pragma once

#include <optional>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "lib/base/clock.h"
#include "lib/base/uuid.h"
#include "lib/db/pool.h"
#include "lib/outbox/relay.h"
#include "lib/trace/trace.h"
#include "rewards-svc/domain/saga.h"
#include "rewards-svc/jobs/members_client.h"
#include "rewards-svc/metrics.h"

namespace laurel::rewards {

// Where a saga stands after a driver has been at it.
struct Outcome {
  Redemption redemption;
  // What members-svc refused it with, where this driver was told.
  absl::Status refusal;

  bool UnderWay() const {
    return redemption.state == State::kPending || redemption.state == State::kCancelling;
  }
};

class SagaDriver {
 public:
  struct Parts {
    const base::Clock& clock;
    // By which leases run and retries fall due.
    const base::Clock& machine;
    base::IdSource& ids;
    db::Pool& pool;
    outbox::Relay& relay;
    Metrics& metrics;
    const MembersClient& members;
  };
  explicit SagaDriver(const Parts& parts) : parts_(parts) {}

  // Drives a saga, as it stands in `redemption`, until it has ended or two calls have left it open;
  // `claim` is empty when it is somebody else's so far. A cancellation that follows a redemption is
  // another saga, and not touched. An error of the database leaves it to the worker.
  absl::StatusOr<Outcome> Settle(const trace::Scope& scope, const Redemption& redemption,
                                 std::optional<Claim> claim);
  // Claims the saga that has been due for longest and drives it one step; false: none is due.
  absl::StatusOr<bool> DriveNextDue();

  // The two halves of a step: the call, and what follows from its answer. Between them the driver
  // may die.
  Answer Ask(const trace::Scope& scope, const Claim& claim) const;
  absl::StatusOr<Outcome> Apply(const trace::Scope& scope, const Claim& claim,
                                const Answer& answer);

 private:
  absl::StatusOr<Outcome> Step(const trace::Scope& scope, const Claim& claim);
  absl::Status Postpone(const Claim& claim, const Decision& decision);
  absl::StatusOr<std::optional<Redemption>> End(db::Tx& tx, const trace::Scope& scope,
                                                const Claim& claim, const Answer& answer,
                                                Decision::Step step);
  void Count(const Claim& claim, Decision::Step step);

  const Parts parts_;
};

}  // namespace laurel::rewards
