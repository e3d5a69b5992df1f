// Rate, errors and duration of REST requests, by rpc.
#pragma once

#include <cstdint>
#include <string>

#include "lib/metrics/registry.h"

namespace laurel::gateway {

class Metrics {
 public:
  explicit Metrics(metrics::Registry& registry);

  // `rpc` is "MemberService/GetMember", a page's path, or "none" where no route was found.
  void Count(const std::string& rpc, int http_status, int64_t duration_us);
  prometheus::Gauge& in_flight() { return in_flight_; }
  prometheus::Gauge& connections() { return connections_; }

 private:
  // The class of the status beside the rpc, the status itself alone: together they would be more
  // series than a family may have.
  metrics::Counters& requests_;
  metrics::Counters& responses_;
  metrics::Histograms& durations_;
  prometheus::Gauge& in_flight_;
  prometheus::Gauge& connections_;
};

}  // namespace laurel::gateway
