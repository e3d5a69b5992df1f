// Which order of the member's it is, which at its store, and whether it begins a visit: counted
// beside the limits of campaigns, under ids of their own that no campaign has. So they are read and
// written with them, guarded like them, and given back by returns like them. Pure.
//
// The orders of a member and of a member at a store are counted for every order, whether a campaign
// asks for it or not: one that is made later finds them right. (Those at a store since the release
// that brought this; those of a member have been counted then.) Most members buy at one store, so
// that it costs one row an order: the counter of a member's orders holds in `orders` how many there
// are, in `amount` a mark of the home store (the first; when none of its orders is left, the next
// that has no counter), and in `points` how many of the orders are of it. Other stores have a
// counter of their own. So an order is counted at home exactly while its store is the home store.
//
// Visits are counted while a campaign gives points for them: a visit is a row per member, store,
// length of visits and piece of time of that length, which says in `amount` when it began; two
// visits never begin in one piece.
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/time/time.h"
#include "laurel/members/v1/order.pb.h"
#include "members-svc/domain/earning.h"
#include "members-svc/domain/member_facts.h"
#include "members-svc/domain/program_rules.h"

namespace laurel::members {

// The counters of one order, all of its member.
struct OrderCounters {
  LimitKey orders;
  std::optional<LimitKey> at_store;  // absent: the order names no store
  // Where a visit that the order belongs to may have begun: in the piece of time before its own, in
  // its own, in the one after. Empty: nobody gives points for visits.
  std::vector<LimitKey> visits;
  absl::Duration visit_window;

  template <typename Take>
  void ForEach(Take take) const {
    take(orders);
    if (at_store) take(*at_store);
    for (const LimitKey& visit : visits) take(visit);
  }
};
OrderCounters OrderCountersFor(const ProgramRules& rules, const std::string& store,
                               absl::Time occur_time);

// What they say of the order. An order belongs to a visit that began less than a window before it,
// or less than a window after it: then it was recorded late. So points are never given for more
// visits than VisitsOf finds, and for as many where orders are recorded as they occur.
void TellOrderFacts(const OrderCounters& counters, const LimitUses& used, absl::Time occur_time,
                    MemberFacts* facts);

// What the order adds to them, as they stand.
std::vector<std::pair<LimitKey, LimitUse>> OrderUses(const OrderCounters& counters,
                                                     const LimitUses& used,
                                                     const MemberFacts& facts,
                                                     absl::Time occur_time);
// Says in the order what it has added.
void TellOrderUses(const OrderCounters& counters, const MemberFacts& facts,
                   members::v1::Order* order);
// What an order that has been recorded takes with it when it is returned whole, as it says. One of
// an earlier release is counted among the orders of its member alone. TakeBack gives it back.
std::vector<std::pair<LimitKey, LimitUse>> OrderUsesOf(const members::v1::Order& order);

// Takes `use` of a counter back, from where it is counted now. `counters` finds those of its owner
// as they stand; null: there is none, so it has counted nothing.
void TakeBack(const LimitKey& key, const LimitUse& use,
              absl::FunctionRef<LimitUse*(const LimitKey&)> counters);

}  // namespace laurel::members
