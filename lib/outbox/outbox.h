// Facts leave a service through its outbox: a row written in the transaction that makes them true.
// One row holds the packed events of one transaction (or one batch of commands) for one lane.
//
// Order: rows of a lane are delivered by position, and a row's position lies above that of every
// earlier row with events of the same members. Writers get that from the time of their transaction,
// raised above the last position of its members.
#pragma once

#include <string>
#include <vector>

#include "absl/time/time.h"
#include "laurel/events/v1/event.pb.h"
#include "lib/base/uuid.h"
#include "lib/db/pipeline.h"
#include "lib/db/pool.h"

namespace laurel::outbox {

// Fills id, source, time and what the caller names; the payload is the caller's.
struct EventHeader {
  base::Uuid id;
  std::string_view source;      // "members"
  std::string_view subject;     // "ord_…"
  std::string_view program_id;  // "prg_…"
  std::string_view member_id;   // "mem_…"
  absl::Time time;
  std::string_view traceparent;
};
events::v1::Event MakeEvent(const EventHeader& header);

// A row on its way into the table. `position` is the time of the transaction, raised above the last
// position of any member in it where the writer knows one.
struct Row {
  int lane = 0;
  absl::Time position;
  base::Uuid id;
  std::string events;  // a serialised laurel.events.v1.DeliverRequest with only `events` set
};
Row Pack(std::vector<events::v1::Event> events, absl::Time position, const base::Uuid& id);

// Writes one row.
absl::Status Write(db::Tx& tx, const Row& row);
// The same with the pipeline's next flush.
void Send(db::Pipeline& tx, const Row& row);

}  // namespace laurel::outbox
