// What every service with an outbox, an inbox and request keys does by the side: removes what has
// grown old, and keeps the metrics of the outbox and of the pool.
#pragma once

#include "absl/status/statusor.h"
#include "lib/base/clock.h"
#include "lib/db/pool.h"
#include "lib/jobs/periodic.h"
#include "lib/metrics/registry.h"
#include "lib/outbox/relay.h"

namespace laurel::events {

class Upkeep {
 public:
  struct Options {
    // Nobody gets the events of this service: its outbox rows go at once.
    bool without_subscribers = false;
  };
  // Registers outbox_lag_seconds, outbox_deliveries_total and outbox_failures_total, and of the
  // pool pool_limit_connections, pool_used_connections, pool_waiting_requests and
  // pool_timeouts_total.
  Upkeep(db::Pool& pool, const base::Clock& clock, const outbox::Relay& relay,
         metrics::Registry& registry, Options options);
  void Start();
  void Stop();

  // One bounded round of removing; whether there is more. Public for tests.
  absl::StatusOr<bool> Purge();

 private:
  void Observe();

  db::Pool& pool_;
  const base::Clock& clock_;
  const outbox::Relay& relay_;
  const Options options_;
  prometheus::Gauge& lag_;
  prometheus::Counter& delivered_;
  prometheus::Counter& failures_;
  prometheus::Gauge& pool_used_;
  prometheus::Gauge& pool_waiting_;
  prometheus::Counter& pool_timeouts_;
  jobs::Periodic purge_;
  jobs::Periodic observe_;
};

}  // namespace laurel::events
