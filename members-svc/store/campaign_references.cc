#include "members-svc/store/campaign_references.h"

#include <utility>

#include "lib/base/uuid.h"
#include "members-svc/store/segment_store.h"

namespace laurel::members {

absl::StatusOr<CampaignReferences> ReadCampaignReferences(db::Tx& tx,
                                                          const base::Uuid& program_id) {
  CampaignReferences out;
  LAUREL_ASSIGN_OR_RETURN(out.tiers, ReadKnownTiers(tx, program_id));
  LAUREL_ASSIGN_OR_RETURN(const db::Rows rows, tx.Query("read_campaign_references", program_id));
  for (size_t i = 0; i < rows.size(); ++i) {
    if (rows[i].IsNull(0)) {
      v1::ActivityType& type = out.activity_types[std::string(rows[i].Text(1))];
      if (!type.ParseFromString(rows[i].Bytes(2))) {
        return absl::InternalError("a stored activity type does not parse");
      }
    } else {
      out.segments.insert(base::EncodeId("seg", rows[i].Uuid(0)));
    }
  }
  return out;
}

}  // namespace laurel::members
