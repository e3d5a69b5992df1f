// Members of a running suite, enrolled by its own rpcs.
#pragma once

#include <grpcpp/channel.h>

#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"

namespace laurel::bench {

// `members` members of the programme, each with points to spend; their ids. Made once, found again
// by a second run.
absl::StatusOr<std::vector<std::string>> EnrolMembers(const std::shared_ptr<grpc::Channel>& channel,
                                                      const std::string& program_id, int members);

}  // namespace laurel::bench
