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
#include "members-svc/domain/campaign_life.h"

namespace laurel::members {

// NOT_FOUND, CAMPAIGN_NOT_FOUND.
absl::StatusOr<CampaignRecord> GetCampaignRecord(db::Tx& tx, const base::Uuid& program_id,
                                                 const base::Uuid& campaign_id);
// Its newest version, as it is stored. NOT_FOUND, CAMPAIGN_NOT_FOUND.
absl::StatusOr<v1::Campaign> GetCampaignRow(db::Tx& tx, const base::Uuid& program_id,
                                            const base::Uuid& campaign_id);
absl::Status CampaignNotFound();

// A version as it was stored, and who made it.
struct CampaignVersionRow {
  v1::Campaign campaign;
  std::string principal;
};
// NOT_FOUND, CAMPAIGN_NOT_FOUND when there is no such campaign or version.
absl::StatusOr<CampaignVersionRow> GetCampaignVersionRow(db::Tx& tx, const base::Uuid& program_id,
                                                         const base::Uuid& campaign_id,
                                                         int32_t version);
// At most `limit` versions below `before`, newest first.
absl::StatusOr<std::vector<CampaignVersionRow>> ListCampaignVersionRows(
    db::Tx& tx, const base::Uuid& program_id, const base::Uuid& campaign_id, int32_t before,
    int64_t limit);

// Those that are active, in the versions by which they earn, by id.
absl::StatusOr<std::vector<v1::Campaign>> ListActiveCampaignRows(db::Tx& tx,
                                                                 const base::Uuid& program_id);
// At most `limit` with an id above `after`, by id.
absl::StatusOr<std::vector<CampaignRecord>> ListCampaignRecords(db::Tx& tx,
                                                                const base::Uuid& program_id,
                                                                const base::Uuid& after,
                                                                int64_t limit);

// Stores a campaign as its message says, version 1 as a new row, a later one over the version
// before; and the version beside it. Call RaiseRulesVersion first. kAborted when the version before
// is no longer the newest.
absl::Status StoreCampaign(db::Tx& tx, const base::Uuid& program_id, const v1::Campaign& campaign,
                           std::string_view principal);

// Who has approved what `version` says, which `author` has made. Once per version.
struct CampaignApproval {
  int32_t version = 0;
  std::string_view author;
  std::string_view approver;
  absl::Time time;
};
absl::Status InsertCampaignApproval(db::Tx& tx, const base::Uuid& program_id,
                                    const base::Uuid& campaign_id,
                                    const CampaignApproval& approval);

}  // namespace laurel::members
