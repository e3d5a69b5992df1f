// Why campaigns and caps gave what they gave: the inputs, the arithmetic in words, and the same
// computed again from nothing but those inputs. Pure.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "laurel/members/v1/campaign.pb.h"
#include "laurel/members/v1/ledger.pb.h"

namespace laurel::members {

struct ExplainedOrder {
  const v1::Order& order;
  std::string currency_code;
  std::string time_zone;  // name of the programme's
};

// What campaigns gave for an order in one wallet type, by where it stands.
struct ExplainedResults {
  std::vector<v1::RuleResult> entry = {};  // in the one that is explained
  std::vector<v1::RuleResult> other_entries = {};
  std::vector<v1::RuleResult> no_entry = {};  // cut whole by caps
};

// Each in its order; `campaigns` holds each in the version that its result names. INTERNAL when one
// is missing or the engine fails.
absl::StatusOr<v1::CampaignExplanation> ExplainCampaigns(
    const ExplainedOrder& order, const ExplainedResults& results,
    const std::vector<v1::Campaign>& campaigns);

// What the engine gives for the inputs that an explanation names, before caps. Campaigns that gave
// nothing are not among them: they have no part in the amount. Steps in other entries or in none
// are fed, not counted.
absl::StatusOr<int64_t> RecomputePoints(const v1::CampaignExplanation& explanation);

// What an accrual brings by the inputs that its explanation names: the engine's points, or those
// that were asked for, put through each cap that cut, by its limit and its use alone; less what the
// order's other entries have of it. Of something other than an order: what the entry's campaigns
// gave, less what it says that caps took.
absl::StatusOr<int64_t> RecomputeAmount(const v1::ExplainEntryResponse& explanation);

// Which cap cut how much and why, such as "; of 500 points the cap of 300 per week, 100 of it used,
// let 200 in".
std::string CutsInWords(const v1::Entry& entry);

}  // namespace laurel::members
