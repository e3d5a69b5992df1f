// What holds for every tier set and every history, against a model that knows nothing but the
// definitions and looks at every hour.
#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <algorithm>

#include "members-svc/domain/tier.h"
#include "tests/members-svc/tiers/sets.h"

namespace laurel::members {
namespace {

using testing::HistoryOf;
using testing::SetOf;
using testing::Us;
using testing::York;
using Downgrade = v1::TierDowngrade;

constexpr int64_t kHourUs = 3600LL * 1000000;
constexpr int kHours = 24 * 500;
const absl::CivilDay kFirstDay(2026, 1, 1);

// Over the whole range from the first case on, `to` not included.
template <typename T>
T Between(T from, T to) {
  return *rc::gen::resize(rc::kNominalSize, rc::gen::inRange<T>(from, to));
}

absl::CivilDay DayAt(const TierHistory& history, int64_t us) {
  return absl::ToCivilDay(absl::FromUnixMicros(us), history.zone);
}

absl::CivilDay MonthsLater(absl::CivilDay day, int months) {
  absl::CivilDay out(absl::CivilMonth(day) + months);
  while (out + 1 <= absl::CivilDay(absl::CivilMonth(out) + 1) - 1 && out.day() < day.day()) ++out;
  return out;
}

// The hours of a life, one after the other.
class Model {
 public:
  explicit Model(const TierHistory& history) : history_(history), set_(history.versions[0]->set) {
    for (const TierAmount& amount : history.amounts) {
      const absl::CivilDay day = DayAt(history, amount.at_us);
      amounts_.push_back({amount, day, Anniversaries(day), MonthsLater(day, set_.window_months())});
    }
  }

  void Hour(int64_t us) {
    const absl::CivilDay day = DayAt(history_, us);
    if (us == history_.join_us) {
      earned_ = Highest(ValueAt(us));
      entered_us_ = us;
    } else {
      if (day != DayAt(history_, us - 1) && PeriodBegins(day)) Judge(us);
      RiseOrFall(us);
    }
    int floor = 0;
    for (const GivenTier& given : history_.given) {
      if (given.from_us <= us && us < given.end_us) {
        for (int i = 0; i < set_.tiers_size(); ++i) {
          if (set_.tiers(i).code() == given.tier) floor = i;
        }
      }
    }
    const int tier = std::max(earned_, floor);
    if (us == history_.join_us || tier != tier_) since_us_ = us;
    tier_ = tier;
  }
  int tier() const { return tier_; }
  int earned() const { return earned_; }
  int64_t since_us() const { return since_us_; }

  int64_t ValueAt(int64_t us) const {
    int64_t value = 0;
    const absl::CivilDay day = DayAt(history_, us);
    if (day != day_) {
      day_ = day;
      anniversaries_ = Anniversaries(day);
    }
    for (const Dated& one : amounts_) {
      if (one.amount.at_us <= us && Counts(one, day, anniversaries_)) value += one.amount.amount;
    }
    return value;
  }

