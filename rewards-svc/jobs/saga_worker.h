// Picks up sagas whose driver died or was left without an answer, on threads of its own; keeps the
// gauges about them; forgets request ids that are older than 30 days.
#pragma once

#include <condition_variable>
#include <mutex>
#include <thread>
#include <vector>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "lib/base/clock.h"
#include "lib/db/pool.h"
#include "lib/outbox/relay.h"
#include "rewards-svc/jobs/saga_driver.h"
#include "rewards-svc/metrics.h"

namespace laurel::rewards {

struct SagaWorkerOptions {
  int threads = 4;
  // How long an idle thread waits before it looks again.
  absl::Duration poll = absl::Milliseconds(500);
  // How often request ids are forgotten.
  absl::Duration housekeeping = absl::Minutes(10);
};

class SagaWorker {
 public:
  struct Parts {
    const base::Clock& clock;
    db::Pool& pool;
    outbox::Relay& relay;
    Metrics& metrics;
    SagaDriver& sagas;
  };
  SagaWorker(const Parts& parts, const SagaWorkerOptions& options)
      : parts_(parts), options_(options) {}
  ~SagaWorker();  // Stop()
  void Start();
  // Ends after the steps under way.
  void Stop();

  // One look at what waits, for the gauges; public for tests.
  absl::Status Measure();
  // One round of forgetting.
  absl::Status Forget();

 private:
  void Drive();
  void Watch();
  // True when the worker is to end.
  bool Wait(absl::Duration pause);

  const Parts parts_;
  const SagaWorkerOptions options_;
  std::vector<std::thread> threads_;
  std::mutex mutex_;
  std::condition_variable end_;
  bool stopping_ = false;
};

}  // namespace laurel::rewards
