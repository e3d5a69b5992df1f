#include "members-svc/domain/tier_history.h"

#include <algorithm>
#include <map>
#include <utility>

namespace laurel::members {
namespace {

struct Accrual {
  int64_t occur_us = 0;
  int64_t activate_us = 0;
  int64_t left = 0;
};

void Sort(std::vector<TierAmount>& amounts) {
  std::stable_sort(amounts.begin(), amounts.end(),
                   [](const TierAmount& a, const TierAmount& b) { return a.at_us < b.at_us; });
}

class Earned {
 public:
  void Add(const EarningEntry& entry) {
    if (entry.kind == v1::ENTRY_KIND_ACCRUAL) {
      accruals_[entry.seq] = {entry.occur_us, entry.activate_us, entry.delta};
    } else if (entry.kind == v1::ENTRY_KIND_CANCELLATION && entry.refunded_seq == 0) {
      CancelByTime(entry);
    } else {
      // What undoes a claw-back gives back to the accrual that had been taken from.
      const auto taker = of_accrual_.find(entry.refunded_seq);
      const int64_t seq = taker == of_accrual_.end() ? entry.refunded_seq : taker->second;
      const auto accrual = accruals_.find(seq);
      if (accrual == accruals_.end()) return;  // undoes what is not earned
      accrual->second.left += entry.delta;
      of_accrual_[entry.seq] = seq;
    }
  }

  void TakeOff(const NotTaken& not_taken) {
    const auto accrual = accruals_.find(not_taken.accrual_seq);
    if (accrual != accruals_.end()) accrual->second.left -= not_taken.points;
  }

  std::vector<TierAmount> Take() const {
    std::vector<TierAmount> out;
    for (const auto& [seq, accrual] : accruals_) {
      // What a policy left at a return, and people took later, was taken off twice.
      if (accrual.left > 0) out.push_back({accrual.occur_us, accrual.left});
    }
    Sort(out);
    return out;
  }

 private:
  // The event that points waited for has not come: the lot, which names its deadline, may be that
  // of several accruals.
  void CancelByTime(const EarningEntry& entry) {
    int64_t cancelled = -entry.delta;
    for (auto& [seq, accrual] : accruals_) {
      if (accrual.activate_us != -entry.occur_us || accrual.left <= 0) continue;
      const int64_t part = std::min(cancelled, accrual.left);
      accrual.left -= part;
      cancelled -= part;
    }
  }

  std::map<int64_t, Accrual> accruals_;    // by seq
  std::map<int64_t, int64_t> of_accrual_;  // what took from an accrual → the accrual
};

}  // namespace

std::vector<TierAmount> EarnedAmounts(const std::vector<EarningEntry>& entries,
                                      const std::vector<NotTaken>& not_taken) {
  Earned earned;
  for (const EarningEntry& entry : entries) earned.Add(entry);
  for (const NotTaken& one : not_taken) earned.TakeOff(one);
  return earned.Take();
}

std::vector<TierAmount> BoughtAmounts(v1::TierMetric metric, const std::vector<BoughtOrder>& orders,
                                      absl::TimeZone zone) {
  std::vector<TierAmount> out;
  std::map<std::pair<std::string, absl::CivilDay>, int64_t> visits;  // → the first instant
  for (const BoughtOrder& order : orders) {
    if (!order.anything_left) continue;
    if (metric == v1::TIER_METRIC_SPEND) {
      if (order.left_minor_units != 0) out.push_back({order.occur_us, order.left_minor_units});
    } else if (metric == v1::TIER_METRIC_ORDERS) {
      out.push_back({order.occur_us, 1});
    } else {
      const absl::CivilDay day = absl::ToCivilDay(absl::FromUnixMicros(order.occur_us), zone);
      const auto [visit, is_new] = visits.try_emplace({order.store, day}, order.occur_us);
      if (!is_new) visit->second = std::min(visit->second, order.occur_us);
    }
  }
  for (const auto& [where, at_us] : visits) out.push_back({at_us, 1});
  Sort(out);
  return out;
}

}  // namespace laurel::members
