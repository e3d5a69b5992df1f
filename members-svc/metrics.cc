#include "members-svc/metrics.h"

#include <vector>

namespace laurel::members {

LedgerMetrics::LedgerMetrics(const Ledger& ledger, metrics::Registry& registry)
    : ledger_(ledger),
      issued_(registry.Counter("points_issued_total", "Points given to members.")),
      redeemed_(registry.Counter("points_redeemed_total", "Points spent by members.")),
      expired_(registry.Counter("points_expired_total", "Points that ran out of time.")),
      orders_(registry.Counter("orders_recorded_total", "Orders written for the first time.")),
      conflicts_(registry.Counter(
          "ledger_conflicts_total",
          "Batches run again because a wallet or a key had moved since it was read.")),
      refused_(registry.Counter("ledger_refused_total",
                                "Commands turned away because the queue was full.")),
      queued_(registry.Gauge("ledger_queued_commands", "Commands that wait for a batch.")),
      sizes_(registry.Histogram("ledger_batch_commands", "Commands that shared one commit.",
                                {1, 2, 4, 8, 16, 32, 64, 128, 256})),
      copy_("ledger metrics", absl::Seconds(1), [this]() -> absl::StatusOr<bool> {
        Copy();
        return false;
      }) {}

void LedgerMetrics::Stop() {
  copy_.Stop();
  Copy();
}

void LedgerMetrics::Copy() {
  const LedgerCounters& counters = ledger_.counters();
  metrics::CatchUp(issued_, counters.points_issued);
  metrics::CatchUp(redeemed_, counters.points_redeemed);
  metrics::CatchUp(expired_, counters.points_expired);
  metrics::CatchUp(orders_, counters.orders);
  metrics::CatchUp(conflicts_, counters.conflicts);
  const batch::Counters& batches = ledger_.batches();
  metrics::CatchUp(refused_, batches.refused);
  queued_.Set(static_cast<double>(ledger_.queued()));

  std::vector<double> increments;
  for (size_t i = 0; i < sizes_seen_.size(); ++i) {
    const int64_t total = batches.sizes[i];
    increments.push_back(static_cast<double>(total - sizes_seen_[i]));
    sizes_seen_[i] = total;
  }
  const int64_t items = batches.items;
  sizes_.ObserveMultiple(increments, static_cast<double>(items - items_seen_));
  items_seen_ = items;
}

}  // namespace laurel::members
