// What staff sets up before anybody buys: campaigns, a challenge, a referral programme, rewards.
// Found by their names, made where they are missing.
#pragma once

#include <grpcpp/channel.h>

#include <map>
#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "cli/demo/api.h"

namespace laurel::demo {

inline constexpr char kStaff[] = "staff manager";

struct Rules {
  // Campaign id → what people call it.
  std::map<std::string, std::string> campaigns;
  std::string challenge_id;
  std::string referral_program_id;
  std::string coffee_id;
  std::string mug_id;
  std::string journey_id;
};

// The programme that the gateway's tokens are for; made over gRPC, since making programmes is the
// operator's business alone.
absl::Status EnsureProgram(const std::shared_ptr<grpc::Channel>& members,
                           const std::string& program_id);

absl::StatusOr<Rules> EnsureRules(Api& api);

}  // namespace laurel::demo
