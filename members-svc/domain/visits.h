// What counts as one visit to a store: pure. A receipt that is split into many small orders is
// still one visit.
//
// A visit of a member to a store begins with an order that belongs to no earlier visit, and lasts
// `window` from then on, its end not included: an order made exactly one window later begins the
// next. Counted by occur time, so that the order in which orders are recorded does not matter. It
// does not slide: who buys something every hour has several visits a day. Orders without a store
// (store "") are visits like those to a store, of their own.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "absl/time/civil_time.h"
#include "absl/time/time.h"
#include "lib/base/uuid.h"

namespace laurel::members {

struct Visit {
  int64_t begin_us = 0;  // the occur time of its first order
  int64_t orders = 0;
};
// The visits that orders of one member at one store make, earliest first. `occur_us` in any order;
// `window` is above zero.
std::vector<Visit> VisitsOf(std::vector<int64_t> occur_us, absl::Duration window);

struct StorePurchase {
  base::Uuid member_id;
  std::string store;
  int64_t occur_us = 0;
};
// One member, store and day on which at least one visit had more than one order.
struct SplitDay {
  base::Uuid member_id;
  std::string store;
  absl::CivilDay day;  // on which the visits began
  int64_t visits = 0;
  int64_t orders = 0;
  int64_t max_orders = 0;  // in one visit

  friend bool operator==(const SplitDay&, const SplitDay&) = default;
};
// Sorted.
std::vector<SplitDay> SplitDaysOf(const std::vector<StorePurchase>& purchases,
                                  absl::Duration window, absl::TimeZone zone);

// By falling max_orders, then by falling orders less visits, then by member, day and store.
void SortSplitDays(std::vector<SplitDay>* days);

}  // namespace laurel::members
