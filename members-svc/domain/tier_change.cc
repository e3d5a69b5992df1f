#include "members-svc/domain/tier_change.h"

#include <algorithm>

#include "lib/base/timestamps.h"
#include "members-svc/domain/daily.h"

namespace laurel::members {
namespace {

const v1::TierSet& SetOf(const TierHistory& history, int version) {
  return history.versions[static_cast<size_t>(version)]->set;
}

int PlaceOf(const v1::TierSet& set, const std::string& code) {
  for (int i = 0; i < set.tiers_size(); ++i) {
    if (set.tiers(i).code() == code) return i;
  }
  return -1;
}

// Whether it leads down, in the order of the version in force or, where that no longer has the tier
// of before, of the newest one that had it.
bool LeadsDown(const TierHistory& history, const v1::TierSet& set, int to,
               const std::string& before) {
  const int place = PlaceOf(set, before);
  if (place >= 0) return to < place;
  const v1::Tier& tier = set.tiers(to);
  for (size_t i = history.versions.size(); i-- > 0;) {
    const v1::TierSet& had = history.versions[i]->set;
    const int from = PlaceOf(had, before);
    if (from < 0) continue;
    const int same = PlaceOf(had, tier.code());
    return same >= 0 ? same < from : tier.threshold() < had.tiers(from).threshold();
  }
  return false;
}

const GivenTier* GivenAt(const TierHistory& history, int64_t at_us) {
  for (const GivenTier& given : history.given) {
    if (given.from_us <= at_us && at_us < given.end_us) return &given;
  }
  return nullptr;
}

void SetTime(int64_t us, google::protobuf::Timestamp* out) {
  base::SetTimestamp(absl::FromUnixMicros(us), out);
}

v1::ComingTierChange ToProto(const TierHistory& history, const ComingTier& coming) {
  v1::ComingTierChange out;
  out.set_tier(TierCode(history, coming.version, coming.tier));
  SetTime(coming.at_us, out.mutable_time());
  out.set_down(coming.down);
  return out;
}

}  // namespace

int64_t WarnFrom(int warning_days, int64_t change_us, absl::TimeZone zone) {
  if (warning_days == 0) return kNoTime;
  const int day = DayNumberOf(absl::FromUnixMicros(change_us), zone);
  return absl::ToUnixMicros(StartOfDay(day - warning_days, zone));
}

TierNews NewsOf(const TierHistory& history, const TierOutlook& outlook, const KnownTier& known,
                int64_t at_us) {
  TierNews news{.changed = {}, .at_risk = {}, .warned_us = known.warned_us};
  const v1::TierSet& set = SetOf(history, outlook.now.version);
  const v1::Tier& tier = set.tiers(outlook.now.tier);
  const std::string& before = known.tier ? *known.tier : set.tiers(0).code();
  if (tier.code() != before) {
    const bool down = LeadsDown(history, set, outlook.now.tier, before);
    // Whoever was in a tier that the version no longer has was moved by it, and enters none.
    news.entered = !down && PlaceOf(set, before) >= 0;
    events::v1::TierChanged& changed = news.changed.emplace();
    changed.set_tier_set(set.code());
    changed.set_version(set.version());
    changed.set_from_tier(before);
    changed.set_to_tier(tier.code());
    changed.set_down(down);
    SetTime(outlook.now.since_us, changed.mutable_since_time());
    changed.set_manual(outlook.now.tier > outlook.now.earned_tier);
    if (news.entered) *changed.mutable_entry_grants() = tier.benefits().entry_grants();
  }
  if (!outlook.next) return news;
  news.next_look_us = outlook.next->at_us;
  if (!outlook.next->down || outlook.next->at_us == news.warned_us) return news;
  const int64_t warn_us = WarnFrom(set.warning_days(), outlook.next->at_us, history.zone);
  if (at_us < warn_us) {
    news.next_look_us = std::min(news.next_look_us, warn_us);
    return news;
  }
  news.warned_us = outlook.next->at_us;
  events::v1::TierAtRisk& at_risk = news.at_risk.emplace();
  at_risk.set_tier_set(set.code());
  at_risk.set_tier(tier.code());
  at_risk.set_to_tier(TierCode(history, outlook.next->version, outlook.next->tier));
  SetTime(outlook.next->at_us, at_risk.mutable_change_time());
  at_risk.set_needed_to_stay(outlook.next->missing);
  return news;
}

v1::MemberTier ToProto(const TierHistory& history, const TierOutlook& outlook, int64_t at_us) {
  const v1::TierSet& set = SetOf(history, outlook.now.version);
  const v1::Tier& tier = set.tiers(outlook.now.tier);
  v1::MemberTier out;
  out.set_tier_set(set.code());
  out.set_version(set.version());
  out.set_tier(tier.code());
  out.set_tier_name(tier.display_name());
  SetTime(outlook.now.since_us, out.mutable_since_time());
  out.set_earned_tier(set.tiers(outlook.now.earned_tier).code());
  out.set_metric(set.metric());
  out.set_value(outlook.now.value);
  if (outlook.distance) {
    const v1::Tier& next = set.tiers(outlook.now.tier + 1);
    out.set_next_tier(next.code());
    out.set_next_tier_name(next.display_name());
    out.set_next_tier_distance(*outlook.distance);
  }
  out.set_needed_to_stay(outlook.needed_to_stay);
  if (outlook.stay_us != kNoTime) SetTime(outlook.stay_us, out.mutable_stay_time());
  if (outlook.period_end_us != kNoTime) {
    SetTime(outlook.period_end_us, out.mutable_period_end_time());
    out.set_period_end_tier(
        TierCode(history, outlook.at_period_end.version, outlook.at_period_end.tier));
  }
  if (outlook.next) {
    *out.mutable_next_change() = ToProto(history, *outlook.next);
    const bool warned = outlook.next->down &&
                        at_us >= WarnFrom(set.warning_days(), outlook.next->at_us, history.zone);
    if (warned) *out.mutable_warning() = out.next_change();
  }
  if (const GivenTier* given = GivenAt(history, at_us); given != nullptr) {
    out.mutable_manual()->set_tier(given->tier);
    SetTime(given->from_us, out.mutable_manual()->mutable_start_time());
    if (given->end_us != kNoTime) SetTime(given->end_us, out.mutable_manual()->mutable_end_time());
  }
  *out.mutable_benefits() = tier.benefits();
  return out;
}

}  // namespace laurel::members
