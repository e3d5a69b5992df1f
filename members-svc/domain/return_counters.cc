#include "members-svc/domain/return_counters.h"

#include <algorithm>

#include "lib/base/timestamps.h"
#include "members-svc/domain/order_counters.h"

namespace laurel::members {
namespace {

namespace pb = members::v1;

using PerLine = google::protobuf::RepeatedField<int64_t>;

std::vector<int64_t> ByLine(const pb::Order& order, const PerLine& shares) {
  std::vector<int64_t> by_line(static_cast<size_t>(order.lines_size()));
  for (int i = 0; i < shares.size(); ++i) {
    by_line.at(static_cast<size_t>(i)) = std::max<int64_t>(shares.Get(i), 0);
  }
  return by_line;
}

}  // namespace

std::vector<CounterUse> CounterUsesOf(const pb::Order& order, const CapCountersOf& of) {
  std::vector<CounterUse> uses;
  for (const pb::RuleResult& result : order.rule_results()) {
    const auto campaign = base::DecodeId("cmp", result.campaign_id());
    if (!campaign) continue;
    const LimitUse points{
        .points = std::max<int64_t>(result.points(), 0), .orders = 1, .amount = 0};
    // A reward or an attribute that it gave stays given, and so counted.
    const bool fired = result.points() != 0;
    if (result.has_member_period_start() && fired) {
      uses.push_back(
          {{of.member_id, {*campaign, base::FromTimestamp(result.member_period_start())}},
           points,
           ByLine(order, result.points_by_line())});
    }
    if (result.has_total_period_start() && fired) {
      uses.push_back(
          {{of.program_id, {*campaign, base::FromTimestamp(result.total_period_start()), true}},
           points,
           ByLine(order, result.points_by_line())});
    }
    if (result.has_count_period_start() && result.counted_amount() > 0) {
      uses.push_back({{of.member_id, {*campaign, base::FromTimestamp(result.count_period_start())}},
                      {.points = 0, .orders = 0, .amount = result.counted_amount()},
                      ByLine(order, result.counted_by_line())});
    }
  }
  // No part of it lies on a line: it goes back when nothing is left.
  const std::vector<int64_t> on_no_line(static_cast<size_t>(order.lines_size()));
  for (auto& [key, use] : OrderUsesOf(order))
    uses.push_back({{of.member_id, key}, use, on_no_line});
  return uses;
}

LimitUse GivenBack(const pb::Order& order, const CounterUse& use, const ReturnStep& step) {
  const bool whole = AllReturned(step.after);
  // With the last unit goes the rest, whatever part of the sum lies on the lines.
  const auto in_all = [&](const LinesReturned& lines, int64_t sum) {
    return AllReturned(lines) ? sum
                              : std::min(sum, ReturnedOf(order, step.mode, lines, use.by_line));
  };
  LimitUse back;
  back.points = in_all(step.after, use.use.points) - in_all(step.before, use.use.points);
  back.amount = in_all(step.after, use.use.amount) - in_all(step.before, use.use.amount);
  back.orders = whole ? use.use.orders : 0;
  return back;
}

}  // namespace laurel::members
