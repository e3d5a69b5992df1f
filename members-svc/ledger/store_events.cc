#include "members-svc/ledger/store_events.h"

#include <utility>
#include <vector>

#include "lib/outbox/outbox.h"

namespace laurel::members {
namespace {

// In one row of the outbox; a consumer takes 2,000 events and 4 MB at once.
constexpr size_t kMostEvents = 1000;
constexpr size_t kMostBytes = 1 << 20;

using Row = std::vector<events::v1::Event>;

// In their order; an event that is larger than a row should be stands alone.
std::vector<Row> Cut(events::v1::DeliverRequest& all) {
  std::vector<Row> rows;
  size_t bytes = 0;
  for (events::v1::Event& event : *all.mutable_events()) {
    const size_t size = event.ByteSizeLong();
    if (rows.empty() || rows.back().size() == kMostEvents || bytes + size > kMostBytes) {
      rows.emplace_back();
      bytes = 0;
    }
    bytes += size;
    rows.back().push_back(std::move(event));
  }
  return rows;
}

}  // namespace

int64_t SendEvents(db::Pipeline& tx, base::IdSource& ids, BatchState& state) {
  if (state.events.empty()) return 0;
  const absl::Time last = absl::FromUnixMicros(state.now_us);
  events::v1::DeliverRequest all;
  all.mutable_events()->Reserve(static_cast<int>(state.events.size()));
  for (events::v1::Event& event : state.events) *all.add_events() = std::move(event);
  // Nearly always they fit into one row: their size is known once they are packed.
  const outbox::Row one{0, last, ids.Next(last), all.SerializeAsString()};
  if (state.events.size() <= kMostEvents && one.events.size() <= kMostBytes) {
    outbox::Send(tx, one);
    return 0;
  }
  std::vector<Row> rows = Cut(all);
  const auto before = static_cast<int64_t>(rows.size()) - 1;
  absl::Time position = last - absl::Microseconds(before);
  for (Row& row : rows) {
    outbox::Send(tx, outbox::Pack(std::move(row), position, ids.Next(last)));
    position += absl::Microseconds(1);
  }
  return before;
}

}  // namespace laurel::members
