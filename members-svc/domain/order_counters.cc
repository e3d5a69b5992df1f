#include "members-svc/domain/order_counters.h"

#include "absl/strings/str_cat.h"
#include "lib/base/timestamps.h"

namespace laurel::members {
namespace {

// Migration 0028_order_counters names it, too.
const base::Uuid& OrdersId() {
  static const base::Uuid kId = base::HashedUuid("orders of a member");
  return kId;
}

LimitKey AtStore(const std::string& store) {
  return {base::HashedUuid("orders at store/" + store), absl::UnixEpoch()};
}

// The piece of time that holds `time`, moved by whole ones.
LimitKey VisitKey(const base::Uuid& id, absl::Duration window, absl::Time time, int64_t by) {
  const int64_t length = absl::ToInt64Microseconds(window);
  const int64_t at_us = absl::ToUnixMicros(time);
  return {id, absl::FromUnixMicros((at_us / length + by) * length)};
}

base::Uuid VisitsId(const std::string& store, absl::Duration window) {
  return base::HashedUuid(absl::StrCat("visits/", absl::ToInt64Minutes(window), "/", store));
}

LimitUse OneOrder() { return {.points = 0, .orders = 1, .amount = 0}; }

LimitUse Visit(absl::Time begin) {
  return {.points = 0, .orders = 1, .amount = absl::ToUnixMicros(begin)};
}

}  // namespace

OrderCounters OrderCountersFor(const ProgramRules& rules, const std::string& store,
                               absl::Time occur_time) {
  OrderCounters counters{.orders = {OrdersId(), absl::UnixEpoch()},
                         .at_store = std::nullopt,
                         .visits = {},
                         .visit_window = absl::ZeroDuration()};
  if (!store.empty()) counters.at_store = AtStore(store);
  if (!rules.asks.visits) return counters;
  counters.visit_window = absl::Minutes(rules.orders.visit_window_minutes);
  const base::Uuid id = VisitsId(store, counters.visit_window);
  for (const int64_t by : {-1, 0, 1}) {
    counters.visits.push_back(VisitKey(id, counters.visit_window, occur_time, by));
  }
  return counters;
}

void TellOrderFacts(const OrderCounters& counters, const LimitUses& used, absl::Time occur_time,
                    MemberFacts* facts) {
  const auto use_of = [&used](const LimitKey& key) {
    const auto found = used.find(key);
    return found == used.end() ? LimitUse{} : found->second;
  };
  facts->orders_before = use_of(counters.orders).orders;
  if (counters.at_store) facts->orders_at_store_before = use_of(*counters.at_store).orders;
  facts->begins_visit = true;
  for (const LimitKey& key : counters.visits) {
    const int64_t begin_us = use_of(key).amount;
    if (begin_us == 0) continue;
    const absl::Duration apart = absl::AbsDuration(occur_time - absl::FromUnixMicros(begin_us));
    if (apart < counters.visit_window) facts->begins_visit = false;
  }
}

std::vector<std::pair<LimitKey, LimitUse>> OrderUses(const OrderCounters& counters,
                                                     const MemberFacts& facts,
                                                     absl::Time occur_time) {
  std::vector<std::pair<LimitKey, LimitUse>> uses = {{counters.orders, OneOrder()}};
  if (counters.at_store) uses.emplace_back(*counters.at_store, OneOrder());
  if (!counters.visits.empty() && facts.begins_visit) {
    uses.emplace_back(counters.visits[1], Visit(occur_time));
  }
  return uses;
}

void TellOrderUses(const OrderCounters& counters, const MemberFacts& facts, v1::Order* order) {
  order->set_order_number(facts.orders_before + 1);
  if (counters.at_store) order->set_order_number_at_store(facts.orders_at_store_before + 1);
  if (!counters.visits.empty() && facts.begins_visit) {
    order->set_visit_minutes(static_cast<int32_t>(absl::ToInt64Minutes(counters.visit_window)));
  }
}

std::vector<std::pair<LimitKey, LimitUse>> OrderUsesOf(const v1::Order& order) {
  std::vector<std::pair<LimitKey, LimitUse>> uses = {{{OrdersId(), absl::UnixEpoch()}, OneOrder()}};
  if (order.order_number_at_store() > 0) uses.emplace_back(AtStore(order.store()), OneOrder());
  if (order.visit_minutes() > 0) {
    const absl::Duration window = absl::Minutes(order.visit_minutes());
    const absl::Time begin = base::FromTimestamp(order.occur_time());
    uses.emplace_back(VisitKey(VisitsId(order.store(), window), window, begin, 0), Visit(begin));
  }
  return uses;
}

}  // namespace laurel::members
