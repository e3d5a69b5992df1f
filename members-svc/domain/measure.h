// What a campaign counts of an order and how many points that comes to, before limits: pure, exact,
// one rounding per campaign.
#pragma once

#include <cstdint>
#include <vector>

#include "absl/status/status.h"
#include "laurel/members/v1/order.pb.h"
#include "laurel/members/v1/wallet.pb.h"
#include "lib/money/checked.h"
#include "members-svc/domain/program_rules.h"

namespace laurel::members {

// As RuleResult has it, beside the points and how they spread over the lines that count.
struct Measured {
  int64_t basis = 0;
  int64_t step = 0;
  int64_t steps = 0;
  int64_t points_per_step = 0;
  int64_t points = 0;
  // Of bands and punch cards: what is added to the counter. It stood at counted_before.
  int64_t counted = 0;
  int64_t counted_before = 0;
  struct Band {
    int64_t amount;
    int64_t points_per_million;
  };
  std::vector<Band> bands;
  std::vector<int64_t> weights;  // per counted line

  // As it was made, but for the memory that it holds.
  void Clear() {
    basis = step = steps = points_per_step = points = counted = counted_before = 0;
    bands.clear();
    weights.clear();
  }
};

money::Rounding RoundingOf(members::v1::Rounding rounding);

// The tax of a line that is held by its amount is at most that. INVALID_ARGUMENT, INVALID_REQUEST
// with the paths of those where it is not.
absl::Status CheckTaxes(const members::v1::RecordOrderRequest& order);

// What a campaign that is no multiplier gives for `lines` (indices from 0) of an order whose taxes
// have been checked; `counted_before` is what it has counted of the member in its period. False:
// more than can be counted.
bool Measure(const CampaignRules& rules, const members::v1::RecordOrderRequest& order,
             const std::vector<int>& lines, int64_t counted_before, Measured* out);

}  // namespace laurel::members
