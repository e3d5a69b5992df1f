// What members-svc counts beside its rpcs: points, orders and how the ledger's batches go. Names in
// /metrics begin with laurel_members_.
#pragma once

#include <array>
#include <cstdint>

#include "lib/jobs/periodic.h"
#include "lib/metrics/registry.h"
#include "members-svc/ledger/ledger.h"

namespace laurel::members {

// Copies the ledger's own counters into the registry once a second, so that the write path pays
// for no label look-up. Sums restart with the process; the books are in the database.
class LedgerMetrics {
 public:
  // Both must outlive it.
  LedgerMetrics(const Ledger& ledger, metrics::Registry& registry);
  void Start() { copy_.Start(); }
  // Copies a last time.
  void Stop();

  // One copy; public for tests.
  void Copy();

 private:
  const Ledger& ledger_;
  prometheus::Counter& issued_;
  prometheus::Counter& redeemed_;
  prometheus::Counter& expired_;
  prometheus::Counter& orders_;
  prometheus::Counter& conflicts_;
  prometheus::Counter& refused_;
  prometheus::Gauge& queued_;
  prometheus::Histogram& sizes_;
  std::array<int64_t, 10> sizes_seen_{};
  int64_t items_seen_ = 0;
  jobs::Periodic copy_;
};

}  // namespace laurel::members
