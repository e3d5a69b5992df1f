#include "members-svc/handlers/change_campaign.h"

#include "lib/status/error.h"
#include "members-svc/handlers/common.h"
#include "members-svc/store/campaign_references.h"
#include "members-svc/store/campaign_store.h"

namespace laurel::members::handlers {

absl::StatusOr<SavedAt> SavingIn(const ProgramRow& program, absl::Time now) {
  SavedAt at{.now = now, .time_zone = absl::UTCTimeZone()};
  if (!absl::LoadTimeZone(program.program.time_zone(), &at.time_zone)) {
    return absl::InternalError("time zone of a programme is unknown: " +
                               program.program.time_zone());
  }
  return at;
}

absl::StatusOr<v1::Campaign> ChangeCampaign(db::Tx& tx, const CampaignChange& change,
                                            const NextVersion& next) {
  LAUREL_ASSIGN_OR_RETURN(const base::Uuid program, ProgramIdOf(change.program_id));
  const auto id = base::DecodeId("cmp", change.campaign_id);
  if (!id) return CampaignNotFound();
  LAUREL_RETURN_IF_ERROR(RaiseRulesVersion(tx, program));
  LAUREL_ASSIGN_OR_RETURN(const ProgramRow row, GetProgramRow(tx, program));
  LAUREL_ASSIGN_OR_RETURN(const CampaignRecord record, GetCampaignRecord(tx, program, *id));
  const ChangeMoment at{.now = change.now, .needs_approval = row.program.campaigns_need_approval()};
  LAUREL_ASSIGN_OR_RETURN(const v1::Campaign changed, next(tx, record, at));
  if (changed.version() == record.newest.version()) return Shown(record, change.now);
  if (changed.content_version() == changed.version()) {
    LAUREL_ASSIGN_OR_RETURN(const auto wallet_types, ListWalletTypeRows(tx, program));
    LAUREL_ASSIGN_OR_RETURN(SavedAt saved, SavingIn(row, change.now));
    LAUREL_ASSIGN_OR_RETURN(const auto known, ReadCampaignReferences(tx, program));
    saved.known = &known;
    LAUREL_RETURN_IF_ERROR(ValidateCampaign(changed, wallet_types, saved));
  }
  LAUREL_RETURN_IF_ERROR(StoreCampaign(tx, program, changed, change.principal));
  LAUREL_ASSIGN_OR_RETURN(const CampaignRecord stored, GetCampaignRecord(tx, program, *id));
  return Shown(stored, change.now);
}

}  // namespace laurel::members::handlers
