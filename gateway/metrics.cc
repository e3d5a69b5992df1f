#include "gateway/metrics.h"

#include <string>

namespace laurel::gateway {

Metrics::Metrics(metrics::Registry& registry)
    : requests_(registry.AddCounters({.name = "requests_total",
                                      .help = "REST requests answered, by rpc and status class.",
                                      .labels = {{"rpc", {}}, {"class", {}}}})),
      responses_(registry.AddCounters({.name = "responses_total",
                                       .help = "Answers by HTTP status.",
                                       .labels = {{"status", {}}}})),
      durations_(
          registry.AddHistograms({.name = "request_duration_seconds",
                                  .help = "Time from a request's last byte to its answer, by rpc.",
                                  .labels = {{"rpc", {}}}},
                                 metrics::DurationBuckets())),
      in_flight_(registry.Gauge("in_flight_requests", "Requests being answered now.")),
      connections_(registry.Gauge("open_connections", "HTTP connections open now.")) {}

void Metrics::Count(const std::string& rpc, int http_status, int64_t duration_us) {
  const std::string status_class = std::to_string(http_status / 100) + "xx";
  requests_.At({rpc, status_class}).Increment();
  responses_.At({std::to_string(http_status)}).Increment();
  durations_.At({rpc}).Observe(static_cast<double>(duration_us) / 1e6);
}

}  // namespace laurel::gateway
