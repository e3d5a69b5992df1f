// What all rpcs of one program share: peers, workers, metrics and how often to log. Made by Server;
// tests of the wrapper make their own.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "lib/auth/peers.h"
#include "lib/base/uuid.h"
#include "lib/metrics/registry.h"
#include "lib/server/worker_pool.h"

namespace laurel::server {

class Runtime {
 public:
  struct Options {
    auth::Peers peers;
    int workers = 16;
    // Tasks that may wait for a worker.
    size_t queue_capacity = 1024;
    // Log one of so many successful calls; 0: none. Errors and slow calls are always logged.
    int64_t log_sample = 0;
  };
  Runtime(metrics::Registry& registry, Options options);

  const auth::Peers& peers() const { return options_.peers; }
  WorkerPool& workers() { return workers_; }
  base::IdSource& ids() { return ids_; }
  // Whether this successful call is among those that are logged.
  bool SampleSuccess();

  metrics::Counters& requests() { return requests_; }
  metrics::Histograms& durations() { return durations_; }
  prometheus::Gauge& in_flight() { return in_flight_; }

  // Full names of the services that an Rpc was made for; Server checks their rules.
  void NoteService(std::string full_name) { services_.push_back(std::move(full_name)); }
  const std::vector<std::string>& services() const { return services_; }

 private:
  const Options options_;
  base::IdSource ids_;
  std::atomic<uint64_t> successes_{0};
  std::vector<std::string> services_;
  metrics::Counters& requests_;
  metrics::Histograms& durations_;
  prometheus::Gauge& in_flight_;
  WorkerPool workers_;
};

}  // namespace laurel::server
