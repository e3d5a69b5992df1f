#include "members-svc/store/campaign_cache.h"

#include <utility>

#include "lib/base/strings.h"
#include "lib/status/error.h"
#include "members-svc/store/campaign_store.h"
#include "members-svc/store/program_store.h"
#include "members-svc/store/tier_set_store.h"

namespace laurel::members {
namespace {

// The version first, the wallet types last: what is read later may be newer than the version says,
// never older, and no campaign or tier set names a wallet type that is not there.
absl::StatusOr<std::shared_ptr<const ProgramRules>> Load(db::Tx& tx, const base::Uuid& program_id) {
  LAUREL_ASSIGN_OR_RETURN(const ProgramRow row, GetProgramRow(tx, program_id));
  LAUREL_ASSIGN_OR_RETURN(auto campaigns, ListActiveCampaignRows(tx, program_id));
  LAUREL_ASSIGN_OR_RETURN(auto tier_sets, ListTierSetRows(tx, program_id));
  auto rules = std::make_shared<ProgramRules>();
  LAUREL_ASSIGN_OR_RETURN(rules->wallet_types, ListWalletTypeRows(tx, program_id));
  rules->program_id = program_id;
  rules->version = row.rules_version;
  rules->currency_code = row.program.currency_code();
  rules->max_backdating_days = row.program.max_backdating_days();
  rules->orders = OrderSettingsOf(row.program);
  if (row.program.return_mode() != v1::RETURN_MODE_UNSPECIFIED) {
    rules->return_mode = row.program.return_mode();
  }
  if (!absl::LoadTimeZone(row.program.time_zone(), &rules->time_zone)) {
    return absl::InternalError("time zone of a programme is unknown: " + row.program.time_zone());
  }
  for (StoredTierSet& set : tier_sets) {
    rules->tier_sets.push_back({.set_no = set.set_no,
                                .code = set.newest().code(),
                                .wallet_no = set.wallet_no,
                                .versions = std::move(set.versions)});
  }
  std::vector<CampaignRules> made;
  for (v1::Campaign& campaign : campaigns) {
    const WalletTypeRules* wallet = rules->FindWalletType(campaign.wallet_type());
    if (wallet == nullptr) return absl::InternalError("a campaign's wallet type is gone");
    made.push_back(MakeCampaignRules(std::move(campaign), wallet->wallet_no));
  }
  SetCampaigns(std::move(made), rules.get());
  return rules;
}

}  // namespace

absl::StatusOr<std::shared_ptr<const ProgramRules>> CampaignCache::At(db::Tx& tx,
                                                                      const base::Uuid& program_id,
                                                                      int64_t version) {
  {
    const std::lock_guard lock(mutex_);
    const auto found = by_program_.find(program_id);
    if (found != by_program_.end() && found->second->version >= version) return found->second;
  }
  LAUREL_ASSIGN_OR_RETURN(auto rules, Load(tx, program_id));
  const std::lock_guard lock(mutex_);
  auto& cached = by_program_[program_id];
  if (cached == nullptr || cached->version < rules->version) cached = std::move(rules);
  return cached;
}

std::shared_ptr<const ProgramRules> CampaignCache::Known(const base::Uuid& program_id) {
  const std::lock_guard lock(mutex_);
  const auto found = by_program_.find(program_id);
  return found == by_program_.end() ? nullptr : found->second;
}

absl::StatusOr<std::shared_ptr<const ProgramRules>> CampaignCache::Current(
    db::Tx& tx, const base::Uuid& program_id) {
  LAUREL_ASSIGN_OR_RETURN(const ProgramRow row, GetProgramRow(tx, program_id));
  return At(tx, program_id, row.rules_version);
}

}  // namespace laurel::members
