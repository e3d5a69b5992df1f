// Facts about members for tests of segments.
#pragma once

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "absl/time/time.h"
#include "members-svc/domain/daily.h"
#include "members-svc/domain/segment.h"

namespace laurel::members::testing {

inline int64_t UsOf(absl::CivilSecond at, absl::TimeZone zone = absl::UTCTimeZone()) {
  return absl::ToUnixMicros(absl::FromCivil(at, zone));
}

// Who joined on 10 January 2026, and has bought nothing.
inline SegmentFacts FactsOf(absl::TimeZone zone = absl::UTCTimeZone()) {
  SegmentFacts facts;
  facts.zone = zone;
  facts.join_us = UsOf(absl::CivilSecond(2026, 1, 10, 9), zone);
  return facts;
}

inline Purchase& Add(SegmentFacts& facts, int64_t occur_us, int64_t minor_units) {
  Purchase purchase;
  purchase.occur_us = occur_us;
  purchase.day = DayNumberOf(absl::FromUnixMicros(occur_us), facts.zone);
  purchase.minor_units = minor_units;
  const auto place = std::upper_bound(
      facts.purchases.begin(), facts.purchases.end(), purchase,
      [](const Purchase& a, const Purchase& b) { return a.occur_us < b.occur_us; });
  return *facts.purchases.insert(place, std::move(purchase));
}

inline v1::SegmentSettings Defaults() {
  v1::SegmentSettings settings;
  Normalise(&settings);
  return settings;
}

}  // namespace laurel::members::testing
