// Whether a campaign applies to an order, and to which of its lines.
#pragma once

#include <cstdint>
#include <vector>

#include "absl/time/time.h"
#include "laurel/members/v1/order.pb.h"
#include "members-svc/domain/program_rules.h"

namespace laurel::members {

// start_time <= occur_time < end_time, where they are given.
bool ValidAt(const CampaignRules& rules, absl::Time occur_time);

// What the order as a whole must be; `total` is the sum of its lines, without delivery.
bool ConditionsHold(const v1::OrderConditions& conditions, const v1::RecordOrderRequest& order,
                    int64_t total);

// Whether the filter has any part.
bool FiltersLines(const v1::LineFilter& filter);
bool LineCounts(const CampaignRules& rules, const v1::OrderLine& line);
// The indices (from 0) of the lines that count, ascending.
void MatchLines(const CampaignRules& rules, const v1::RecordOrderRequest& order,
                std::vector<int>* out);

}  // namespace laurel::members
