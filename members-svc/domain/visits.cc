#include "members-svc/domain/visits.h"

#include <algorithm>
#include <map>
#include <tuple>
#include <utility>

#include "lib/base/check.h"

namespace laurel::members {

std::vector<Visit> VisitsOf(std::vector<int64_t> occur_us, absl::Duration window) {
  const int64_t window_us = absl::ToInt64Microseconds(window);
  LAUREL_CHECK(window_us > 0);
  std::sort(occur_us.begin(), occur_us.end());
  std::vector<Visit> visits;
  for (const int64_t at_us : occur_us) {
    if (visits.empty() || at_us - visits.back().begin_us >= window_us) {
      visits.push_back({at_us, 0});
    }
    ++visits.back().orders;
  }
  return visits;
}

std::vector<SplitDay> SplitDaysOf(const std::vector<StorePurchase>& purchases,
                                  absl::Duration window, absl::TimeZone zone) {
  std::map<std::pair<base::Uuid, std::string>, std::vector<int64_t>> by_store;
  for (const StorePurchase& purchase : purchases) {
    by_store[{purchase.member_id, purchase.store}].push_back(purchase.occur_us);
  }
  std::vector<SplitDay> days;
  for (auto& [key, times] : by_store) {
    std::map<absl::CivilDay, SplitDay> by_day;
    for (const Visit& visit : VisitsOf(std::move(times), window)) {
      const absl::CivilDay day = absl::ToCivilDay(absl::FromUnixMicros(visit.begin_us), zone);
      SplitDay& split = by_day.try_emplace(day, SplitDay{key.first, key.second, day}).first->second;
      ++split.visits;
      split.orders += visit.orders;
      split.max_orders = std::max(split.max_orders, visit.orders);
    }
    for (auto& [day, split] : by_day) {
      if (split.max_orders > 1) days.push_back(std::move(split));
    }
  }
  SortSplitDays(&days);
  return days;
}

void SortSplitDays(std::vector<SplitDay>* days) {
  std::sort(days->begin(), days->end(), [](const SplitDay& a, const SplitDay& b) {
    const int64_t a_beyond = a.orders - a.visits;
    const int64_t b_beyond = b.orders - b.visits;
    return std::tie(b.max_orders, b_beyond, a.member_id, a.day, a.store) <
           std::tie(a.max_orders, a_beyond, b.member_id, b.day, b.store);
  });
}

}  // namespace laurel::members
