#include "members-svc/domain/order_counters.h"

#include <algorithm>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/str_cat.h"
#include "lib/base/timestamps.h"

namespace laurel::members {
namespace {

// Migration 0027_order_counters names it, too.
const base::Uuid& OrdersId() {
  static const base::Uuid kId = base::HashedUuid("orders of a member");
  return kId;
}

LimitKey Orders() { return {OrdersId(), absl::UnixEpoch()}; }

// The same few stores, order after order.
LimitKey AtStore(const std::string& store) {
  constexpr size_t kMost = 4096;
  thread_local absl::flat_hash_map<std::string, base::Uuid> known;
  if (known.size() > kMost) known.clear();
  const auto [id, made] = known.try_emplace(store);
  if (made) id->second = base::HashedUuid("orders at store/" + store);
  return {id->second, absl::UnixEpoch()};
}

// As the counter of orders holds it: above zero.
int64_t MarkOf(const LimitKey& at_store) {
  return static_cast<int64_t>(at_store.campaign_id.low >> 2U) + 1;
}

LimitUse UseOf(const LimitKey& key, const LimitUses& used) {
  const auto found = used.find(key);
  return found == used.end() ? LimitUse{} : found->second;
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
  OrderCounters counters{.orders = Orders(),
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
  const LimitUse orders = UseOf(counters.orders, used);
  facts->orders_before = orders.orders;
  if (counters.at_store) {
    facts->orders_at_store_before = orders.amount == MarkOf(*counters.at_store)
                                        ? orders.points
                                        : UseOf(*counters.at_store, used).orders;
  }
  facts->begins_visit = true;
  for (const LimitKey& key : counters.visits) {
    const int64_t begin_us = UseOf(key, used).amount;
    if (begin_us == 0) continue;
    const absl::Duration apart = absl::AbsDuration(occur_time - absl::FromUnixMicros(begin_us));
    if (apart < counters.visit_window) facts->begins_visit = false;
  }
}

std::vector<std::pair<LimitKey, LimitUse>> OrderUses(const OrderCounters& counters,
                                                     const LimitUses& used,
                                                     const MemberFacts& facts,
                                                     absl::Time occur_time) {
  std::vector<std::pair<LimitKey, LimitUse>> uses = {{counters.orders, OneOrder()}};
  if (counters.at_store) {
    LimitUse& orders = uses[0].second;
    const int64_t mark = MarkOf(*counters.at_store);
    const int64_t home = UseOf(counters.orders, used).amount;
    const bool settles = home == 0 && UseOf(*counters.at_store, used).orders == 0;
    if (settles) orders.amount = mark;
    if (settles || home == mark) {
      orders.points = 1;
    } else {
      uses.emplace_back(*counters.at_store, OneOrder());
    }
  }
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
  std::vector<std::pair<LimitKey, LimitUse>> uses = {{Orders(), OneOrder()}};
  if (order.order_number_at_store() > 0) uses.emplace_back(AtStore(order.store()), OneOrder());
  if (order.visit_minutes() > 0) {
    const absl::Duration window = absl::Minutes(order.visit_minutes());
    const absl::Time begin = base::FromTimestamp(order.occur_time());
    uses.emplace_back(VisitKey(VisitsId(order.store(), window), window, begin, 0), Visit(begin));
  }
  return uses;
}

void TakeBack(const LimitKey& key, const LimitUse& use,
              absl::FunctionRef<LimitUse*(const LimitKey&)> counters) {
  const auto take = [](int64_t* from, int64_t what) { *from = std::max<int64_t>(0, *from - what); };
  LimitUse* orders = counters(Orders());
  if (orders != nullptr && orders->amount == MarkOf(key)) {
    take(&orders->points, use.orders);
    if (orders->points == 0) orders->amount = 0;
    return;
  }
  LimitUse* counter = counters(key);
  if (counter == nullptr) return;
  take(&counter->points, use.points);
  take(&counter->orders, use.orders);
  take(&counter->amount, use.amount);
}

}  // namespace laurel::members
