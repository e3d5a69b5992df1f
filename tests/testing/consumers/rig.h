// What a service that lives on events stands on in a test: a real database, clocks that stand
// still, a fake members-svc, payouts that are carried out when the test says so. The service's own
// rig adds its Deps.
#pragma once

#include <random>
#include <string>
#include <vector>

#include "laurel/events/v1/event.pb.h"
#include "lib/base/clock.h"
#include "lib/base/uuid.h"
#include "lib/events/consumer.h"
#include "lib/jobs/periodic.h"
#include "lib/metrics/registry.h"
#include "lib/outbox/relay.h"
#include "lib/payout/payout.h"
#include "lib/server/call.h"
#include "tests/testing/consumers/fake_members.h"
#include "tests/testing/database.h"

namespace laurel::testing {

// The seed of a random test: LAUREL_SEED, or one of its own, printed so that it can be repeated.
uint64_t Seed();

class ConsumerRig {
 public:
  // `tables` are emptied first: the programs' tests share `database`.
  ConsumerRig(TestDatabase& database, const std::string& service, const std::string& tables);

  // A member who joined at `join_time`, known to members-svc.
  std::string Member(absl::Time join_time);
  std::string Member() { return Member(clock.Now()); }
  std::string RequestId();

  static server::Call AsOperator();
  static server::Call AsMember(const std::string& member_id);

  // An event about a member; the payload is the caller's.
  events::v1::Event Event(const std::string& member_id);
  events::v1::Event Order(const std::string& member_id, absl::Time occur_time, int64_t total);
  // A delivery of members-svc's lane 0.
  events::v1::DeliverRequest Delivery(const std::vector<events::v1::Event>& events,
                                      int64_t fence = 1) const;
  // Every event twice, shuffled and cut into deliveries of random size.
  std::vector<events::v1::DeliverRequest> Shuffled(std::vector<events::v1::Event> events,
                                                   std::mt19937_64& random) const;

  // One attempt at all that is due.
  void PayOnce();
  // Lets time pass until nothing waits; false after 60 rounds.
  bool PayAll();
  // The events in the outbox, in the order of the relay.
  std::vector<events::v1::Event> Outbox();
  double Counter(const std::string& line_start) const;

  TestDatabase& database;
  db::Pool& pool;
  base::ManualClock clock;
  base::ManualClock machine;
  base::IdSource ids;
  const std::string program_id;
  metrics::Registry registry;
  FakeMembers members;
  outbox::Relay relay;
  events::Consumer consumer;
  payout::Worker worker;
  jobs::Periodic payer;  // never started: tests call PayOnce
};

}  // namespace laurel::testing