 private:
  int Anniversaries(absl::CivilDay day) const {
    const absl::CivilDay joined = DayAt(history_, history_.join_us);
    int years = 0;
    while (MonthsLater(joined, 12 * (years + 1)) <= day) ++years;
    return years;
  }
  struct Dated {
    TierAmount amount;
    absl::CivilDay day;
    int anniversaries;
    absl::CivilDay last_rolling;
  };
  bool Counts(const Dated& one, absl::CivilDay day, int anniversaries) const {
    switch (set_.window()) {
      case v1::TIER_WINDOW_CALENDAR_YEAR:
        return one.day.year() == day.year();
      case v1::TIER_WINDOW_MEMBERSHIP_YEAR:
        return one.amount.at_us >= history_.join_us && one.anniversaries == anniversaries;
      case v1::TIER_WINDOW_ROLLING_MONTHS:
        return day <= one.last_rolling;
      case v1::TIER_WINDOW_SINCE_JOINING:
        return one.amount.at_us >= history_.join_us;
      default:
        return true;
    }
  }
  bool PeriodBegins(absl::CivilDay day) const {
    switch (set_.window()) {
      case v1::TIER_WINDOW_CALENDAR_YEAR:
        return day.month() == 1 && day.day() == 1;
      case v1::TIER_WINDOW_MEMBERSHIP_YEAR:
        return Anniversaries(day) != Anniversaries(day - 1);
      case v1::TIER_WINDOW_ROLLING_MONTHS:
        return day.day() == 1;
      default:
        return false;
    }
  }
  int Highest(int64_t value) const {
    int highest = 0;
    for (int i = 0; i < set_.tiers_size(); ++i) {
      if (value >= set_.tiers(i).threshold()) highest = i;
    }
    return highest;
  }
  bool Kept(int64_t us) const {
    if (!set_.downgrade().has_grace()) return false;
    const v1::TierGrace& grace = set_.downgrade().grace();
    absl::CivilDay last = MonthsLater(DayAt(history_, entered_us_), grace.months()) + grace.days();
    if (grace.to_month_end()) last = absl::CivilDay(absl::CivilMonth(last) + 1) - 1;
    return DayAt(history_, us) <= last;
  }
  void Enter(int tier, int64_t us) {
    earned_ = tier;
    entered_us_ = us;
    due_ = -1;
  }
  void Judge(int64_t us) {
    const auto form = set_.downgrade().form();
    if (form != Downgrade::FORM_PERIOD_END && form != Downgrade::FORM_ONE_STEP_AT_PERIOD_END)
      return;
    const int reached = Highest(ValueAt(us - 1));
    due_ = -1;
    if (reached >= earned_) return;
    const int lower = form == Downgrade::FORM_PERIOD_END ? reached : earned_ - 1;
    if (Kept(us)) {
      due_ = lower;
    } else {
      Enter(lower, us);
    }
  }
  void RiseOrFall(int64_t us) {
    const int reached = Highest(ValueAt(us));
    if (reached > earned_) return Enter(reached, us);
    if (Kept(us)) return;
    if (set_.downgrade().form() == Downgrade::FORM_AT_ONCE && reached < earned_) {
      return Enter(reached, us);
    }
    if (due_ < 0) return;
    const int lower = std::max(due_, reached);
    if (lower < earned_) Enter(lower, us);
    due_ = -1;
  }

