#include "members-svc/domain/condition.h"

#include <algorithm>
#include <limits>

#include "absl/strings/str_cat.h"
#include "lib/money/checked.h"

namespace laurel::members {
namespace {

// Up to so many names a search from the front is no slower than a hash.
constexpr int kShortList = 8;
constexpr int kMinutesOfDay = 24 * 60;
constexpr uint8_t kAllWeekdays = 0x7F;

absl::CivilDay DayOf(const google::type::Date& date) {
  return absl::CivilDay(date.year(), date.month(), date.day());
}

}  // namespace

NameSet::NameSet(const google::protobuf::RepeatedPtrField<std::string>& names) {
  if (names.size() > kShortList) {
    many_.insert(names.begin(), names.end());
  } else {
    few_.assign(names.begin(), names.end());
  }
}

bool NameSet::Contains(const std::string& name) const {
  if (!many_.empty()) return many_.contains(name);
  return std::find(few_.begin(), few_.end(), name) != few_.end();
}

CompiledFilter::CompiledFilter(const v1::LineFilter& filter)
    : skus_(filter.skus()),
      categories_(filter.categories()),
      brands_(filter.brands()),
      excluded_skus_(filter.excluded_skus()),
      excluded_categories_(filter.excluded_categories()) {
  for (const auto& label : filter.labels()) labels_.emplace_back(label.key(), label.value());
  for (const auto& label : filter.excluded_labels()) {
    excluded_labels_.emplace_back(label.key(), label.value());
  }
  takes_all_ = skus_.empty() && categories_.empty() && brands_.empty() && excluded_skus_.empty() &&
               excluded_categories_.empty() && labels_.empty() && excluded_labels_.empty();
}

bool CompiledFilter::HasAny(const Labels& labels, const v1::OrderLine& line) {
  if (line.labels().empty()) return false;
  return std::any_of(labels.begin(), labels.end(), [&line](const auto& label) {
    const auto found = line.labels().find(label.first);
    return found != line.labels().end() && found->second == label.second;
  });
}

bool CompiledFilter::CountsByParts(const v1::OrderLine& line) const {
  if (!skus_.empty() && !skus_.Contains(line.sku())) return false;
  if (!categories_.empty() && !categories_.Contains(line.category())) return false;
  if (!brands_.empty() && !brands_.Contains(line.brand())) return false;
  if (!labels_.empty() && !HasAny(labels_, line)) return false;
  return !excluded_skus_.Contains(line.sku()) && !excluded_categories_.Contains(line.category()) &&
         !HasAny(excluded_labels_, line);
}

const MemberFacts& OrderFacts::Nobody() {
  static const MemberFacts kNobody;
  return kNobody;
}

CompiledCondition::CompiledCondition(const v1::Condition& condition) {
  if (!condition.all().empty() || !condition.any().empty()) {
    kind_ = condition.any().empty() ? Kind::kAll : Kind::kAny;
    const auto& parts = condition.any().empty() ? condition.all() : condition.any();
    parts_.reserve(static_cast<size_t>(parts.size()));
    for (const v1::Condition& part : parts) parts_.emplace_back(part);
  } else if (condition.has_not_()) {
    kind_ = Kind::kNot;
    parts_.emplace_back(condition.not_());
  } else if (condition.has_total()) {
    kind_ = Kind::kTotal;
    least_ = condition.total().least_minor_units();
    most_ = condition.total().has_most_minor_units() ? condition.total().most_minor_units()
                                                     : std::numeric_limits<int64_t>::max();
  } else if (!condition.stores().empty()) {
    kind_ = Kind::kStores;
    names_ = NameSet(condition.stores());
  } else if (!condition.channels().empty()) {
    kind_ = Kind::kChannels;
    names_ = NameSet(condition.channels());
  } else if (condition.has_lines()) {
    kind_ = Kind::kLines;
    filter_ = CompiledFilter(condition.lines().filter());
    least_ = condition.lines().least_amount_minor_units();
    least_quantity_ = condition.lines().least_quantity_thousandths();
  } else if (condition.has_time()) {
    kind_ = Kind::kTime;
    CompileTime(condition.time());
  } else {
    CompileOfMember(condition);
  }
}

void CompiledCondition::CompileOfMember(const v1::Condition& condition) {
  if (condition.has_order_number()) {
    const v1::OrderNumberCondition& number = condition.order_number();
    kind_ = Kind::kOrderNumber;
    least_ = number.least();
    most_ = number.most() > 0 ? number.most() : std::numeric_limits<int64_t>::max();
    every_ = std::max<int64_t>(1, number.every());
  } else if (condition.has_first_at_store()) {
    kind_ = Kind::kFirstAtStore;
  } else if (condition.has_tier()) {
    kind_ = Kind::kTier;
    name_ = condition.tier().tier_set();
    names_ = NameSet(condition.tier().tiers());
  } else if (!condition.segments().empty()) {
    kind_ = Kind::kSegments;
    for (const std::string& segment : condition.segments()) {
      if (const auto id = base::DecodeId("seg", segment)) segments_.push_back(*id);
    }
  } else if (condition.has_attribute()) {
    kind_ = Kind::kAttribute;
    name_ = condition.attribute().name();
    names_ = NameSet(condition.attribute().values());
  }
}

void CompiledCondition::CompileTime(const v1::TimeCondition& time) {
  for (const int day : time.weekdays()) {
    if (day < v1::WEEKDAY_MONDAY || day > v1::WEEKDAY_SUNDAY) continue;
    weekdays_ = static_cast<uint8_t>(weekdays_ | 1 << (day - v1::WEEKDAY_MONDAY));
  }
  if (time.weekdays().empty()) weekdays_ = kAllWeekdays;
  from_minute_ = MinuteOf(time.from_clock()).value_or(0);
  until_minute_ = MinuteOf(time.until_clock()).value_or(kMinutesOfDay);
  if (until_minute_ < from_minute_) until_minute_ += kMinutesOfDay;
  first_ = time.has_first_date() ? DayOf(time.first_date()) : absl::CivilDay::min();
  last_ = time.has_last_date() ? DayOf(time.last_date()) : absl::CivilDay::max();
}

void CompiledCondition::NoteIndexed() {
  NoteFirst(Kind::kStores);
  NoteFirst(Kind::kChannels);
}

// As CampaignIndex::Find goes through it.
bool CompiledCondition::NoteFirst(Kind kind) {
  if (kind_ == Kind::kAll) {
    return std::any_of(parts_.begin(), parts_.end(),
                       [kind](CompiledCondition& part) { return part.NoteFirst(kind); });
  }
  if (kind_ == kind) indexed_ = true;
  return kind_ == kind;
}

bool CompiledCondition::Holds(const OrderFacts& facts) const {
  switch (kind_) {
    case Kind::kNever:
      return false;
    case Kind::kAll:
      return std::all_of(parts_.begin(), parts_.end(),
                         [&facts](const auto& part) { return part.Holds(facts); });
    case Kind::kAny:
      return std::any_of(parts_.begin(), parts_.end(),
                         [&facts](const auto& part) { return part.Holds(facts); });
    case Kind::kNot:
      return !parts_[0].Holds(facts);
    case Kind::kTotal:
      return facts.total() >= least_ && facts.total() <= most_;
    case Kind::kStores:
      return (indexed_ && facts.by_index()) || names_.Contains(facts.order().store());
    case Kind::kChannels:
      return (indexed_ && facts.by_index()) || names_.Contains(facts.order().channel());
    case Kind::kLines:
      return LinesHold(facts.order());
    case Kind::kTime:
      return TimeHolds(facts.Clock());
    default:
      return MemberHolds(facts);
  }
}

bool CompiledCondition::MemberHolds(const OrderFacts& facts) const {
  const MemberFacts& member = facts.member();
  const auto in_names = [this](const auto& values) {
    const auto found = values.find(name_);
    return found != values.end() && (names_.empty() || names_.Contains(found->second));
  };
  switch (kind_) {
    case Kind::kOrderNumber: {
      const int64_t number = member.orders_before + 1;
      return number >= least_ && number <= most_ && (number - least_) % every_ == 0;
    }
    case Kind::kFirstAtStore:
      return !facts.order().store().empty() && member.orders_at_store_before == 0;
    case Kind::kTier:
      return in_names(member.tiers);
    case Kind::kSegments:
      return std::any_of(segments_.begin(), segments_.end(), [&member](const base::Uuid& segment) {
        return member.segments.contains(segment);
      });
    case Kind::kAttribute:
      return in_names(member.attributes);
    default:
      return false;
  }
}

bool CompiledCondition::LinesHold(const v1::RecordOrderRequest& order) const {
  bool any = false;
  int64_t amount = 0;
  int64_t quantity = 0;
  for (const v1::OrderLine& line : order.lines()) {
    if (!filter_.Counts(line)) continue;
    any = true;
    // More than can be counted is enough.
    amount = money::Add(amount, line.amount_minor_units()).value_or(least_);
    quantity = money::Add(quantity, line.quantity_thousandths()).value_or(least_quantity_);
    if (amount >= least_ && quantity >= least_quantity_) return true;
  }
  return any && amount >= least_ && quantity >= least_quantity_;
}

bool CompiledCondition::TimeHolds(absl::CivilMinute clock) const {
  const absl::CivilDay day(clock);
  if (day < first_ || day > last_) return false;
  if (weekdays_ != kAllWeekdays) {
    const auto weekday = static_cast<unsigned>(absl::GetWeekday(day));  // Monday is 0
    if ((weekdays_ >> weekday & 1U) == 0) return false;
  }
  const int minute = clock.hour() * 60 + clock.minute();
  return (minute >= from_minute_ && minute < until_minute_) ||
         minute + kMinutesOfDay < until_minute_;
}

std::string CompiledCondition::FailedPath(const OrderFacts& facts, const std::string& path) const {
  switch (kind_) {
    case Kind::kNever:
      return path;
    case Kind::kAll:
      for (size_t i = 0; i < parts_.size(); ++i) {
        if (!parts_[i].Holds(facts)) {
          return parts_[i].FailedPath(facts, absl::StrCat(path, ".all[", i, "]"));
        }
      }
      return path;
    case Kind::kAny:
      return parts_.size() == 1 ? parts_[0].FailedPath(facts, path + ".any[0]") : path + ".any";
    case Kind::kNot:
      return path + ".not";
    case Kind::kTotal:
      return path + ".total";
    case Kind::kStores:
      return path + ".stores";
    case Kind::kChannels:
      return path + ".channels";
    case Kind::kLines:
      return path + ".lines";
    case Kind::kTime:
      return path + ".time";
    case Kind::kOrderNumber:
      return path + ".orderNumber";
    case Kind::kFirstAtStore:
      return path + ".firstAtStore";
    case Kind::kTier:
      return path + ".tier";
    case Kind::kSegments:
      return path + ".segments";
    case Kind::kAttribute:
      return path + ".attribute";
  }
  return path;
}

std::optional<int> MinuteOf(std::string_view clock) {
  if (clock.size() != 5 || clock[2] != ':') return std::nullopt;
  const auto number = [clock](size_t at) { return (clock[at] - '0') * 10 + clock[at + 1] - '0'; };
  for (const size_t at : {0, 1, 3, 4}) {
    if (clock[at] < '0' || clock[at] > '9') return std::nullopt;
  }
  return number(0) * 60 + number(3);
}

}  // namespace laurel::members
