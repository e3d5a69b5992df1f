// What holds for every condition and every history, against a model that knows nothing but the
// definitions and looks at every hour.
#include <gtest/gtest.h>
#include <rapidcheck.h>

#include "tests/members-svc/segments/facts.h"

namespace laurel::members {
namespace {

using testing::Add;
using testing::FactsOf;
using testing::UsOf;

constexpr int64_t kHourUs = 3600LL * 1000000;
constexpr int kDays = 150;

// Over the whole range from the first case on, `to` not included.
template <typename T>
T Between(T from, T to) {
  return *rc::gen::resize(rc::kNominalSize, rc::gen::inRange<T>(from, to));
}

absl::TimeZone York() {
  absl::TimeZone zone;
  absl::LoadTimeZone("America/New_York", &zone);
  return zone;
}

SegmentFacts AnyFacts() {
  SegmentFacts facts = FactsOf(*rc::gen::arbitrary<bool>() ? York() : absl::UTCTimeZone());
  const int orders = Between(0, 8);
  for (int i = 0; i < orders; ++i) {
    Purchase& purchase = Add(facts,
                             facts.join_us + Between<int64_t>(-20, kDays) * 24 * kHourUs +
                                 Between<int64_t>(0, 24) * kHourUs,
                             Between<int64_t>(0, 500));
    purchase.store = Between(0, 2) == 0 ? "north" : "south";
    LineLeft& line = purchase.lines.emplace_back();
    line.line.set_sku(Between(0, 2) == 0 ? "tea" : "cup");
    line.minor_units = purchase.minor_units;
  }
  if (Between(0, 3) > 0) facts.birthday = Between(1, 13) * 100 + Between(1, 29);
  return facts;
}

v1::SegmentSettings AnySettings() {
  v1::SegmentSettings settings;
  settings.mutable_rfm()->set_window_days(Between(5, 100));
  settings.mutable_lifecycle()->set_new_days(Between(1, 60));
  settings.mutable_lifecycle()->set_at_risk_days(Between(1, 30));
  settings.mutable_lifecycle()->set_lapsed_days(settings.lifecycle().at_risk_days() +
                                                Between(1, 30));
  settings.mutable_lifecycle()->set_won_back_days(Between(1, 60));
  Normalise(&settings);
  return settings;
}

RfmScale AnyScale() {
  RfmScale scale;
  const auto fill = [](std::array<int64_t, 4>* bounds, int64_t step) {
    int64_t bound = 0;
    for (int64_t& one : *bounds) one = bound += Between<int64_t>(0, step);
  };
  fill(&scale.recency_days, 15);
  fill(&scale.orders, 3);
  fill(&scale.minor_units, 300);
  return scale;
}

v1::SegmentCondition AnyCondition(int depth) {
  v1::SegmentCondition out;
  const int kind = Between(depth > 0 ? 0 : 3, 10);
  if (kind < 2) {
    const int parts = Between(1, 4);
    for (int i = 0; i < parts; ++i) {
      *(kind == 0 ? out.add_all() : out.add_any()) = AnyCondition(depth - 1);
    }
  } else if (kind == 2) {
    *out.mutable_not_() = AnyCondition(depth - 1);
  } else if (kind == 3) {
    out.mutable_recency()->set_least_days(Between(0, 20));
    if (*rc::gen::arbitrary<bool>()) {
      out.mutable_recency()->set_most_days(out.recency().least_days() + Between(0, 20));
    }
  } else if (kind == 4) {
    out.mutable_idle()->set_days(Between(1, 60));
  } else if (kind == 5) {
    v1::PurchasesCondition& rule = *out.mutable_purchases();
    rule.set_within_days(Between(0, 40));
    if (*rc::gen::arbitrary<bool>()) rule.add_stores("north");
    if (*rc::gen::arbitrary<bool>()) rule.mutable_lines()->add_skus("tea");
    rule.set_least_orders(Between(0, 4));
    if (*rc::gen::arbitrary<bool>()) rule.set_most_orders(Between(0, 5));
    rule.set_least_minor_units(Between(0, 600));
    if (*rc::gen::arbitrary<bool>()) rule.set_most_minor_units(Between(0, 900));
  } else if (kind == 6) {
    out.mutable_joined()->set_least_days(Between(0, 60));
    if (*rc::gen::arbitrary<bool>()) out.mutable_joined()->set_most_days(Between(0, 90));
  } else if (kind == 7) {
    out.mutable_birthday()->set_days_before(Between(0, 20));
    out.mutable_birthday()->set_days_after(Between(0, 20));
  } else if (kind == 8) {
    const auto fill = [](v1::ScoreRange* range) {
      range->set_least(Between(1, 6));
      range->set_most(Between(range->least(), 6));
    };
    fill(out.mutable_scores()->mutable_recency());
    if (*rc::gen::arbitrary<bool>()) fill(out.mutable_scores()->mutable_frequency());
    if (*rc::gen::arbitrary<bool>()) fill(out.mutable_scores()->mutable_monetary());
  } else {
    out.add_lifecycle_stages(static_cast<v1::LifecycleStage>(Between(1, 6)));
  }
  return out;
}

// The definitions, word by word.
class Model {
 public:
  Model(const SegmentFacts& facts, const v1::SegmentSettings& settings, const RfmScale& scale,
        int64_t at_us)
      : facts_(facts), settings_(settings), scale_(scale), today_(DayOf(at_us)) {
    for (const Purchase& purchase : facts.purchases) {
      if (purchase.occur_us <= at_us) happened_.push_back(&purchase);
    }
  }

