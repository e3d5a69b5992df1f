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

// Whether the filter has any part.
bool FiltersLines(const v1::LineFilter& filter);
// The indices (from 0) of the lines that count, ascending.
void MatchLines(const CampaignRules& rules, const v1::RecordOrderRequest& order,
                std::vector<int>* out);

}  // namespace laurel::members
