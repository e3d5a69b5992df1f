// What the handlers of rewards-svc work with. Built in main.cc, passed by reference.
#pragma once

#include "lib/base/clock.h"
#include "lib/base/uuid.h"
#include "lib/db/pool.h"
#include "lib/events/consumer.h"
#include "lib/outbox/relay.h"
#include "rewards-svc/metrics.h"

namespace laurel::rewards {

class SagaDriver;

struct Deps {
  const base::Clock& clock;
  // The machine's clock, by which leases run and retries fall due: a manual clock that stands still
  // must not freeze them.
  const base::Clock& machine;
  base::IdSource& ids;
  db::Pool& pool;
  Metrics& metrics;
  // Carries redemptions and cancellations through.
  SagaDriver& sagas;
  // What members-svc tells, each event once.
  events::Consumer& consumer;
  outbox::Relay& relay;
};

}  // namespace laurel::rewards
