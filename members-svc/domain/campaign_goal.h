// Whether a campaign has reached its goal: pure, exact, in whole numbers. Source of the rules:
// proto/…/campaign_goal.proto and campaign_report.proto.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "absl/time/time.h"
#include "laurel/members/v1/campaign.pb.h"
#include "laurel/members/v1/campaign_report.pb.h"
#include "lib/status/error.h"

namespace laurel::members {

// From `start` on, before `end`; empty where end is not after start.
struct TimeSpan {
  absl::Time start = absl::InfinitePast();
  absl::Time end = absl::InfinitePast();
  bool Holds(absl::Time time) const { return time >= start && time < end; }
};

// What was counted in a span: orders of members of which anything is left, what was paid for them
// less what was returned, and how many members have such an order.
struct GoalCounts {
  int64_t orders = 0;
  int64_t amount = 0;
  int64_t members = 0;
};

// Adds what is wrong with a campaign's goal: no metric or target, no start_time, a baseline of
// which only one end is given, that ends before it begins or after the campaign has begun.
void CheckGoal(const v1::Campaign& campaign, std::vector<status::Violation>* violations);

// The part of a campaign with a start that has run by `now`.
TimeSpan RunOf(const v1::Campaign& campaign, absl::Time now);
// The baseline of a campaign with a goal; absent: the target is no growth.
std::optional<TimeSpan> BaselineOf(const v1::Campaign& campaign, absl::Time now);

// The goal's report, from what was counted in RunOf and BaselineOf. Decided on exact fractions:
// rounding in the figures never decides.
v1::GoalReport ReportGoal(const v1::Campaign& campaign, absl::Time now, const GoalCounts& run,
                          const GoalCounts& baseline);

}  // namespace laurel::members
