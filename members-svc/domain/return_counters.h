// What a return gives back to the counters of campaigns: limits of members and of all, budgets,
// bands and punch cards; and, with the last unit, to those of the member's orders and visits. Pure;
// the counters of earning caps are those of CapCountersFor.
#pragma once

#include <utility>
#include <vector>

#include "laurel/members/v1/order.pb.h"
#include "members-svc/domain/caps.h"
#include "members-svc/domain/order_return.h"

namespace laurel::members {

// What an order's results have added to counters, as the results name their periods; a counter may
// stand there several times. Orders recorded before results named them have none.
struct CounterUse {
  CounterKey key;
  LimitUse use;
  // The points as they lie on the order's lines; of what bands and punch cards count, its amount.
  std::vector<int64_t> by_line;
};
std::vector<CounterUse> CounterUsesOf(const members::v1::Order& order, const CapCountersOf& of);

// How much of it goes back when `after` instead of `before` has been returned: points and amounts
// as the points of entries do (ReturnedOf), the order itself when nothing of it is left.
struct ReturnStep {
  members::v1::ReturnMode mode;
  const LinesReturned& before;
  const LinesReturned& after;
};
LimitUse GivenBack(const members::v1::Order& order, const CounterUse& use, const ReturnStep& step);

}  // namespace laurel::members
