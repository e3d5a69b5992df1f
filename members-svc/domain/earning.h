// What an order earns: pure, exact, in whole numbers. Source of the rules: proto/…/campaign.proto
// and the worked examples E1 to E16.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "laurel/members/v1/order.pb.h"
#include "laurel/members/v1/wallet.pb.h"
#include "members-svc/domain/program_rules.h"

namespace laurel::members {

// How much a member has had from a limited campaign in the period that an order falls into.
struct LimitUse {
  int64_t points = 0;
  int64_t orders = 0;
};

// The counter that a campaign's member limit uses: the campaign and the start of the period (in the
// programme's calendar, by occur time; the epoch for a limit that is for ever).
struct LimitKey {
  base::Uuid campaign_id;
  absl::Time period_start;
  friend bool operator==(const LimitKey&, const LimitKey&) = default;
  template <typename H>
  friend H AbslHashValue(H h, const LimitKey& k) {
    return H::combine(std::move(h), k.campaign_id, absl::ToUnixMicros(k.period_start));
  }
};
using LimitUses = absl::flat_hash_map<LimitKey, LimitUse>;

// The counters that an order at `occur_time` may touch: one per campaign with a member limit that
// is valid then. Known before evaluation, so that a batch reads them in one go.
std::vector<LimitKey> LimitKeysFor(const ProgramRules& rules, absl::Time occur_time);

// One campaign that fired, with its arithmetic; `result.points` is above zero unless the limit took
// all, or the campaign is a multiplier, whose `points` are what it added.
struct Award {
  int wallet_no = 0;
  const members::v1::LotPolicy* lots = nullptr;  // the campaign's; null: it has none
  members::v1::RuleResult result;
};

struct Earnings {
  // In the order in which the campaigns ran, multipliers after all others.
  std::vector<Award> awards;
  std::vector<std::pair<LimitKey, LimitUse>> limit_uses;  // what to add to the counters
};

// Evaluates the active campaigns for an order of `occur_time`. `used` holds the counters of
// LimitKeysFor (absent: zero). The caller's own figures in the request are never read.
// OUT_OF_RANGE, POINTS_OVERFLOW. Where the words of campaign.proto leave it open:
// - a rule that comes to zero points has not fired; one whose limit took all is listed with what it
//   lost, and stops nothing;
// - a multiplier fires when its conditions hold and it counts a line. It multiplies what all amount
//   rules of its wallet type gave on its lines, whether they ran before or after it. Its own
//   rounding is that of the product; several multiply exact fractions;
// - fixed points with a line filter want at least one line that counts;
// - units are whole per line; the points of a delivery charge lie on the lines, by their amounts.
absl::StatusOr<Earnings> EvaluateOrder(const ProgramRules& rules,
                                       const members::v1::RecordOrderRequest& order,
                                       absl::Time occur_time, const LimitUses& used);

}  // namespace laurel::members
