// Reads what campaigns of a programme may name.
#pragma once

#include "absl/status/statusor.h"
#include "lib/base/uuid.h"
#include "lib/db/pool.h"
#include "members-svc/domain/campaign_references.h"

namespace laurel::members {

absl::StatusOr<CampaignReferences> ReadCampaignReferences(db::Tx& tx, const base::Uuid& program_id);

}  // namespace laurel::members
