// What an evaluation of a member's tier makes of the one before: what is to be told, and when to
// look again. Pure.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "laurel/events/v1/event.pb.h"
#include "laurel/members/v1/tier.pb.h"
#include "members-svc/domain/tier.h"

namespace laurel::members {

// What was known before; a member that was never evaluated was in the lowest tier.
struct KnownTier {
  std::optional<std::string> tier;
  int64_t warned_us = 0;  // the downgrade that it was warned of
};

struct TierNews {
  std::optional<events::v1::TierChanged> changed;
  // Into a tier of a version from below, by what happened and not by what the tiers are called.
  bool entered = false;
  std::optional<events::v1::TierAtRisk> at_risk;
  int64_t warned_us = 0;
  int64_t next_look_us = kNoTime;  // when time alone changes something, or a warning is due
};
TierNews NewsOf(const TierHistory& history, const TierOutlook& outlook, const KnownTier& known,
                int64_t at_us);

// From when a downgrade that comes at `change_us` is warned of: `warning_days` days before its day;
// kNoTime: it is not.
int64_t WarnFrom(int warning_days, int64_t change_us, absl::TimeZone zone);

// What is answered about a member, but for the manual tier's reason and actor.
v1::MemberTier ToProto(const TierHistory& history, const TierOutlook& outlook, int64_t at_us);

}  // namespace laurel::members
