#include "members-svc/domain/tier_timeline.h"

#include <algorithm>
#include <limits>
#include <utility>

#include "members-svc/domain/calendar.h"

namespace laurel::members {
namespace {

using Downgrade = members::v1::TierDowngrade;

__extension__ using Wide = __int128;

// What is added to or taken from it stays within 64 bits.
int64_t Clamp(Wide value) {
  constexpr int64_t kMost = int64_t{1} << 61;
  return value < -kMost ? -kMost : value > kMost ? kMost : static_cast<int64_t>(value);
}

}  // namespace

TierTimeline::TierTimeline(const TierHistory& history)
    : history_(history), now_us_(history.join_us) {
  while (version_ + 1 < history_.versions.size() &&
         history_.versions[version_ + 1]->from_us <= now_us_) {
    ++version_;
  }
  Recount();
  earned_ = HighestFor(value_);
  earned_since_us_ = now_us_;
  tier_ = std::max(earned_, FloorNow());
  code_ = set().tiers(tier_).code();
  since_us_ = now_us_;
  Plan();
}

const members::v1::TierSet& TierTimeline::set() const { return history_.versions[version_]->set; }

bool TierTimeline::JudgesPeriods() const {
  const Downgrade::Form form = set().downgrade().form();
  return form == Downgrade::FORM_PERIOD_END || form == Downgrade::FORM_ONE_STEP_AT_PERIOD_END;
}

int TierTimeline::HighestFor(Wide value) const {
  int highest = 0;
  for (int i = 1; i < set().tiers_size() && set().tiers(i).threshold() <= value; ++i) highest = i;
  return highest;
}

int TierTimeline::PlaceOf(const std::string& code) const {
  for (int i = 0; i < set().tiers_size(); ++i) {
    if (set().tiers(i).code() == code) return i;
  }
  return -1;
}

int TierTimeline::FloorNow() const {
  for (const GivenTier& given : history_.given) {
    if (given.from_us <= now_us_ && now_us_ < given.end_us) return PlaceOf(given.tier);
  }
  return -1;
}

int64_t TierTimeline::OutOf(int64_t at_us) const {
  const absl::TimeZone zone = history_.zone;
  switch (set().window()) {
    case v1::TIER_WINDOW_ROLLING_MONTHS: {
      const absl::CivilDay day = absl::ToCivilDay(absl::FromUnixMicros(at_us), zone);
      return absl::ToUnixMicros(absl::FromCivil(AddMonths(day, set().window_months()) + 1, zone));
    }
    case v1::TIER_WINDOW_CALENDAR_YEAR:
      return PeriodEnd(set().window(), at_us, history_.join_us, zone);
    case v1::TIER_WINDOW_MEMBERSHIP_YEAR:
      return at_us < history_.join_us ? at_us
                                      : PeriodEnd(set().window(), at_us, history_.join_us, zone);
    case v1::TIER_WINDOW_SINCE_JOINING:
      return at_us < history_.join_us ? at_us : kNoTime;
    default:
      return kNoTime;
  }
}

void TierTimeline::TakeIn(const TierAmount& amount) {
  const int64_t out_us = OutOf(amount.at_us);
  if (out_us <= now_us_) return;
  // Later amounts leave no earlier: each window's ends grow with the instant.
  counting_.push_back({out_us, amount.amount});
  value_ += amount.amount;
}

void TierTimeline::Recount() {
  counting_.clear();
  value_ = 0;
  for (in_ = 0; in_ < history_.amounts.size() && history_.amounts[in_].at_us <= now_us_; ++in_) {
    TakeIn(history_.amounts[in_]);
  }
}

void TierTimeline::MoveTo(int earned) {
  earned_ = earned;
  earned_since_us_ = now_us_;
  due_.reset();
}

void TierTimeline::JudgePeriod() {
  const int reached = HighestFor(value_);
  if (reached >= earned_) {
    due_.reset();
    return;
  }
  const bool one_step = set().downgrade().form() == Downgrade::FORM_ONE_STEP_AT_PERIOD_END;
  const int lower = one_step ? earned_ - 1 : reached;
  if (now_us_ >= GraceEnd(set().downgrade(), earned_since_us_, history_.zone)) return MoveTo(lower);
  due_ = lower;
  due_since_us_ = now_us_;
  due_value_ = value_;
}

void TierTimeline::RiseOrFall() {
  const int reached = HighestFor(value_);
  if (reached > earned_) return MoveTo(reached);
  const bool at_once = set().downgrade().form() == Downgrade::FORM_AT_ONCE && reached < earned_;
  if (!at_once && !due_) return;
  if (now_us_ < GraceEnd(set().downgrade(), earned_since_us_, history_.zone)) return;
  const int lower = at_once ? reached : std::max(*due_, reached);
  if (lower < earned_) return MoveTo(lower);
  due_.reset();
}

bool TierTimeline::NewVersions() {
  bool any = false;
  while (version_ + 1 < history_.versions.size() &&
         history_.versions[version_ + 1]->from_us <= now_us_) {
    const std::string code = set().tiers(earned_).code();
    ++version_;
    any = true;
    due_.reset();
    earned_ = PlaceOf(code);
    if (earned_ >= 0) continue;  // it is kept until the new rules move it
    Recount();
    MoveTo(HighestFor(value_));
  }
  return any;
}

void TierTimeline::CountOn() {
  for (; !counting_.empty() && counting_.front().out_us <= now_us_; counting_.pop_front()) {
    value_ -= counting_.front().amount;
  }
  for (; in_ < history_.amounts.size() && history_.amounts[in_].at_us <= now_us_; ++in_) {
    TakeIn(history_.amounts[in_]);
  }
}

void TierTimeline::Step() {
  now_us_ = next_us_;
  judged_us_ = due_ ? due_since_us_ : now_us_;
  std::optional<Wide> judged_by;
  if (due_) judged_by = due_value_;
  std::optional<Wide> of_period;
  if (period_ends_next_) {
    const Wide value = value_;
    const int before = earned_;
    JudgePeriod();
    if (earned_ < before) {
      of_period = judged_by = value;
      judged_us_ = now_us_;
    }
  }
  if (NewVersions()) {
    Recount();
  } else {
    CountOn();
  }
  RiseOrFall();
  Settle(judged_by.value_or(value_), of_period.value_or(value_));
  Plan();
}

void TierTimeline::Settle(Wide judged_by, Wide value) {
  const int before = PlaceOf(code_);
  const int64_t threshold = before < 0 ? 0 : set().tiers(before).threshold();
  tier_ = std::max(earned_, FloorNow());
  const std::string& code = set().tiers(tier_).code();
  if (code == code_) return;
  code_ = code;
  since_us_ = now_us_;
  missing_ = std::max<int64_t>(Clamp(threshold - value), 1);
  missing_when_judged_ = std::max<int64_t>(Clamp(threshold - judged_by), 1);
}

void TierTimeline::Plan() {
  next_us_ = kNoTime;
  period_ends_next_ = false;
  const auto at = [&](int64_t us) {
    if (us > now_us_) next_us_ = std::min(next_us_, us);
  };
  if (in_ < history_.amounts.size()) at(history_.amounts[in_].at_us);
  if (!counting_.empty()) at(counting_.front().out_us);
  if (version_ + 1 < history_.versions.size()) at(history_.versions[version_ + 1]->from_us);
  for (const GivenTier& given : history_.given) {
    at(given.from_us);
    at(given.end_us);
  }
  const bool falls_after_grace =
      set().downgrade().form() == Downgrade::FORM_AT_ONCE && HighestFor(value_) < earned_;
  if (falls_after_grace || due_) {
    at(GraceEnd(set().downgrade(), earned_since_us_, history_.zone));
  }
  if (JudgesPeriods() && earned_ > 0) {
    const int64_t end_us = PeriodEnd(set().window(), now_us_, history_.join_us, history_.zone);
    at(end_us);
    period_ends_next_ = end_us == next_us_;
  }
}

void TierTimeline::RunTo(int64_t at_us) {
  while (next_us_ <= at_us && next_us_ != kNoTime) Step();
}

TierStanding TierTimeline::standing() const {
  return {.version = static_cast<int>(version_),
          .tier = tier_,
          .since_us = since_us_,
          .earned_tier = earned_,
          .value = Clamp(value_)};
}

}  // namespace laurel::members
