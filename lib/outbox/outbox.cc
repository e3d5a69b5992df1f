#include "lib/outbox/outbox.h"

#include "lib/base/timestamps.h"

namespace laurel::outbox {

events::v1::Event MakeEvent(const EventHeader& header) {
  events::v1::Event event;
  event.set_id(base::ToBytes(header.id));
  event.set_source(std::string(header.source));
  event.set_subject(std::string(header.subject));
  event.set_program_id(std::string(header.program_id));
  event.set_member_id(std::string(header.member_id));
  base::SetTimestamp(header.time, event.mutable_time());
  event.set_traceparent(std::string(header.traceparent));
  return event;
}

Row Pack(std::vector<events::v1::Event> events, absl::Time position, const base::Uuid& id) {
  events::v1::DeliverRequest packed;
  packed.mutable_events()->Reserve(static_cast<int>(events.size()));
  for (auto& event : events) *packed.add_events() = std::move(event);
  return {0, position, id, packed.SerializeAsString()};
}

absl::Status Write(db::Tx& tx, const Row& row) {
  return tx.Query("insert_outbox", row.lane, row.position, row.id, db::Bytes{row.events}).status();
}

void Send(db::Pipeline& tx, const Row& row) {
  tx.Send("insert_outbox", db::Scalar(static_cast<int16_t>(row.lane)),
          db::Scalar(absl::ToUnixMicros(row.position)), db::Scalar(row.id),
          db::Scalar(db::Bytes{row.events}));
}

}  // namespace laurel::outbox
