#include "members-svc/store/campaign_store.h"

#include <string>

#include "lib/base/check.h"
#include "lib/base/timestamps.h"
#include "lib/status/error.h"

namespace laurel::members {
namespace {

absl::StatusOr<v1::Campaign> Parse(const std::string& content) {
  v1::Campaign campaign;
  if (campaign.ParseFromString(content)) return campaign;
  return absl::InternalError("a stored campaign does not parse");
}

absl::StatusOr<std::vector<v1::Campaign>> ParseAll(const db::Rows& rows) {
  std::vector<v1::Campaign> out;
  out.reserve(rows.size());
  for (size_t i = 0; i < rows.size(); ++i) {
    LAUREL_ASSIGN_OR_RETURN(out.emplace_back(), Parse(rows[i].Bytes(0)));
  }
  return out;
}

}  // namespace

absl::Status CampaignNotFound() {
  return status::NotFound("CAMPAIGN_NOT_FOUND", "There is no such campaign.");
}

absl::StatusOr<v1::Campaign> GetCampaignRow(db::Tx& tx, const base::Uuid& program_id,
                                            const base::Uuid& campaign_id) {
  LAUREL_ASSIGN_OR_RETURN(const db::Rows rows, tx.Query("find_campaign", program_id, campaign_id));
  if (rows.empty()) return CampaignNotFound();
  return Parse(rows[0].Bytes(0));
}

absl::StatusOr<std::vector<v1::Campaign>> ListActiveCampaignRows(db::Tx& tx,
                                                                 const base::Uuid& program_id) {
  LAUREL_ASSIGN_OR_RETURN(const db::Rows rows, tx.Query("list_active_campaigns", program_id));
  return ParseAll(rows);
}

absl::StatusOr<std::vector<v1::Campaign>> ListCampaignRows(db::Tx& tx, const base::Uuid& program_id,
                                                           const base::Uuid& after, int64_t limit) {
  LAUREL_ASSIGN_OR_RETURN(const db::Rows rows,
                          tx.Query("list_campaigns", program_id, after, limit));
  return ParseAll(rows);
}

absl::Status StoreCampaign(db::Tx& tx, const base::Uuid& program_id, const v1::Campaign& campaign,
                           std::string_view principal) {
  const auto id = base::DecodeId("cmp", campaign.campaign_id());
  LAUREL_CHECK(id.has_value());
  const std::string content = campaign.SerializeAsString();
  const char* write = campaign.version() == 1 ? "insert_campaign" : "update_campaign";
  LAUREL_ASSIGN_OR_RETURN(const db::Rows written,
                          tx.Query(write, program_id, *id, campaign.version(),
                                   static_cast<int>(campaign.state()), db::Bytes{content}));
  if (written.affected() != 1) return db::Conflict("the campaign has a newer version");
  return tx
      .Query("insert_campaign_version", program_id, *id, campaign.version(),
             static_cast<int>(campaign.state()), db::Bytes{content}, principal,
             base::FromTimestamp(campaign.update_time()))
      .status();
}

}  // namespace laurel::members
