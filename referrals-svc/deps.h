// What the handlers of referrals-svc work with. Built in main.cc, passed by reference.
#pragma once

#include "laurel/members/v1/member.grpc.pb.h"
#include "lib/base/clock.h"
#include "lib/base/uuid.h"
#include "lib/db/pool.h"
#include "lib/events/consumer.h"
#include "lib/jobs/periodic.h"
#include "lib/outbox/relay.h"

namespace laurel::referrals {

struct Deps {
  const base::Clock& clock;
  base::IdSource& ids;
  db::Pool& pool;
  outbox::Relay& relay;
  events::Consumer& consumer;
  // Carries out payouts; woken when there are new ones.
  jobs::Periodic& payer;
  members::v1::MemberService::StubInterface& members;
};

}  // namespace laurel::referrals
