// What rewards-svc counts beside its rpcs. Names in /metrics begin with laurel_rewards_.
#pragma once

#include "lib/metrics/registry.h"

namespace laurel::rewards {

struct Metrics {
  explicit Metrics(metrics::Registry& registry);

  // Redemptions that reached a state: each transition once, by whoever made it.
  prometheus::Counter& issued;
  prometheus::Counter& refused;
  prometheus::Counter& used;
  prometheus::Counter& cancelled;
  // Rewards that campaigns gave, and those that could not be issued.
  prometheus::Counter& granted;
  prometheus::Counter& grants_refused;
  // Answers of members-svc that left open whether it did what it was asked.
  prometheus::Counter& unknown_answers;
  prometheus::Counter& points_redeemed;
  prometheus::Counter& points_returned;
  // Sagas neither done nor refused, and for how long the oldest has been on its way. Kept by the
  // worker.
  prometheus::Gauge& waiting_sagas;
  prometheus::Gauge& oldest_saga_seconds;
  // Sagas that are no longer asked because the key of their spend may have been forgotten: an
  // alarm.
  prometheus::Gauge& stuck_sagas;

 private:
  Metrics(metrics::Registry& registry, metrics::Counters& redemptions, metrics::Counters& grants);
};

}  // namespace laurel::rewards
