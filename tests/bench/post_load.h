// Plain posts over gRPC: a fixed number in flight, every answer checked.
#pragma once

#include <grpcpp/channel.h>
#include <sys/types.h>

#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"

namespace laurel::bench {

struct LoadOptions {
  int in_flight = 1;
  // Above 0: an open loop, that many calls a second whatever the answers do; a call's latency
  // counts from the moment at which it was due. `in_flight` then only bounds what is on its way.
  int per_second = 0;
  int posts_per_call = 1;  // above 1: BatchPostPoints
  int seconds = 1;
  pid_t service = 0;  // the members-svc whose CPU is counted
};

struct LoadResult {
  double posts_per_second = 0;
  double p50_ms = 0;
  double p99_ms = 0;
  int64_t wrong = 0;           // answers that were not what they must be
  double members_cpu_us = 0;   // per post
  double postgres_cpu_us = 0;  // per post
  double client_cpu_us = 0;    // per post
};

// A programme of the bench's own with `members` members, each with points to spend. Made once;
// found again by a second run.
absl::StatusOr<std::vector<std::string>> PrepareMembers(
    const std::shared_ptr<grpc::Channel>& channel, const std::string& program_id, int members);

// 80 % earn 10, 20 % spend 1.
LoadResult RunPosts(const std::shared_ptr<grpc::Channel>& channel, const std::string& program_id,
                    const std::vector<std::string>& members, const LoadOptions& options);

}  // namespace laurel::bench
