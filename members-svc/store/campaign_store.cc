#include "members-svc/store/campaign_store.h"

#include <string>
#include <utility>

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

// A row of find_campaign or list_campaigns. Which version earns is said by the column: content of
// earlier releases does not know it.
absl::StatusOr<CampaignRecord> RecordOf(const db::Row& row) {
  CampaignRecord out;
  LAUREL_ASSIGN_OR_RETURN(out.newest, Parse(row.Bytes(0)));
  out.newest.set_live_version(static_cast<int32_t>(row.Int(1)));
  if (!row.IsNull(2)) {
    LAUREL_ASSIGN_OR_RETURN(out.live, Parse(row.Bytes(2)));
  }
  return out;
}

absl::StatusOr<CampaignVersionRow> VersionOf(const db::Row& row) {
  CampaignVersionRow out;
  LAUREL_ASSIGN_OR_RETURN(out.campaign, Parse(row.Bytes(0)));
  out.principal = std::string(row.Text(1));
  return out;
}

}  // namespace

absl::Status CampaignNotFound() {
  return status::NotFound("CAMPAIGN_NOT_FOUND", "There is no such campaign.");
}

absl::StatusOr<CampaignRecord> GetCampaignRecord(db::Tx& tx, const base::Uuid& program_id,
                                                 const base::Uuid& campaign_id) {
  LAUREL_ASSIGN_OR_RETURN(const db::Rows rows, tx.Query("find_campaign", program_id, campaign_id));
  if (rows.empty()) return CampaignNotFound();
  return RecordOf(rows[0]);
}

absl::StatusOr<v1::Campaign> GetCampaignRow(db::Tx& tx, const base::Uuid& program_id,
                                            const base::Uuid& campaign_id) {
  LAUREL_ASSIGN_OR_RETURN(CampaignRecord record, GetCampaignRecord(tx, program_id, campaign_id));
  return std::move(record.newest);
}

absl::StatusOr<CampaignVersionRow> GetCampaignVersionRow(db::Tx& tx, const base::Uuid& program_id,
                                                         const base::Uuid& campaign_id,
                                                         int32_t version) {
  LAUREL_ASSIGN_OR_RETURN(const db::Rows rows, tx.Query("find_campaign_version", program_id,
                                                        campaign_id, static_cast<int>(version)));
  if (rows.empty()) return CampaignNotFound();
  return VersionOf(rows[0]);
}

absl::StatusOr<std::vector<CampaignVersionRow>> ListCampaignVersionRows(
    db::Tx& tx, const base::Uuid& program_id, const base::Uuid& campaign_id, int32_t before,
    int64_t limit) {
  LAUREL_ASSIGN_OR_RETURN(
      const db::Rows rows,
      tx.Query("list_campaign_versions", program_id, campaign_id, static_cast<int>(before), limit));
  std::vector<CampaignVersionRow> out;
  out.reserve(rows.size());
  for (size_t i = 0; i < rows.size(); ++i) {
    LAUREL_ASSIGN_OR_RETURN(out.emplace_back(), VersionOf(rows[i]));
  }
  return out;
}

absl::StatusOr<std::vector<v1::Campaign>> ListActiveCampaignRows(db::Tx& tx,
                                                                 const base::Uuid& program_id) {
  LAUREL_ASSIGN_OR_RETURN(const db::Rows rows, tx.Query("list_active_campaigns", program_id));
  return ParseAll(rows);
}

absl::StatusOr<std::vector<CampaignRecord>> ListCampaignRecords(db::Tx& tx,
                                                                const base::Uuid& program_id,
                                                                const base::Uuid& after,
                                                                int64_t limit) {
  LAUREL_ASSIGN_OR_RETURN(const db::Rows rows,
                          tx.Query("list_campaigns", program_id, after, limit));
  std::vector<CampaignRecord> out;
  out.reserve(rows.size());
  for (size_t i = 0; i < rows.size(); ++i) {
    LAUREL_ASSIGN_OR_RETURN(out.emplace_back(), RecordOf(rows[i]));
  }
  return out;
}

absl::Status StoreCampaign(db::Tx& tx, const base::Uuid& program_id, const v1::Campaign& campaign,
                           std::string_view principal) {
  const auto id = base::DecodeId("cmp", campaign.campaign_id());
  LAUREL_CHECK(id.has_value());
  const std::string content = campaign.SerializeAsString();
  const char* write = campaign.version() == 1 ? "insert_campaign" : "update_campaign";
  LAUREL_ASSIGN_OR_RETURN(
      const db::Rows written,
      tx.Query(write, program_id, *id, campaign.version(), static_cast<int>(campaign.state()),
               db::Bytes{content}, static_cast<int>(campaign.live_version())));
  if (written.affected() != 1) return db::Conflict("the campaign has a newer version");
  return tx
      .Query("insert_campaign_version", program_id, *id, campaign.version(),
             static_cast<int>(campaign.state()), db::Bytes{content}, principal,
             base::FromTimestamp(campaign.update_time()))
      .status();
}

absl::Status InsertCampaignApproval(db::Tx& tx, const base::Uuid& program_id,
                                    const base::Uuid& campaign_id,
                                    const CampaignApproval& approval) {
  return tx
      .Query("insert_campaign_approval", program_id, campaign_id,
             static_cast<int>(approval.version), approval.author, approval.approver, approval.time)
      .status();
}

}  // namespace laurel::members
