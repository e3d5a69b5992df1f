// The programme that an import fills, and its one campaign: a point per whole 1.00 of an order.
// Made when missing, left alone when there.
#pragma once

#include <grpcpp/channel.h>

#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/time/time.h"

namespace laurel::import {

inline constexpr char kCurrency[] = "USD";
inline constexpr char kTimeZone[] = "America/New_York";

// Makes programme and campaign, or finds them. FAILED_PRECONDITION, PROGRAM_UNFIT for a programme
// in another currency or zone; CAMPAIGN_NOT_ACTIVE for a campaign that somebody has paused.
absl::Status EnsureProgram(const std::shared_ptr<grpc::Channel>& channel,
                           const std::string& program_id, absl::Duration patience);

}  // namespace laurel::import