  bool Holds(const v1::SegmentCondition& c) const {
    for (const auto& part : c.all()) {
      if (!Holds(part)) return false;
    }
    if (!c.all().empty()) return true;
    for (const auto& part : c.any()) {
      if (Holds(part)) return true;
    }
    if (!c.any().empty()) return false;
    if (c.has_not_()) return !Holds(c.not_());
    if (c.has_recency()) {
      if (happened_.empty()) return false;
      const int64_t back = Back(LastDay());
      return back >= c.recency().least_days() &&
             !(c.recency().has_most_days() && back > c.recency().most_days());
    }
    if (c.has_idle()) return Idle(today_) >= c.idle().days();
    if (c.has_purchases()) return Bought(c.purchases());
    if (c.has_joined()) {
      const int64_t back = Back(DayOf(facts_.join_us));
      return back >= c.joined().least_days() &&
             !(c.joined().has_most_days() && back > c.joined().most_days());
    }
    if (c.has_birthday()) return Birthday(c.birthday());
    if (c.has_scores()) return Scored(c.scores());
    return StageOf() == c.lifecycle_stages(0);
  }

  v1::LifecycleStage StageOf() const {
    const v1::LifecycleRules& rules = settings_.lifecycle();
    if (Idle(today_) >= rules.lapsed_days()) return v1::LIFECYCLE_STAGE_LAPSED;
    if (Idle(today_) >= rules.at_risk_days()) return v1::LIFECYCLE_STAGE_AT_RISK;
    for (const Purchase* purchase : happened_) {
      // Had lapsed on the day before it came back, or on that day itself.
      const absl::CivilDay day = DayOf(purchase->occur_us);
      absl::CivilDay since = DayOf(facts_.join_us);
      for (const Purchase* other : happened_) {
        if (other->occur_us < purchase->occur_us) since = std::max(since, DayOf(other->occur_us));
      }
      if (day - since >= rules.lapsed_days() && Back(day) < rules.won_back_days()) {
        return v1::LIFECYCLE_STAGE_WON_BACK;
      }
    }
    return Back(DayOf(facts_.join_us)) < rules.new_days() ? v1::LIFECYCLE_STAGE_NEW
                                                          : v1::LIFECYCLE_STAGE_ACTIVE;
  }

 private:
  absl::CivilDay DayOf(int64_t us) const {
    return absl::ToCivilDay(absl::FromUnixMicros(us), facts_.zone);
  }
  int64_t Back(absl::CivilDay day) const { return today_ - day; }
  absl::CivilDay LastDay() const { return DayOf(happened_.back()->occur_us); }
  int64_t Idle(absl::CivilDay day) const {
    absl::CivilDay since = DayOf(facts_.join_us);
    if (!happened_.empty()) since = std::max(since, LastDay());
    return day - since;
  }

