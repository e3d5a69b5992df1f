// Calls over gRPC from one process: a fixed number in flight, or an open loop. The requests are
// serialised beforehand, every answer is checked.
#pragma once

#include <grpcpp/channel.h>
#include <sys/types.h>

#include <memory>
#include <vector>

#include "tests/bench/requests.h"

namespace laurel::bench {

struct LoadOptions {
  int in_flight = 1;
  // Above 0: an open loop, that many calls a second whatever the answers do; a call's latency
  // counts from the moment at which it was due. in_flight is then without meaning.
  int per_second = 0;
  int seconds = 1;
  std::vector<pid_t> services = {};  // the processes whose CPU is counted as the server's
};

struct LoadResult {
  double posts_per_second = 0;  // answered rightly before the time was up
  int64_t posts = 0;            // answered rightly at all
  int64_t wrong = 0;            // answers that were not what they must be
  bool ran_out = false;         // of requests before its time was up
  double p50_ms = 0;
  double p99_ms = 0;
  double max_ms = 0;
  // By how much the open loop's own calls went out later than they were due.
  double late_p99_ms = 0;
  double late_max_ms = 0;
  // CPU per post.
  double service_cpu_us = 0;
  double postgres_cpu_us = 0;
  double client_cpu_us = 0;
  double stolen_percent = 0;  // of the machine, by its host, meanwhile
};

// Sends `requests` in their order over the channels, in turn, until the time is up; what is in
// flight then is waited for.
LoadResult RunLoad(const std::vector<std::shared_ptr<grpc::Channel>>& channels,
                   const Requests& requests, const LoadOptions& options);

}  // namespace laurel::bench
