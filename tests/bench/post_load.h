// Plain posts over gRPC: a fixed number in flight, every answer checked.
#pragma once

#include <grpcpp/channel.h>

#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"

namespace laurel::bench {

struct LoadResult {
  int in_flight = 0;
  int posts_per_call = 1;
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

// 80 % earn 10, 20 % spend 1. `posts_per_call` above 1 uses BatchPostPoints.
LoadResult RunPosts(const std::shared_ptr<grpc::Channel>& channel, const std::string& program_id,
                    const std::vector<std::string>& members, int in_flight, int posts_per_call,
                    int seconds);

}  // namespace laurel::bench
