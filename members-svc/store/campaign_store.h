// Rows of campaigns and their versions.
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "laurel/members/v1/campaign.pb.h"
#include "lib/base/uuid.h"
#include "lib/db/pool.h"

namespace laurel::members {

// NOT_FOUND, CAMPAIGN_NOT_FOUND.
absl::StatusOr<v1::Campaign> GetCampaignRow(db::Tx& tx, const base::Uuid& program_id,
                                            const base::Uuid& campaign_id);
absl::Status CampaignNotFound();

// Those that earn, by id.
absl::StatusOr<std::vector<v1::Campaign>> ListActiveCampaignRows(db::Tx& tx,
                                                                 const base::Uuid& program_id);
// At most `limit` with an id above `after`, by id.
absl::StatusOr<std::vector<v1::Campaign>> ListCampaignRows(db::Tx& tx, const base::Uuid& program_id,
                                                           const base::Uuid& after, int64_t limit);

// Stores a campaign as its message says, version 1 as a new row, a later one over the version
// before; and the version beside it. Call RaiseRulesVersion first. kAborted when the version before
// is no longer the newest.
absl::Status StoreCampaign(db::Tx& tx, const base::Uuid& program_id, const v1::Campaign& campaign,
                           std::string_view principal);

}  // namespace laurel::members
