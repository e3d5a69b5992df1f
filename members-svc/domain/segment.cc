#include "members-svc/domain/segment.h"

#include <algorithm>

#include "members-svc/domain/daily.h"

namespace laurel::members {
namespace {

absl::CivilDay DayOf(const google::type::Date& date) {
  return absl::CivilDay(date.year(), date.month(), date.day());
}

// Holds from the day `least` after `since` until the day `most` after it; most negative: for ever.
Truth Within(int today, int since, int least, int most) {
  const int64_t first = int64_t{since} + least;
  const int64_t last = most < 0 ? int64_t{kNoDay} : int64_t{since} + most;
  Truth out{.holds = today >= first && today <= last};
  if (today < first) {
    out.next_day = static_cast<int>(std::min<int64_t>(first, kNoDay));
  } else if (today <= last && last + 1 < kNoDay) {
    out.next_day = static_cast<int>(last + 1);
  }
  return out;
}

}  // namespace

absl::CivilDay BirthdayIn(int year, int birthday) {
  return absl::CivilDay(year, birthday / 100, birthday % 100);
}

CompiledSegment::CompiledSegment(const v1::SegmentCondition& condition) : condition_(condition) {
  condition_.clear_all();
  condition_.clear_any();
  condition_.clear_not_();
  if (!condition.all().empty() || !condition.any().empty()) {
    kind_ = condition.all().empty() ? Kind::kAny : Kind::kAll;
    for (const auto& part : condition.all().empty() ? condition.any() : condition.all()) {
      parts_.emplace_back(part);
    }
  } else if (condition.has_not_()) {
    kind_ = Kind::kNot;
    parts_.emplace_back(condition.not_());
  } else if (condition.has_recency()) {
    kind_ = Kind::kRecency;
  } else if (condition.has_idle()) {
    kind_ = Kind::kIdle;
  } else if (condition.has_purchases()) {
    kind_ = Kind::kPurchases;
    names_ = NameSet(condition.purchases().stores());
    filter_ = CompiledFilter(condition.purchases().lines());
  } else if (condition.has_tier()) {
    kind_ = Kind::kTier;
    names_ = NameSet(condition.tier().tiers());
  } else if (condition.has_attribute()) {
    kind_ = Kind::kAttribute;
    names_ = NameSet(condition.attribute().values());
  } else if (condition.has_joined()) {
    kind_ = Kind::kJoined;
  } else if (condition.has_birthday()) {
    kind_ = Kind::kBirthday;
  } else if (condition.has_scores()) {
    kind_ = Kind::kScores;
  } else if (!condition.lifecycle_stages().empty()) {
    kind_ = Kind::kStages;
  }
}

Truth CompiledSegment::At(const SegmentMoment& moment) const {
  const auto& facts = moment.facts();
  switch (kind_) {
    case Kind::kNever:
      return {};
    case Kind::kAll:
    case Kind::kAny:
    case Kind::kNot:
      return Group(moment);
    case Kind::kRecency:
      return Recency(moment);
    case Kind::kIdle:
      return Within(moment.today(), moment.idle_since(), condition_.idle().days(), -1);
    case Kind::kPurchases:
      return Purchases(moment);
    case Kind::kTier: {
      const auto tier = facts.tiers.find(condition_.tier().tier_set());
      return {.holds = tier != facts.tiers.end() && names_.Contains(tier->second)};
    }
    case Kind::kAttribute: {
      const auto attribute = facts.attributes.find(condition_.attribute().name());
      return {.holds = attribute != facts.attributes.end() &&
                       (names_.empty() || names_.Contains(attribute->second))};
    }
    case Kind::kJoined:
      return Joined(moment);
    case Kind::kBirthday:
      return Birthday(moment);
    case Kind::kScores:
      return {.holds = ScoresHold(moment.scores()), .next_day = moment.next_scores_day()};
    case Kind::kStages: {
      const auto& stages = condition_.lifecycle_stages();
      return {.holds = std::find(stages.begin(), stages.end(), moment.stage()) != stages.end(),
              .next_day = moment.next_stage_day()};
    }
  }
  return {};
}

// Looks at every part, also where the first decides: each may be the next to change.
Truth CompiledSegment::Group(const SegmentMoment& moment) const {
  bool all = true;
  bool any = false;
  Truth out;
  for (const CompiledSegment& part : parts_) {
    const Truth truth = part.At(moment);
    all = all && truth.holds;
    any = any || truth.holds;
    out.next_day = std::min(out.next_day, truth.next_day);
  }
  out.holds = kind_ == Kind::kNot ? !any : kind_ == Kind::kAll ? all : any;
  return out;
}

Truth CompiledSegment::Recency(const SegmentMoment& moment) const {
  if (moment.purchases() == 0) return {};
  const v1::RecencyCondition& bounds = condition_.recency();
  return Within(moment.today(), moment.facts().purchases[moment.purchases() - 1].day,
                bounds.least_days(), bounds.has_most_days() ? bounds.most_days() : -1);
}

std::optional<int64_t> CompiledSegment::Counted(const Purchase& purchase) const {
  if (!names_.empty() && !names_.Contains(purchase.store)) return std::nullopt;
  if (filter_.takes_all()) return purchase.minor_units;
  std::optional<int64_t> out;
  for (const LineLeft& left : purchase.lines) {
    if (filter_.Counts(left.line)) out = out.value_or(0) + left.minor_units;
  }
  return out;
}

Truth CompiledSegment::Purchases(const SegmentMoment& moment) const {
  const v1::PurchasesCondition& rule = condition_.purchases();
  __extension__ using Wide = __int128;  // the sum of any amounts
  int64_t orders = 0;
  Wide money = 0;
  Truth out;
  for (size_t i = 0; i < moment.purchases(); ++i) {
    const Purchase& purchase = moment.facts().purchases[i];
    if (rule.within_days() != 0 && moment.today() - purchase.day >= rule.within_days()) continue;
    const std::optional<int64_t> counted = Counted(purchase);
    if (!counted) continue;
    ++orders;
    money += *counted;
    if (rule.within_days() != 0) {
      out.next_day = std::min(out.next_day, purchase.day + rule.within_days());
    }
  }
  out.holds = orders >= rule.least_orders() &&
              (!rule.has_most_orders() || orders <= rule.most_orders()) &&
              money >= rule.least_minor_units() &&
              (!rule.has_most_minor_units() || money <= rule.most_minor_units());
  return out;
}

Truth CompiledSegment::Joined(const SegmentMoment& moment) const {
  const v1::JoinCondition& bounds = condition_.joined();
  const absl::CivilDay day = CivilDayOf(moment.join_day());
  if (bounds.has_first_date() && day < DayOf(bounds.first_date())) return {};
  if (bounds.has_last_date() && day > DayOf(bounds.last_date())) return {};
  return Within(moment.today(), moment.join_day(), bounds.least_days(),
                bounds.has_most_days() ? bounds.most_days() : -1);
}

Truth CompiledSegment::Birthday(const SegmentMoment& moment) const {
  if (!moment.facts().birthday) return {};
  const v1::BirthdayCondition& window = condition_.birthday();
  const int year = static_cast<int>(CivilDayOf(moment.today()).year());
  Truth out;
  for (int of = year - 1; of <= year + 2; ++of) {
    const int day = static_cast<int>(BirthdayIn(of, *moment.facts().birthday) - CivilDayOf(0));
    const Truth truth = Within(moment.today(), day - window.days_before(), 0,
                               window.days_before() + window.days_after());
    out.holds = out.holds || truth.holds;
    out.next_day = std::min(out.next_day, truth.next_day);
  }
  return out;
}

bool CompiledSegment::ScoresHold(const Scores& scores) const {
  if (scores == Scores{}) return false;
  const v1::ScoresCondition& rule = condition_.scores();
  const auto within = [](bool given, const v1::ScoreRange& range, int score) {
    return !given || (score >= range.least() && score <= range.most());
  };
  return within(rule.has_recency(), rule.recency(), scores.recency) &&
         within(rule.has_frequency(), rule.frequency(), scores.frequency) &&
         within(rule.has_monetary(), rule.monetary(), scores.monetary);
}

void CompiledSegment::AddNeeds(SegmentNeeds* needs) const {
  for (const CompiledSegment& part : parts_) part.AddNeeds(needs);
  if (kind_ == Kind::kPurchases && (!names_.empty() || !filter_.takes_all())) needs->lines = true;
  if (kind_ == Kind::kTier) needs->tiers = true;
  if (kind_ == Kind::kBirthday) needs->birthday = true;
  if (kind_ == Kind::kScores) needs->scores = true;
}

}  // namespace laurel::members
