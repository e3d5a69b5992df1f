// Picks up sagas whose driver died or was left without an answer, on threads of its own; keeps the
// gauges about them; forgets the keys of their commands after 30 days.
#pragma once

#include <deque>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "lib/base/clock.h"
#include "lib/db/pool.h"
#include "lib/jobs/periodic.h"
#include "rewards-svc/jobs/saga_driver.h"
#include "rewards-svc/metrics.h"

namespace laurel::rewards {

class SagaWorker {
 public:
  struct Parts {
    const base::Clock& clock;
    db::Pool& pool;
    Metrics& metrics;
    SagaDriver& sagas;
  };
  explicit SagaWorker(const Parts& parts);
  void Start();
  // Ends after the steps under way.
  void Stop();

  // One look at what waits, for the gauges; false. Public for tests, as are the others.
  absl::StatusOr<bool> Measure();
  // One round of forgetting; whether there is more.
  absl::StatusOr<bool> Forget();

 private:
  absl::StatusOr<bool> Drive();

  const Parts parts_;
  std::deque<jobs::Periodic> jobs_;
};

}  // namespace laurel::rewards