  const TierHistory& history_;
  const v1::TierSet& set_;
  std::vector<Dated> amounts_;
  mutable absl::CivilDay day_ = absl::CivilDay(1, 1, 1);
  mutable int anniversaries_ = 0;  // of day_
  int earned_ = 0;
  int64_t entered_us_ = 0;
  int due_ = -1;
  int tier_ = 0;
  int64_t since_us_ = 0;
};

// The hours of a history from joining on.
std::vector<int64_t> HoursOf(const TierHistory& history) {
  std::vector<int64_t> out;
  for (int i = 0; i < kHours; ++i) out.push_back(history.join_us + i * kHourUs);
  return out;
}

int64_t AnyHour(const TierHistory& history) {
  return history.join_us + Between<int64_t>(0, kHours) * kHourUs;
}

v1::TierSet AnySet(bool with_grace) {
  const auto window = static_cast<v1::TierWindow>(Between<int>(1, 6));
  const bool periods = window <= v1::TIER_WINDOW_ROLLING_MONTHS;
  const auto form = periods ? static_cast<Downgrade::Form>(Between<int>(1, 5))
                            : *rc::gen::element(Downgrade::FORM_NONE, Downgrade::FORM_AT_ONCE);
  std::vector<int64_t> thresholds = {0};
  const int tiers = Between<int>(2, 6);
  while (static_cast<int>(thresholds.size()) < tiers) {
    thresholds.push_back(thresholds.back() + Between<int64_t>(1, 40));
  }
  v1::TierSet set = SetOf(thresholds, window, form);
  if (window == v1::TIER_WINDOW_ROLLING_MONTHS) set.set_window_months(Between<int>(1, 8));
  if (with_grace && form != Downgrade::FORM_NONE && *rc::gen::arbitrary<bool>()) {
    v1::TierGrace* grace = set.mutable_downgrade()->mutable_grace();
    grace->set_months(Between<int>(0, 5));
    grace->set_days(Between<int>(0, 40));
    grace->set_to_month_end(*rc::gen::arbitrary<bool>());
  }
  return set;
}

// Whole hours from a little before joining on.
TierHistory AnyHistory(bool with_grace = true) {
  const absl::TimeZone zone = *rc::gen::arbitrary<bool>() ? York() : absl::UTCTimeZone();
  const absl::CivilDay joined = kFirstDay + Between<int>(0, 365);
  TierHistory history =
      HistoryOf(AnySet(with_grace), Us(absl::CivilSecond(joined) + 7 * 3600, zone));
  history.zone = zone;
  const int amounts = Between<int>(0, 12);
  for (int i = 0; i < amounts; ++i) {
    const int64_t hour = Between<int64_t>(-24 * 60, kHours);
    history.amounts.push_back({history.join_us + hour * kHourUs, Between<int64_t>(1, 60)});
  }
  std::sort(history.amounts.begin(), history.amounts.end(),
            [](const TierAmount& a, const TierAmount& b) { return a.at_us < b.at_us; });
  return history;
}

void Give(TierHistory& history) {
  int64_t from_us = history.join_us;
  const int count = Between<int>(0, 3);
  const auto& tiers = history.versions[0]->set.tiers();
  for (int i = 0; i < count; ++i) {
    from_us += Between<int64_t>(0, kHours / 3) * kHourUs;
    const int64_t end_us = from_us + Between<int64_t>(1, kHours / 3) * kHourUs;
    history.given.push_back({tiers[Between<int>(0, tiers.size())].code(), from_us, end_us});
    from_us = end_us;
  }
}

TEST(TierProperty, EqualsTheDefinitionHourByHour) {
  ASSERT_TRUE(rc::check([] {
    TierHistory history = AnyHistory();
    Give(history);
    std::vector<int64_t> looks;
    for (int i = 0; i < 40; ++i) looks.push_back(AnyHour(history));
    std::sort(looks.begin(), looks.end());
    looks.erase(std::unique(looks.begin(), looks.end()), looks.end());
    Model model(history);
    size_t look = 0;
    for (const int64_t us : HoursOf(history)) {
      model.Hour(us);
      if (look == looks.size() || looks[look] != us) continue;
      ++look;
      const TierStanding standing = TierAt(history, us);
      RC_ASSERT(standing.tier == model.tier());
      RC_ASSERT(standing.earned_tier == model.earned());
      RC_ASSERT(standing.since_us == model.since_us());
      RC_ASSERT(standing.value == model.ValueAt(us));
    }
  }));
}

TEST(TierProperty, DayByDayItIsWhatItIsFromScratch) {
  ASSERT_TRUE(rc::check([] {
    TierHistory history = AnyHistory();
    Give(history);
    for (int i = 0; i < 20; ++i) {
      const int64_t us = AnyHour(history);
      // What was known on that day.
      TierHistory known = history;
      std::erase_if(known.amounts, [&](const TierAmount& one) { return one.at_us > us; });
      std::erase_if(known.given, [&](const GivenTier& one) { return one.from_us > us; });
      const TierStanding then = TierAt(known, us);
      const TierStanding now = TierAt(history, us);
      RC_ASSERT(then.tier == now.tier);
      RC_ASSERT(then.since_us == now.since_us);
    }
  }));
}

TEST(TierProperty, MoreIsNeverLessWhereNothingDependsOnWhenATierWasEntered) {
  ASSERT_TRUE(rc::check([] {
    const TierHistory history = AnyHistory(false);
    TierHistory more = history;
    more.amounts.push_back({AnyHour(history), Between<int64_t>(1, 60)});
    std::sort(more.amounts.begin(), more.amounts.end(),
              [](const TierAmount& a, const TierAmount& b) { return a.at_us < b.at_us; });
    for (int i = 0; i < 30; ++i) {
      const int64_t us = AnyHour(history);
      RC_ASSERT(TierAt(more, us).tier >= TierAt(history, us).tier);
    }
  }));
}

TEST(TierProperty, NeverBelowTheFloorAndOnlyOneStepWhereOneStepIsTheRule) {
  ASSERT_TRUE(rc::check([] {
    TierHistory history = AnyHistory();
    Give(history);
    const v1::TierSet& set = history.versions[0]->set;
    const bool one_step = set.downgrade().form() == Downgrade::FORM_ONE_STEP_AT_PERIOD_END;
    int before = set.tiers_size();
    for (int64_t us = history.join_us; us < history.join_us + kHours * kHourUs;
         us += 24 * kHourUs) {
      const TierStanding standing = TierAt(history, us);
      for (const GivenTier& given : history.given) {
        if (us < given.from_us || us >= given.end_us) continue;
        int floor = 0;
        while (set.tiers(floor).code() != given.tier) ++floor;
        RC_ASSERT(standing.tier >= floor);
      }
      if (one_step && before < set.tiers_size()) RC_ASSERT(standing.earned_tier >= before - 1);
      before = standing.earned_tier;
    }
  }));
}

TEST(TierProperty, TheNextChangeIsTheFirstOne) {
  ASSERT_TRUE(rc::check([] {
    TierHistory history = AnyHistory();
    Give(history);
    const int64_t us = AnyHour(history);
    const TierOutlook outlook = OutlookAt(history, us);
    const int64_t until_us =
        outlook.next ? outlook.next->at_us - 1 : us + int64_t{20} * 366 * 24 * kHourUs;
    for (int i = 0; i < 20; ++i) {
      const int64_t at_us = us + Between<int64_t>(0, (until_us - us) / 1000 + 1) * 1000;
      RC_ASSERT(TierAt(history, std::min(at_us, until_us)).tier == outlook.now.tier);
    }
    if (!outlook.next) return;
    RC_ASSERT(TierAt(history, outlook.next->at_us).tier == outlook.next->tier);
    RC_ASSERT(outlook.next->down == (outlook.next->tier < outlook.now.tier));
  }));
}

// Where the member is, when it is at stake, with `amount` more in the last hour in which that
// helps: of the period, or, when that has been judged, of the grace.
struct WithMore {
  bool kept = false;
  bool rose = false;  // on that account, into a tier with a grace of its own
};
WithMore StandingWith(const TierHistory& known, const TierOutlook& outlook, int64_t us,
                      int64_t amount) {
  const bool at_once = known.versions[0]->set.downgrade().form() == Downgrade::FORM_AT_ONCE;
  const bool in_period = !at_once && outlook.period_end_us < outlook.stay_us;
  const int64_t end_us = in_period ? outlook.period_end_us : outlook.stay_us;
  const int64_t at_us = std::max(end_us - kHourUs, us);
  TierHistory more = known;
  more.amounts.push_back({at_us, amount});
  return {TierAt(more, outlook.stay_us).tier >= outlook.now.tier,
          TierAt(more, at_us).tier > outlook.now.tier};
}

TEST(TierProperty, WhatIsNeededToStayIsEnoughAndNothingLessIs) {
  int64_t tried = 0;
  ASSERT_TRUE(rc::check([&] {
    const TierHistory history = AnyHistory();
    const v1::TierSet& set = history.versions[0]->set;
    // Where the year itself takes all that counts along, nothing averts it.
    const bool at_once = set.downgrade().form() == Downgrade::FORM_AT_ONCE;
    if (at_once && set.window() != v1::TIER_WINDOW_ROLLING_MONTHS) return;
    for (int i = 0; i < 100; ++i) {
      const int64_t us = AnyHour(history);
      TierHistory known = history;
      std::erase_if(known.amounts, [&](const TierAmount& one) { return one.at_us > us; });
      const TierOutlook outlook = OutlookAt(known, us);
      const int64_t needed = outlook.needed_to_stay;
      if (needed == 0) continue;
      ++tried;
      RC_ASSERT(StandingWith(known, outlook, us, needed).kept);
      if (needed == 1) continue;
      const WithMore less = StandingWith(known, outlook, us, needed - 1);
      RC_ASSERT(less.rose || !less.kept);
    }
  }));
  EXPECT_GT(tried, 100);
}

}  // namespace
}  // namespace laurel::members
