#include "lib/events/consumer.h"

#include "lib/base/bucket.h"
#include "lib/base/timestamps.h"
#include "lib/inbox/inbox.h"
#include "lib/log/log.h"
#include "lib/status/error.h"

namespace laurel::events {
namespace {

constexpr char kUnusable[] = "unusable";

// The names of the payloads, such as order_recorded: the closed set of the metric's label.
std::vector<std::string> PayloadNames() {
  std::vector<std::string> names = {kUnusable};
  const auto* payload = v1::Event::descriptor()->FindOneofByName("payload");
  for (int i = 0; i < payload->field_count(); ++i) names.push_back(payload->field(i)->name());
  return names;
}

const std::string& PayloadName(const v1::Event& event) {
  static const std::string unusable = kUnusable;
  const auto* field = v1::Event::descriptor()->FindFieldByNumber(event.payload_case());
  return field == nullptr ? unusable : field->name();
}

std::vector<Fact> Read(const std::vector<const v1::Event*>& events) {
  std::vector<Fact> facts;
  facts.reserve(events.size());
  for (const v1::Event* event : events) {
    const auto program = base::DecodeId("prg", event->program_id());
    const auto member = base::DecodeId("mem", event->member_id());
    if (!program || !member) continue;
    facts.push_back({.event = event,
                     .event_id = *base::FromBytes(event->id()),
                     .program_id = *program,
                     .member_id = *member,
                     .bucket = base::BucketOf(*member)});
  }
  return facts;
}

}  // namespace

absl::Time OccurTimeOf(const v1::Event& event) {
  if (event.has_order_recorded() && event.order_recorded().has_occur_time())
    return base::FromTimestamp(event.order_recorded().occur_time());
  if (event.has_points_earned() && event.points_earned().has_occur_time())
    return base::FromTimestamp(event.points_earned().occur_time());
  if (event.has_member_enrolled() && event.member_enrolled().has_join_time())
    return base::FromTimestamp(event.member_enrolled().join_time());
  return base::FromTimestamp(event.time());
}

Consumer::Consumer(db::Pool& pool, const base::Clock& clock, metrics::Registry& registry)
    : pool_(pool),
      clock_(clock),
      consumed_(registry.AddCounters({.name = "events_consumed_total",
                                      .help = "Events that took effect, by type.",
                                      .labels = {{"type", PayloadNames()}}})) {
  // Every series from the start: an alert on one that has never been counted would see nothing.
  for (const std::string& name : PayloadNames()) consumed_.At({name});
}

absl::Status Consumer::Deliver(absl::Time deadline, const v1::DeliverRequest& request,
                               const Effect& effect) {
  std::vector<Fact> facts;
  size_t fresh = 0;
  LAUREL_RETURN_IF_ERROR(pool_.Transact(deadline, [&](db::Tx& tx) -> absl::Status {
    LAUREL_ASSIGN_OR_RETURN(const auto accepted, inbox::Accept(tx, request, clock_.Now()));
    fresh = accepted.size();
    facts = Read(accepted);
    return facts.empty() ? absl::OkStatus() : effect(tx, facts);
  }));
  for (const Fact& fact : facts) consumed_.At({PayloadName(*fact.event)}).Increment();
  if (fresh > facts.size()) {
    consumed_.At({kUnusable}).Increment(static_cast<double>(fresh - facts.size()));
    log::Error("events without a programme or a member",
               {{"source", request.source()}, {"events", fresh - facts.size()}});
  }
  return absl::OkStatus();
}

}  // namespace laurel::events
