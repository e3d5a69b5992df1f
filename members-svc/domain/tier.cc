#include "members-svc/domain/tier.h"

#include <algorithm>

#include "members-svc/domain/calendar.h"
#include "members-svc/domain/tier_timeline.h"

namespace laurel::members {
namespace {

using Downgrade = members::v1::TierDowngrade;

int64_t Midnight(absl::CivilDay day, absl::TimeZone zone) {
  return absl::ToUnixMicros(absl::FromCivil(day, zone));
}

absl::CivilDay DayOfUs(int64_t us, absl::TimeZone zone) {
  return absl::ToCivilDay(absl::FromUnixMicros(us), zone);
}

// Whether a change to `after` went down, by the version that then holds, where it still knows the
// tier that was left.
bool WentDown(const TierHistory& history, const std::string& code, const TierStanding& before,
              const TierStanding& after) {
  int place = before.tier;
  const v1::TierSet& set = history.versions[static_cast<size_t>(after.version)]->set;
  for (int i = 0; i < set.tiers_size(); ++i) {
    if (set.tiers(i).code() == code) place = i;
  }
  return after.tier < place;
}

// The first change of tier after the timeline's instant.
std::optional<ComingTier> FirstChange(const TierHistory& history, int64_t asked_us,
                                      TierTimeline& timeline) {
  const std::string code = timeline.tier_code();
  const TierStanding before = timeline.standing();
  while (timeline.next_us() != kNoTime) {
    const int64_t at_us = timeline.next_us();
    timeline.Step();
    if (timeline.tier_code() == code) continue;
    const TierStanding after = timeline.standing();
    const bool down = WentDown(history, code, before, after);
    return ComingTier{.at_us = at_us,
                      .version = after.version,
                      .tier = after.tier,
                      .down = down,
                      .missing = down ? timeline.missing(asked_us) : 0};
  }
  return std::nullopt;
}

}  // namespace

const std::string& TierCode(const TierHistory& history, int version, int tier) {
  return history.versions[static_cast<size_t>(version)]->set.tiers(tier).code();
}

int64_t GraceEnd(const Downgrade& downgrade, int64_t since_us, absl::TimeZone zone) {
  if (!downgrade.has_grace()) return since_us;
  const v1::TierGrace& grace = downgrade.grace();
  absl::CivilDay last = AddMonths(DayOfUs(since_us, zone), grace.months()) + grace.days();
  if (grace.to_month_end()) last = absl::CivilDay(absl::CivilMonth(last) + 1) - 1;
  return Midnight(last + 1, zone);
}

int64_t PeriodEnd(v1::TierWindow window, int64_t at_us, int64_t join_us, absl::TimeZone zone) {
  const absl::CivilDay day = DayOfUs(at_us, zone);
  switch (window) {
    case v1::TIER_WINDOW_CALENDAR_YEAR:
      return Midnight(absl::CivilDay(day.year() + 1, 1, 1), zone);
    case v1::TIER_WINDOW_ROLLING_MONTHS:
      return Midnight(absl::CivilDay(absl::CivilMonth(day) + 1), zone);
    case v1::TIER_WINDOW_MEMBERSHIP_YEAR: {
      const absl::CivilDay joined = DayOfUs(join_us, zone);
      const int years = static_cast<int>(day.year() - joined.year());
      const absl::CivilDay this_year = AddMonths(joined, 12 * years);
      return Midnight(day < this_year ? this_year : AddMonths(joined, 12 * (years + 1)), zone);
    }
    default:
      return kNoTime;
  }
}

TierStanding TierAt(const TierHistory& history, int64_t at_us) {
  TierTimeline timeline(history);
  timeline.RunTo(at_us);
  return timeline.standing();
}

TierMoves MovesUntil(const TierHistory& history, int64_t at_us) {
  TierTimeline timeline(history);
  TierMoves moves{.rises = timeline.standing().tier > 0 ? 1 : 0, .falls = 0};
  while (timeline.next_us() <= at_us && timeline.next_us() != kNoTime) {
    const std::string code = timeline.tier_code();
    const TierStanding before = timeline.standing();
    timeline.Step();
    if (timeline.tier_code() == code) continue;
    ++(WentDown(history, code, before, timeline.standing()) ? moves.falls : moves.rises);
  }
  return moves;
}

TierOutlook OutlookAt(const TierHistory& history, int64_t at_us) {
  at_us = std::max(at_us, history.join_us);
  TierTimeline timeline(history);
  timeline.RunTo(at_us);
  TierOutlook out;
  out.now = timeline.standing();
  const v1::TierSet& set = history.versions[static_cast<size_t>(out.now.version)]->set;
  if (out.now.tier + 1 < set.tiers_size()) {
    out.distance = set.tiers(out.now.tier + 1).threshold() - out.now.value;
  }
  out.period_end_us = PeriodEnd(set.window(), at_us, history.join_us, history.zone);
  if (out.period_end_us != kNoTime) {
    TierTimeline to_its_end = timeline;
    to_its_end.RunTo(out.period_end_us);
    out.at_period_end = to_its_end.standing();
  }
  TierTimeline ahead = timeline;
  out.next = FirstChange(history, at_us, ahead);
  const Downgrade::Form form = set.downgrade().form();
  const bool judges_periods =
      form == Downgrade::FORM_PERIOD_END || form == Downgrade::FORM_ONE_STEP_AT_PERIOD_END;
  const bool falls = out.next && out.next->down;
  if (falls && (!judges_periods || ahead.judged_us() <= out.period_end_us)) {
    out.stay_us = out.next->at_us;
    out.needed_to_stay = out.next->missing;
  } else if (judges_periods && out.now.tier > 0) {
    out.stay_us = out.period_end_us;
  }
  return out;
}

}  // namespace laurel::members