  bool Bought(const v1::PurchasesCondition& rule) const {
    int64_t orders = 0;
    int64_t money = 0;
    for (const Purchase* purchase : happened_) {
      if (rule.within_days() > 0 && Back(DayOf(purchase->occur_us)) > rule.within_days() - 1) {
        continue;
      }
      if (!rule.stores().empty() && purchase->store != rule.stores(0)) continue;
      if (rule.has_lines() && purchase->lines[0].line.sku() != rule.lines().skus(0)) continue;
      ++orders;
      money += purchase->minor_units;
    }
    if (rule.has_most_orders() && orders > rule.most_orders()) return false;
    if (rule.has_most_minor_units() && money > rule.most_minor_units()) return false;
    return orders >= rule.least_orders() && money >= rule.least_minor_units();
  }

  bool Birthday(const v1::BirthdayCondition& rule) const {
    if (!facts_.birthday) return false;
    for (int off = -rule.days_after(); off <= rule.days_before(); ++off) {
      const absl::CivilDay day = today_ + off;
      if (day.month() * 100 + day.day() == *facts_.birthday) return true;
    }
    return false;
  }

  bool Scored(const v1::ScoresCondition& rule) const {
    int64_t orders = 0;
    int64_t money = 0;
    for (const Purchase* purchase : happened_) {
      if (Back(DayOf(purchase->occur_us)) >= settings_.rfm().window_days()) continue;
      ++orders;
      money += purchase->minor_units;
    }
    if (orders == 0) return false;
    const auto score = [](const std::array<int64_t, 4>& bounds, int64_t value) {
      int out = 1;
      for (const int64_t bound : bounds) out += value > bound ? 1 : 0;
      return out;
    };
    const auto within = [](const v1::ScoreRange& range, int value) {
      return range.least() <= value && value <= range.most();
    };
    return within(rule.recency(), 6 - score(scale_.recency_days, Back(LastDay()))) &&
           (!rule.has_frequency() || within(rule.frequency(), score(scale_.orders, orders))) &&
           (!rule.has_monetary() || within(rule.monetary(), score(scale_.minor_units, money)));
  }

  const SegmentFacts& facts_;
  const v1::SegmentSettings& settings_;
  const RfmScale& scale_;
  const absl::CivilDay today_;
  std::vector<const Purchase*> happened_;
};

TEST(SegmentProperty, EqualsTheDefinitionHourByHourAndIsLookedAtInTime) {
  int64_t changes = 0;
  ASSERT_TRUE(rc::check([&] {
    const SegmentFacts facts = AnyFacts();
    const v1::SegmentSettings settings = AnySettings();
    const RfmScale scale = AnyScale();
    const v1::SegmentCondition condition = AnyCondition(2);
    const CompiledSegment compiled(condition);
    bool before = false;
    v1::LifecycleStage stage_before = v1::LIFECYCLE_STAGE_UNSPECIFIED;
    int64_t look_us = facts.join_us;  // when it is to be looked at again
    for (int64_t us = facts.join_us; us < facts.join_us + kDays * 24 * kHourUs; us += kHourUs) {
      const Model model(facts, settings, scale, us);
      const bool holds = model.Holds(condition);
      const v1::LifecycleStage stage = model.StageOf();
      if (us < look_us) {
        RC_ASSERT(holds == before);
        RC_ASSERT(stage == stage_before);
        continue;
      }
      if (us > facts.join_us && holds != before) ++changes;
      const SegmentMoment moment(facts, settings, &scale, us);
      const Truth truth = compiled.At(moment);
      RC_ASSERT(truth.holds == holds);
      RC_ASSERT(moment.stage() == stage);
      look_us = moment.NextLook(std::min(truth.next_day, moment.next_stage_day()));
      RC_ASSERT(look_us > us);
      before = holds;
      stage_before = stage;
    }
  }));
  EXPECT_GT(changes, 100);
}

}  // namespace
}  // namespace laurel::members
