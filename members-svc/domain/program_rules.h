// What a programme's rules say, as of one version: its calendar, wallet types and active campaigns.
// Immutable once made; shared by the batches that use it.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/time/time.h"
#include "laurel/members/v1/campaign.pb.h"
#include "laurel/members/v1/program.pb.h"
#include "lib/base/uuid.h"
#include "members-svc/domain/campaign_index.h"
#include "members-svc/domain/condition.h"
#include "members-svc/domain/order_matching.h"

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
  // Those it competes with; -1: none. Set by SortCampaigns.
  int group = -1;
  base::Uuid campaign_id;
  members::v1::Campaign campaign;
};
// `campaign` has been validated and bears its id.
CampaignRules MakeCampaignRules(members::v1::Campaign campaign, int wallet_no);

struct ProgramRules {
  base::Uuid program_id;
  int64_t version = 0;
  std::string currency_code;
  absl::TimeZone time_zone;
  int max_backdating_days = 30;
  OrderSettings orders = {};
  members::v1::ReturnMode return_mode = members::v1::RETURN_MODE_BY_LINE;
  std::vector<WalletTypeRules> wallet_types;  // by number
  // In the order in which they run: priority descending, then campaign id ascending.
  std::vector<CampaignRules> campaigns;
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

// The code of the wallet type that an empty code stands for.
inline constexpr std::string_view kDefaultWalletType = "points";

}  // namespace laurel::members
