// The counters of campaigns: which an order uses, what they leave, and what an award adds to them.
#pragma once

#include <array>
#include <cstdint>
#include <limits>
#include <optional>
#include <utility>
#include <vector>

#include "members-svc/domain/earning.h"

namespace laurel::members {

// The starts of the periods that hold one instant, each found once.
class PeriodStarts {
 public:
  PeriodStarts(absl::Time occur_time, absl::TimeZone zone) : occur_time_(occur_time), zone_(zone) {}
  absl::Time Of(members::v1::EarningLimit::Period period);

 private:
  const absl::Time occur_time_;
  const absl::TimeZone zone_;
  std::array<std::optional<absl::Time>, members::v1::EarningLimit::Period_ARRAYSIZE> starts_;
};

// What is left of a campaign for one order.
struct Left {
  static constexpr int64_t kNoLimit = std::numeric_limits<int64_t>::max();

  std::optional<LimitKey> member;  // absent: no such limit
  std::optional<LimitKey> all;
  std::optional<LimitKey> count;  // of bands and punch cards
  int64_t member_points = kNoLimit;
  int64_t all_points = kNoLimit;
  int64_t counted = 0;     // by bands or a punch card, before
  bool exhausted = false;  // no further order

  int64_t points() const { return std::min(member_points, all_points); }
};
Left LeftOf(const CampaignRules& rules, const LimitUses& used, PeriodStarts& starts);

// What limits make of `points`, first the member's, then that of all; below zero nothing is cut.
struct Trimmed {
  int64_t points;
  int64_t over_member;
  int64_t over_all;
};
Trimmed Trim(int64_t points, const Left& left);

// Writes the periods of a campaign's limits into its result.
void TellPeriods(const Left& left, members::v1::RuleResult* result);

// What a campaign adds to the counters: that it has fired, with so many points; what it has
// counted.
struct Used {
  bool fired;
  int64_t points;
  int64_t counted;
};
void AddUses(const Left& left, const Used& used, std::vector<std::pair<LimitKey, LimitUse>>* uses);

}  // namespace laurel::members
