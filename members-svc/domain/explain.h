// Why campaigns gave what they gave: the inputs, the arithmetic in words, and the same computed
// again from nothing but those inputs. Pure.
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

// `results` are those of one entry, `others` those of the order's other entries in the same wallet
// type, in their order; `campaigns` holds each in the version that its result names. INTERNAL when
// one is missing or the engine fails.
absl::StatusOr<v1::CampaignExplanation> ExplainCampaigns(
    const ExplainedOrder& order, const std::vector<v1::RuleResult>& results,
    const std::vector<v1::RuleResult>& others, const std::vector<v1::Campaign>& campaigns);

// What the engine gives for the inputs that an explanation names. Campaigns that gave nothing are
// not among them: they have no part in the amount. Steps in other entries are fed, not counted.
absl::StatusOr<int64_t> RecomputePoints(const v1::CampaignExplanation& explanation);

}  // namespace laurel::members
