// The consumer's side of events, for every service that lives on them: a delivery is one
// transaction, an event takes effect once, and the effects are worked out for all of its events
// together. What no service can use (an id that does not parse) is counted and passed over, since
// refusing it would hold up its lane for ever.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "laurel/events/v1/event.pb.h"
#include "lib/base/clock.h"
#include "lib/base/uuid.h"
#include "lib/db/pool.h"
#include "lib/metrics/registry.h"

namespace laurel::events {

// A new event with its ids read. `event` points into the delivery.
struct Fact {
  const v1::Event* event = nullptr;
  base::Uuid event_id;
  base::Uuid program_id;
  base::Uuid member_id;
  int bucket = 0;  // of the member
};

// When what an event tells of happened: its occur_time where it has one (join_time of an
// enrolment), otherwise when it was committed.
absl::Time OccurTimeOf(const v1::Event& event);

class Consumer {
 public:
  // Registers events_consumed_total{type}.
  Consumer(db::Pool& pool, const base::Clock& clock, metrics::Registry& registry);

  // Makes the effects of those events of a delivery that are new, inside the transaction that also
  // remembers them. Run again after a conflict, so it must keep nothing of an earlier run.
  using Effect = std::function<absl::Status(db::Tx&, const std::vector<Fact>&)>;
  // OK when committed. FAILED_PRECONDITION, STALE_FENCE; INVALID_ARGUMENT, INVALID_REQUEST for an
  // event id that is not 16 bytes.
  absl::Status Deliver(absl::Time deadline, const v1::DeliverRequest& request,
                       const Effect& effect);

 private:
  db::Pool& pool_;
  const base::Clock& clock_;
  metrics::Counters& consumed_;
};

}  // namespace laurel::events
