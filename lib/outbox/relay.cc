#include "lib/outbox/relay.h"

#include <algorithm>
#include <chrono>

#include "absl/time/clock.h"
#include "lib/status/error.h"

namespace laurel::outbox {
namespace {

constexpr size_t kMaxBytes = 2 << 20;  // half of what a gRPC message may have
constexpr int kMaxEvents = 2000;       // what DeliverRequest.events allows
constexpr absl::Duration kMaxPause = absl::Seconds(2);

// Delivers what one call takes; a row that holds more goes in several, in its order.
absl::Status Deliver(const Subscriber& subscriber, events::v1::DeliverRequest& request,
                     size_t bytes) {
  if (bytes <= kMaxBytes && request.events_size() <= kMaxEvents) return subscriber.deliver(request);
  google::protobuf::RepeatedPtrField<events::v1::Event> events;
  events.Swap(request.mutable_events());
  size_t taken = 0;
  for (events::v1::Event& event : events) {
    const size_t size = event.ByteSizeLong();
    if (request.events_size() == kMaxEvents ||
        (request.events_size() > 0 && taken + size > kMaxBytes)) {
      LAUREL_RETURN_IF_ERROR(subscriber.deliver(request));
      request.clear_events();
      taken = 0;
    }
    taken += size;
    request.add_events()->Swap(&event);
  }
  return subscriber.deliver(request);
}

absl::Time Soon() { return absl::Now() + absl::Seconds(5); }

}  // namespace

Relay::Relay(db::Pool& pool, const base::Clock& clock, base::IdSource& ids, RelayOptions options,
             std::vector<Subscriber> subscribers)
    : pool_(pool),
      clock_(clock),
      holder_(ids.Next(clock.Now())),
      options_(std::move(options)),
      subscribers_(std::move(subscribers)),
      held_(subscribers_.size()),
      all_names_(
          db::ArrayOf(subscribers_, [](const Subscriber& s) { return std::string_view(s.name); })),
      waiting_since_us_(subscribers_.size()) {}

Relay::~Relay() { Stop(); }

void Relay::Start() {
  for (size_t i = 0; i < subscribers_.size(); ++i) threads_.emplace_back([this, i] { Loop(i); });
}

void Relay::Wake() {
  {
    const std::scoped_lock lock(mutex_);
    ++wakes_;
  }
  wake_.notify_all();
}

void Relay::Stop() {
  {
    const std::scoped_lock lock(mutex_);
    stopping_ = true;
  }
  wake_.notify_all();
  for (std::thread& thread : threads_) thread.join();
  threads_.clear();
}

int64_t Relay::lag_us() const {
  const int64_t now_us = absl::ToUnixMicros(clock_.Now());
  int64_t lag_us = 0;
  for (const auto& since_us : waiting_since_us_) {
    if (const int64_t since = since_us.load(); since > 0) lag_us = std::max(lag_us, now_us - since);
  }
  return lag_us;
}

absl::StatusOr<int64_t> Relay::Lease(size_t index) {
  const Subscriber& subscriber = subscribers_[index];
  // The lease runs by the machine's clock: a manual clock that stands still must not freeze it.
  const absl::Time now = absl::Now();
  Held& held = held_[index];
  // Renewed at half time: renewing with every round would be a commit more for each.
  if (now < held.renew_at) return held.fence;
  int64_t fence = 0;
  LAUREL_RETURN_IF_ERROR(pool_.Transact(Soon(), [&](db::Tx& tx) -> absl::Status {
    LAUREL_ASSIGN_OR_RETURN(const db::Rows rows,
                            tx.Query("take_outbox_lease", options_.lane, subscriber.name, holder_,
                                     now, now + options_.lease));
    fence = rows.empty() ? 0 : rows[0].Int(0);
    return absl::OkStatus();
  }));
  held = {fence, fence == 0 ? absl::InfinitePast() : now + options_.lease / 2};
  return fence;
}

absl::StatusOr<int64_t> Relay::Round(size_t index) {
  const Subscriber& subscriber = subscribers_[index];
  db::Rows rows;
  LAUREL_RETURN_IF_ERROR(pool_.Read(Soon(), [&](db::Tx& tx) -> absl::Status {
    LAUREL_ASSIGN_OR_RETURN(
        rows, tx.Query("read_outbox", options_.lane, subscriber.name, options_.max_rows));
    return absl::OkStatus();
  }));
  waiting_since_us_[index].store(rows.empty() ? 0 : rows[0].Int(0));
  if (rows.empty()) return 0;
  LAUREL_ASSIGN_OR_RETURN(const int64_t fence, Lease(index));
  if (fence == 0) return 0;  // another process delivers
  events::v1::DeliverRequest request;
  db::ArrayBuilder positions;
  db::ArrayBuilder ids;
  size_t bytes = 0;
  size_t taken = 0;
  for (; taken < rows.size(); ++taken) {
    const std::string packed = rows[taken].Bytes(2);
    if (taken > 0 && bytes + packed.size() > kMaxBytes) break;
    bytes += packed.size();
    events::v1::DeliverRequest row;
    if (!row.ParseFromString(packed)) return absl::InternalError("an outbox row does not parse");
    if (taken > 0 && request.events_size() + row.events_size() > kMaxEvents) break;
    request.MergeFrom(row);
    positions.Add(rows[taken].Int(0));
    ids.Add(rows[taken].Uuid(1));
  }
  request.set_source(options_.source);
  request.set_lane(options_.lane);
  request.set_fence(fence);
  if (absl::Status refused = Deliver(subscriber, request, bytes); !refused.ok()) {
    held_[index] = {};  // it may be that a newer holder has delivered
    return refused;
  }
  const std::string position_array = positions.Take();
  const std::string id_array = ids.Take();
  LAUREL_RETURN_IF_ERROR(pool_.Transact(Soon(), [&](db::Tx& tx) -> absl::Status {
    LAUREL_RETURN_IF_ERROR(
        tx.Query("acknowledge_outbox", options_.lane, position_array, id_array, subscriber.name)
            .status());
    return tx.Query("delete_outbox", options_.lane, position_array, id_array, all_names_).status();
  }));
  delivered_.fetch_add(static_cast<int64_t>(taken));
  return static_cast<int64_t>(taken);
}

void Relay::Loop(size_t index) {
  absl::Duration pause = options_.poll;
  for (;;) {
    uint64_t seen = 0;
    {
      const std::scoped_lock lock(mutex_);
      if (stopping_) return;
      seen = wakes_;
    }
    const absl::StatusOr<int64_t> done = Round(index);
    std::unique_lock lock(mutex_);
    if (done.ok() && *done > 0) {
      pause = options_.poll;
      // A full round has more behind it. After a small one what follows is gathered for a moment,
      // since a round costs two commits however little it carries.
      if (*done < options_.max_rows) {
        wake_.wait_for(lock, absl::ToChronoNanoseconds(options_.gather),
                       [this] { return stopping_; });
      }
      continue;
    }
    if (!done.ok()) {
      failures_.fetch_add(1);
      // A subscriber that refuses or is down is asked again at a growing distance.
      wake_.wait_for(lock, absl::ToChronoNanoseconds(pause), [this] { return stopping_; });
      pause = std::min(pause * 2, kMaxPause);
    } else {
      pause = options_.poll;
      wake_.wait_for(lock, absl::ToChronoNanoseconds(pause),
                     [&] { return stopping_ || wakes_ != seen; });
    }
  }
}

}  // namespace laurel::outbox
