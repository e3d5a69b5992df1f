// What a programme's rules say, as of one version: its calendar, wallet types and active campaigns.
// Immutable once made; shared by the batches that use it.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/container/flat_hash_set.h"
#include "absl/time/time.h"
#include "laurel/members/v1/campaign.pb.h"
#include "laurel/members/v1/program.pb.h"
#include "lib/base/uuid.h"

namespace laurel::members {

// A wallet type and its number within the programme (1 to 32), which stands in the ledger's rows.
struct WalletTypeRules {
  int wallet_no = 0;
  members::v1::WalletType policy;
};

// The long lists of a line filter as sets; a short list is searched in the proto, its set is empty.
struct LineFilterSets {
  absl::flat_hash_set<std::string> skus;
  absl::flat_hash_set<std::string> categories;
  absl::flat_hash_set<std::string> brands;
  absl::flat_hash_set<std::string> excluded_skus;
  absl::flat_hash_set<std::string> excluded_categories;
};

// An active campaign. The proto is what was validated on saving; what the engine needs over and
// over is beside it.
struct CampaignRules {
  base::Uuid campaign_id;
  members::v1::Campaign campaign;
  int wallet_no = 0;
  std::optional<absl::Time> start;
  std::optional<absl::Time> end;
  LineFilterSets sets;
};
// `campaign` has been validated and bears its id.
CampaignRules MakeCampaignRules(members::v1::Campaign campaign, int wallet_no);

struct ProgramRules {
  base::Uuid program_id;
  int64_t version = 0;
  std::string currency_code;
  absl::TimeZone time_zone;
  int max_backdating_days = 30;
  std::vector<WalletTypeRules> wallet_types;  // by number
  // In the order in which they run: priority descending, then campaign id ascending.
  std::vector<CampaignRules> campaigns;

  // Empty code: `points`. Null: no such wallet type.
  const WalletTypeRules* FindWalletType(std::string_view code) const;
  const WalletTypeRules* WalletTypeByNumber(int wallet_no) const;
};

// Puts campaigns into the order in which they run.
void SortCampaigns(std::vector<CampaignRules>* campaigns);

// The code of the wallet type that an empty code stands for.
inline constexpr std::string_view kDefaultWalletType = "points";

}  // namespace laurel::members
