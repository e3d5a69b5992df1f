// Activating and pausing are one thing with two ends.
#pragma once

#include <string>

#include "members-svc/handlers/handlers.h"

namespace laurel::members::handlers {

// The campaign in state `to`, as a new version unless it is there already. To be called inside the
// transaction that keeps the request id.
absl::StatusOr<v1::Campaign> ChangeCampaignState(db::Tx& tx, const std::string& program_id,
                                                 const std::string& campaign_id,
                                                 v1::CampaignState to, const std::string& principal,
                                                 absl::Time now);

}  // namespace laurel::members::handlers
