#include "members-svc/domain/segment_facts.h"

#include <algorithm>

#include "members-svc/domain/daily.h"
#include "members-svc/domain/order_return.h"

namespace laurel::members {
namespace {

constexpr int kDefaultWindowDays = 365;
constexpr int kDefaultNewDays = 30;
constexpr int kDefaultAtRiskDays = 90;
constexpr int kDefaultLapsedDays = 180;
constexpr int kDefaultWonBackDays = 90;

using Bounds = std::array<int64_t, 4>;

// How many of the bounds the value lies above.
int Above(const Bounds& bounds, int64_t value) {
  return static_cast<int>(
      std::count_if(bounds.begin(), bounds.end(), [&](int64_t bound) { return value > bound; }));
}

Bounds BoundsOf(const google::protobuf::RepeatedField<int64_t>& field) {
  Bounds out = {};
  for (size_t i = 0; i < out.size() && i < static_cast<size_t>(field.size()); ++i) {
    out[i] = field[static_cast<int>(i)];
  }
  return out;
}

// Of two days the one that comes next after `today`.
void Earlier(int today, int64_t day, int* next) {
  if (day > today && day < *next) *next = static_cast<int>(day);
}

}  // namespace

std::vector<LineLeft> LinesLeft(
    const v1::Order& order, const google::protobuf::RepeatedPtrField<v1::ReturnedLine>& returned) {
  const LinesReturned lines = LinesReturnedOf(order, returned);
  std::vector<LineLeft> out;
  std::vector<int64_t> amounts(lines.size(), 0);
  for (const v1::ReturnedLine& line : returned) {
    amounts[static_cast<size_t>(line.line_number()) - 1] = line.amount_minor_units();
  }
  for (size_t i = 0; i < lines.size(); ++i) {
    if (lines[i].whole) continue;
    const v1::OrderLine& line = order.lines(static_cast<int>(i));
    out.push_back({line, line.amount_minor_units() - amounts[i]});
  }
  return out;
}

void Normalise(v1::SegmentSettings* settings) {
  v1::RfmRules* rfm = settings->mutable_rfm();
  if (rfm->window_days() == 0) rfm->set_window_days(kDefaultWindowDays);
  v1::LifecycleRules* stages = settings->mutable_lifecycle();
  if (stages->new_days() == 0) stages->set_new_days(kDefaultNewDays);
  if (stages->at_risk_days() == 0) stages->set_at_risk_days(kDefaultAtRiskDays);
  if (stages->lapsed_days() == 0) stages->set_lapsed_days(kDefaultLapsedDays);
  if (stages->won_back_days() == 0) stages->set_won_back_days(kDefaultWonBackDays);
}

RfmScale ScaleOf(const v1::RfmBounds& bounds) {
  return {.recency_days = BoundsOf(bounds.recency_days()),
          .orders = BoundsOf(bounds.orders()),
          .minor_units = BoundsOf(bounds.minor_units())};
}

v1::RfmBounds ToProto(const RfmScale& scale) {
  v1::RfmBounds out;
  out.mutable_recency_days()->Add(scale.recency_days.begin(), scale.recency_days.end());
  out.mutable_orders()->Add(scale.orders.begin(), scale.orders.end());
  out.mutable_minor_units()->Add(scale.minor_units.begin(), scale.minor_units.end());
  return out;
}

SegmentMoment::SegmentMoment(const SegmentFacts& facts, const v1::SegmentSettings& settings,
                             const RfmScale* scale, int64_t at_us)
    : facts_(facts),
      settings_(settings),
      scale_(scale),
      at_us_(at_us),
      today_(DayNumberOf(absl::FromUnixMicros(at_us), facts.zone)),
      join_day_(DayNumberOf(absl::FromUnixMicros(facts.join_us), facts.zone)),
      idle_since_(join_day_) {
  const int lapsed_days = settings.lifecycle().lapsed_days();
  for (const Purchase& purchase : facts.purchases) {
    if (purchase.occur_us > at_us) break;
    ++purchases_;
    if (purchase.day - idle_since_ >= lapsed_days) came_back_ = purchase.day;
    idle_since_ = std::max(idle_since_, purchase.day);
  }
}

RfmValues SegmentMoment::rfm_values() const {
  RfmValues out;
  for (size_t i = 0; i < purchases_; ++i) {
    const Purchase& purchase = facts_.purchases[i];
    if (today_ - purchase.day >= settings_.rfm().window_days()) continue;
    out.last_day = purchase.day;
    ++out.orders;
    out.minor_units += purchase.minor_units;
  }
  return out;
}

Scores SegmentMoment::scores() const {
  const RfmValues values = rfm_values();
  if (scale_ == nullptr || !values.last_day) return {};
  return {.recency = 5 - Above(scale_->recency_days, today_ - *values.last_day),
          .frequency = 1 + Above(scale_->orders, values.orders),
          .monetary = 1 + Above(scale_->minor_units, values.minor_units)};
}

v1::LifecycleStage SegmentMoment::stage() const {
  const v1::LifecycleRules& rules = settings_.lifecycle();
  const int idle = today_ - idle_since_;
  if (idle >= rules.lapsed_days()) return v1::LIFECYCLE_STAGE_LAPSED;
  if (idle >= rules.at_risk_days()) return v1::LIFECYCLE_STAGE_AT_RISK;
  if (came_back_ != kNoDay && today_ - came_back_ < rules.won_back_days()) {
    return v1::LIFECYCLE_STAGE_WON_BACK;
  }
  if (today_ - join_day_ < rules.new_days()) return v1::LIFECYCLE_STAGE_NEW;
  return v1::LIFECYCLE_STAGE_ACTIVE;
}

int SegmentMoment::next_scores_day() const {
  int next = kNoDay;
  for (size_t i = 0; i < purchases_; ++i) {
    Earlier(today_, facts_.purchases[i].day + settings_.rfm().window_days(), &next);
  }
  if (scale_ == nullptr || purchases_ == 0) return next;
  for (const int64_t bound : scale_->recency_days) {
    Earlier(today_, facts_.purchases[purchases_ - 1].day + bound + 1, &next);
  }
  return next;
}

int SegmentMoment::next_stage_day() const {
  const v1::LifecycleRules& rules = settings_.lifecycle();
  int next = kNoDay;
  Earlier(today_, idle_since_ + rules.lapsed_days(), &next);
  Earlier(today_, idle_since_ + rules.at_risk_days(), &next);
  Earlier(today_, join_day_ + rules.new_days(), &next);
  if (came_back_ != kNoDay) Earlier(today_, came_back_ + rules.won_back_days(), &next);
  return next;
}

int64_t SegmentMoment::NextLook(int day) const {
  int64_t next_us = std::numeric_limits<int64_t>::max();
  if (day != kNoDay) next_us = absl::ToUnixMicros(StartOfDay(day, facts_.zone));
  if (purchases_ < facts_.purchases.size()) {
    next_us = std::min(next_us, facts_.purchases[purchases_].occur_us);
  }
  return next_us;
}

}  // namespace laurel::members
