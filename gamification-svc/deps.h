// What the handlers of gamification-svc work with. Built in main.cc, passed by reference.
#pragma once

#include "lib/base/clock.h"
#include "lib/base/uuid.h"
#include "lib/db/pool.h"
#include "lib/events/consumer.h"
#include "lib/jobs/periodic.h"
#include "lib/outbox/relay.h"

namespace laurel::gamification {

struct Deps {
  const base::Clock& clock;
  base::IdSource& ids;
  db::Pool& pool;
  outbox::Relay& relay;
  events::Consumer& consumer;
  // Carries out payouts; woken when there are new ones.
  jobs::Periodic& payer;
};

}  // namespace laurel::gamification
