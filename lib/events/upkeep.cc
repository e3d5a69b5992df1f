#include "lib/events/upkeep.h"

#include "absl/time/clock.h"
#include "lib/idempotency/once.h"
#include "lib/inbox/inbox.h"
#include "lib/status/error.h"

namespace laurel::events {
namespace {

// Small enough that no other statement waits for it.
constexpr int64_t kRowsPerRound = 2000;
constexpr int kLane = 0;

// Removes outbox rows that nobody will ever ask for; how many went.
absl::StatusOr<int64_t> DropUnread(db::Tx& tx) {
  LAUREL_ASSIGN_OR_RETURN(const db::Rows rows, tx.Query("read_outbox", kLane, "", kRowsPerRound));
  db::ArrayBuilder positions;
  db::ArrayBuilder ids;
  for (size_t i = 0; i < rows.size(); ++i) {
    positions.Add(rows[i].Int(0));
    ids.Add(rows[i].Uuid(1));
  }
  LAUREL_RETURN_IF_ERROR(
      tx.Query("delete_outbox", kLane, positions.Take(), ids.Take(), "{}").status());
  return static_cast<int64_t>(rows.size());
}

}  // namespace

Upkeep::Upkeep(db::Pool& pool, const base::Clock& clock, const outbox::Relay& relay,
               metrics::Registry& registry, Options options)
    : pool_(pool),
      clock_(clock),
      relay_(relay),
      options_(options),
      lag_(registry.Gauge("outbox_lag_seconds",
                          "Age of the oldest outbox row that a subscriber has not acknowledged.")),
      delivered_(
          registry.Counter("outbox_deliveries_total", "Outbox rows acknowledged by a subscriber.")),
      failures_(registry.Counter("outbox_failures_total", "Deliveries that did not succeed.")),
      pool_used_(registry.Gauge("pool_used_connections", "Database connections in use.")),
      pool_waiting_(registry.Gauge("pool_waiting_requests", "Who waits for a connection.")),
      pool_timeouts_(registry.Counter("pool_timeouts_total",
                                      "Waits for a connection that ended without one.")),
      purge_("purge", absl::Minutes(10), [this] { return Purge(); }),
      observe_("observe", absl::Seconds(1), [this]() -> absl::StatusOr<bool> {
        Observe();
        return false;
      }) {
  registry.Gauge("pool_limit_connections", "Database connections that the pool may open.")
      .Set(static_cast<double>(pool.size()));
}

void Upkeep::Start() {
  purge_.Start();
  observe_.Start();
}

void Upkeep::Stop() {
  observe_.Stop();
  purge_.Stop();
}

absl::StatusOr<bool> Upkeep::Purge() {
  bool more = false;
  LAUREL_RETURN_IF_ERROR(
      pool_.Transact(absl::Now() + absl::Seconds(10), [&](db::Tx& tx) -> absl::Status {
        const absl::Time now = clock_.Now();
        LAUREL_ASSIGN_OR_RETURN(const int64_t events, inbox::Purge(tx, now, kRowsPerRound));
        LAUREL_ASSIGN_OR_RETURN(const int64_t keys, idempotency::Purge(tx, now, kRowsPerRound));
        int64_t unread = 0;
        if (options_.without_subscribers) {
          LAUREL_ASSIGN_OR_RETURN(unread, DropUnread(tx));
        }
        more = events == kRowsPerRound || keys == kRowsPerRound || unread == kRowsPerRound;
        return absl::OkStatus();
      }));
  return more;
}

void Upkeep::Observe() {
  lag_.Set(static_cast<double>(relay_.lag_us()) / 1e6);
  pool_used_.Set(static_cast<double>(pool_.in_use()));
  pool_waiting_.Set(static_cast<double>(pool_.waiting()));
  metrics::CatchUp(delivered_, relay_.delivered());
  metrics::CatchUp(failures_, relay_.failures());
  metrics::CatchUp(pool_timeouts_, pool_.timeouts());
}

}  // namespace laurel::events
