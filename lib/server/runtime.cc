#include "lib/server/runtime.h"

namespace laurel::server {

Runtime::Runtime(metrics::Registry& registry, Options options)
    : options_(std::move(options)),
      requests_(registry.AddCounters({.name = "rpc_requests_total",
                                      .help = "Answered calls by method and status code.",
                                      .labels = {{"method", {}}, {"code", {}}}})),
      durations_(
          registry.AddHistograms({.name = "rpc_duration_seconds",
                                  .help = "Time from a call's arrival to its answer, by method.",
                                  .labels = {{"method", {}}}},
                                 metrics::DurationBuckets())),
      in_flight_(registry.Gauge("rpc_in_flight_calls", "Calls that have no answer yet.")),
      workers_(options_.workers, options_.queue_capacity) {}

bool Runtime::SampleSuccess() {
  if (options_.log_sample <= 0) return false;
  return successes_.fetch_add(1, std::memory_order_relaxed) %
             static_cast<uint64_t>(options_.log_sample) ==
         0;
}

}  // namespace laurel::server
