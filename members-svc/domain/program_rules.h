// What a programme's rules say, as of one version: its calendar, wallet types and active campaigns.
// Immutable once made; shared by the batches that use it.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/time/time.h"
#include "laurel/members/v1/campaign.pb.h"
#include "laurel/members/v1/program.pb.h"
#include "laurel/members/v1/wallet.pb.h"
#include "lib/base/uuid.h"
#include "members-svc/domain/campaign_index.h"
#include "members-svc/domain/condition.h"
#include "members-svc/domain/order_matching.h"
#include "members-svc/domain/tier.h"

namespace laurel::members {

// A wallet type and its number within the programme (1 to 32), which stands in the ledger's rows.
struct WalletTypeRules {
  int wallet_no = 0;
  members::v1::WalletType policy;
};

// An active campaign. The proto is what was validated on saving; what the engine needs over and
// over is beside it.
struct CampaignRules {
  std::optional<absl::Time> start;
  std::optional<absl::Time> end;
  std::optional<CompiledCondition> condition;
  CompiledFilter lines;
  int wallet_no = 0;
  bool exclusive = false;
  // Of all members together, from total_limit and budget; 0: no limit.
  int64_t most_points_of_all = 0;
  bool has_member_limit = false;
  bool has_total_limit = false;
  // Of bands and punch cards: the period in which they count; absent for other effects.
  std::optional<members::v1::EarningLimit::Period> count_period;
  // It gives a reward or an attribute, and no points.
  bool grants = false;
  // It is the benefit of a tier (tier_benefit.h), not a campaign.
  std::optional<members::v1::AppliedTier> tier = std::nullopt;
  // Those it competes with; -1: none. Set by SortCampaigns.
  int group = -1;
  base::Uuid campaign_id;
  members::v1::Campaign campaign;
};
// `campaign` has been validated and bears its id.
CampaignRules MakeCampaignRules(members::v1::Campaign campaign, int wallet_no);

// A tier set as campaigns ask for it.
struct TierSetRules {
  int set_no = 0;
  std::string code = {};
  int wallet_no = 0;           // whose points it counts; 0: it counts no points
  TierVersions versions = {};  // ascending, at least one
};

// What the campaigns of a programme ask of members (member_facts.h). Tiers are asked for wherever
// there are any, for orders remember them.
struct FactsAsked {
  bool tiers = false;
  bool segments = false;
  bool attributes = false;
  bool visits = false;

  // What is not known from counters.
  bool OfMember() const { return tiers || segments || attributes; }
};

struct ProgramRules {
  base::Uuid program_id;
  int64_t version = 0;
  std::string currency_code;
  absl::TimeZone time_zone;
  int max_backdating_days = 30;
  OrderSettings orders = {};
  members::v1::ReturnMode return_mode = members::v1::RETURN_MODE_BY_LINE;
  std::vector<WalletTypeRules> wallet_types;  // by number
  std::vector<TierSetRules> tier_sets;        // by number
  // Those that orders trigger, in the order in which they run: first the benefits of tiers, then by
  // priority descending, then by campaign id ascending.
  std::vector<CampaignRules> campaigns;
  // The campaigns of other triggers, by TriggerKey (trigger.h): rules like these, but with the
  // campaigns of one trigger only.
  absl::flat_hash_map<std::string, std::shared_ptr<const ProgramRules>> triggered;
  // What `campaigns` ask. Made by SortCampaigns.
  FactsAsked asks;
  // Which of them can apply to an order at all. Made by SortCampaigns.
  CampaignIndex index;
  int group_count = 0;

  // Empty code: `points`. Null: no such wallet type.
  const WalletTypeRules* FindWalletType(std::string_view code) const;
  const WalletTypeRules* WalletTypeByNumber(int wallet_no) const;
};

// Puts campaigns into the order in which they run, and indexes them; to be called when all are
// there. The engine refuses rules whose campaigns have changed since.
void SortCampaigns(ProgramRules* rules);

// Puts campaigns into rules that hold none so far, but for everything else: those of orders with
// the benefits of tiers, those of other triggers under their keys, all sorted.
void SetCampaigns(std::vector<CampaignRules> campaigns, ProgramRules* rules);

// The code of the wallet type that an empty code stands for.
inline constexpr std::string_view kDefaultWalletType = "points";

}  // namespace laurel::members
