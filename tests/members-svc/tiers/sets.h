// Tier sets and histories for tests.
#pragma once

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/time/time.h"
#include "members-svc/domain/tier.h"

namespace laurel::members::testing {

inline absl::TimeZone York() {
  absl::TimeZone zone;
  absl::LoadTimeZone("America/New_York", &zone);
  return zone;
}

// An instant of the calendar of `zone`, in microseconds.
inline int64_t Us(absl::CivilSecond at, absl::TimeZone zone = absl::UTCTimeZone()) {
  return absl::ToUnixMicros(absl::FromCivil(at, zone));
}

// Tiers bronze, silver, gold, … with these thresholds.
inline v1::TierSet SetOf(const std::vector<int64_t>& thresholds, v1::TierWindow window,
                         v1::TierDowngrade::Form form) {
  static constexpr const char* kCodes[] = {"bronze", "silver", "gold", "platinum", "diamond"};
  v1::TierSet set;
  set.set_code("club");
  set.set_display_name("Club");
  set.set_metric(v1::TIER_METRIC_SPEND);
  set.set_window(window);
  set.set_version(1);
  set.mutable_downgrade()->set_form(form);
  for (size_t i = 0; i < thresholds.size(); ++i) {
    v1::Tier* tier = set.add_tiers();
    tier->set_code(kCodes[i]);
    tier->set_display_name(kCodes[i]);
    tier->set_threshold(thresholds[i]);
  }
  return set;
}

inline std::shared_ptr<const TierRules> RulesOf(v1::TierSet set, int64_t from_us = kFromEver) {
  return std::make_shared<const TierRules>(TierRules{.from_us = from_us, .set = std::move(set)});
}

inline TierHistory HistoryOf(v1::TierSet set, int64_t join_us,
                             std::vector<TierAmount> amounts = {}) {
  return {.versions = {RulesOf(std::move(set))},
          .zone = absl::UTCTimeZone(),
          .join_us = join_us,
          .amounts = std::move(amounts),
          .given = {}};
}

}  // namespace laurel::members::testing
