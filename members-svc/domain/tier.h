// A member's tier: a pure function of its history (dated amounts of what the tier set counts), of
// the versions of the tier set, each from its time on, of the tiers that people gave, and of the
// time of joining. Times are microseconds since 1970, periods are those of the programme's calendar
// (calendar.h), and all are half-open: at its end a period is over. Source: the worked examples T1
// to T4.
//
// An amount counts from its instant to the end of the window that it lies in. Amounts that were
// returned or taken back are not in the history at all; so it does not matter when that became
// known.
#pragma once

#include <cstdint>
#include <limits>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/time/time.h"
#include "laurel/members/v1/tier_set.pb.h"

namespace laurel::members {

inline constexpr int64_t kNoTime = std::numeric_limits<int64_t>::max();
inline constexpr int64_t kFromEver = std::numeric_limits<int64_t>::min();

// What happened: points earned, money spent, an order, a visit.
struct TierAmount {
  int64_t at_us = 0;
  int64_t amount = 0;
};

// One version of a tier set, valid as validated on saving, and when it begins to hold.
struct TierRules {
  int64_t from_us = kFromEver;
  members::v1::TierSet set;
};
using TierVersions = std::vector<std::shared_ptr<const TierRules>>;

// A tier that a person gave: a floor from `from_us` on, until `end_us`.
struct GivenTier {
  std::string tier;
  int64_t from_us = 0;
  int64_t end_us = kNoTime;
};

struct TierHistory {
  TierVersions versions;  // ascending from_us, the first from ever; at least one
  absl::TimeZone zone;
  int64_t join_us = 0;
  std::vector<TierAmount> amounts;  // ascending at_us
  std::vector<GivenTier> given;     // ascending from_us, none overlaps
};

// Where a member stands at an instant. Tiers are numbered within the version, the lowest is 0.
struct TierStanding {
  int version = 0;  // its place among the versions
  int tier = 0;
  int64_t since_us = 0;
  int earned_tier = 0;  // without what people gave
  int64_t value = 0;    // of the window then
};

// A change that will come, by what is known.
struct ComingTier {
  int64_t at_us = kNoTime;
  int version = 0;
  int tier = 0;
  bool down = false;
  // How much more until then would avert it, where it is one down; at least 1. Where nothing can,
  // because all that counts falls out of the window with it: what the tier then takes.
  int64_t missing = 0;
};

struct TierOutlook {
  TierStanding now;
  std::optional<ComingTier> next;  // empty: nothing will change
  // The end of the period, kNoTime where the window has none, and the standing from then on.
  int64_t period_end_us = kNoTime;
  TierStanding at_period_end;
  // How much it takes to stay in the tier when it is next at stake: at the end of the period where
  // the tier set judges then, otherwise when it would be lost. kNoTime: it never is.
  int64_t stay_us = kNoTime;
  int64_t needed_to_stay = 0;
  // How much is missing for the next tier; empty on the highest.
  std::optional<int64_t> distance;
};

// At an instant before joining: as it was on joining.
TierStanding TierAt(const TierHistory& history, int64_t at_us);
TierOutlook OutlookAt(const TierHistory& history, int64_t at_us);

// How often the member rose and fell up to an instant. Whoever joins above the lowest tier rose.
struct TierMoves {
  int64_t rises = 0;
  int64_t falls = 0;
};
TierMoves MovesUntil(const TierHistory& history, int64_t at_us);

// The code of a tier.
const std::string& TierCode(const TierHistory& history, int version, int tier);

// Until when a tier that was entered at `since_us` is kept at least; `since_us` without a grace.
int64_t GraceEnd(const members::v1::TierDowngrade& downgrade, int64_t since_us,
                 absl::TimeZone zone);
// The end of the window's period that holds `at_us`; kNoTime: the window has none.
int64_t PeriodEnd(members::v1::TierWindow window, int64_t at_us, int64_t join_us,
                  absl::TimeZone zone);

}  // namespace laurel::members
