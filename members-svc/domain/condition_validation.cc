#include "members-svc/domain/condition_validation.h"

#include <algorithm>
#include <set>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/time/civil_time.h"
#include "members-svc/domain/condition.h"

namespace laurel::members {
namespace {

using Strings = google::protobuf::RepeatedPtrField<std::string>;
using Labels = google::protobuf::RepeatedPtrField<v1::LabelMatch>;

constexpr int kMinutesOfDay = 24 * 60;

void CheckValues(const Strings& values, const std::string& path, Violations* out) {
  std::set<std::string> seen;
  for (int i = 0; i < values.size(); ++i) {
    if (values[i].empty()) {
      out->push_back({ItemOf(path, i), "must not be empty"});
    } else if (!seen.insert(values[i]).second) {
      out->push_back({ItemOf(path, i), "stands twice"});
    }
  }
}

void CheckLabels(const Labels& labels, const std::string& path, Violations* out) {
  std::set<std::pair<std::string, std::string>> seen;
  for (int i = 0; i < labels.size(); ++i) {
    if (!seen.emplace(labels[i].key(), labels[i].value()).second) {
      out->push_back({ItemOf(path, i), "stands twice"});
    }
  }
}

void CheckExcluded(const Strings& counted, const Strings& excluded, const std::string& path,
                   Violations* out) {
  const std::set<std::string> counts(counted.begin(), counted.end());
  for (int i = 0; i < excluded.size(); ++i) {
    if (counts.contains(excluded[i])) {
      out->push_back({ItemOf(path, i), "is among those that count, too"});
    }
  }
}

void CheckTotal(const v1::TotalCondition& total, const std::string& path, Violations* out) {
  if (total.least_minor_units() == 0 && !total.has_most_minor_units()) {
    out->push_back({path, "needs leastMinorUnits or mostMinorUnits"});
  }
  if (total.has_most_minor_units() && total.most_minor_units() < total.least_minor_units()) {
    out->push_back({path + ".mostMinorUnits", "must not lie below leastMinorUnits"});
  }
}

void CheckLines(const v1::LinesCondition& lines, const std::string& path, Violations* out) {
  if (CompiledFilter(lines.filter()).takes_all()) {
    out->push_back({path + ".filter", "needs at least one part"});
  }
  CheckLineFilter(lines.filter(), path + ".filter", out);
}

// Absent: no such day.
std::optional<absl::CivilDay> DayOf(const google::type::Date& date) {
  const absl::CivilDay day(date.year(), date.month(), date.day());
  if (date.year() < 1970 || day.year() != date.year() || day.month() != date.month() ||
      day.day() != date.day()) {
    return std::nullopt;
  }
  return day;
}

void CheckDates(const v1::TimeCondition& time, const std::string& path, Violations* out) {
  std::optional<absl::CivilDay> first, last;
  if (time.has_first_date()) first = DayOf(time.first_date());
  if (time.has_last_date()) last = DayOf(time.last_date());
  if (time.has_first_date() && !first) out->push_back({path + ".firstDate", "is no day"});
  if (time.has_last_date() && !last) out->push_back({path + ".lastDate", "is no day"});
  if (first && last && *last < *first) {
    out->push_back({path + ".lastDate", "must not lie before firstDate"});
  }
}

void CheckTime(const v1::TimeCondition& time, const std::string& path, Violations* out) {
  const bool clock = !time.from_clock().empty() || !time.until_clock().empty();
  if (time.weekdays().empty() && !clock && !time.has_first_date() && !time.has_last_date()) {
    out->push_back({path, "needs at least one part"});
  }
  std::set<int> seen;
  for (int i = 0; i < time.weekdays_size(); ++i) {
    const int day = time.weekdays(i);
    if (day < v1::WEEKDAY_MONDAY || day > v1::WEEKDAY_SUNDAY) {
      out->push_back({ItemOf(path + ".weekdays", i), "is no day of the week"});
    } else if (!seen.insert(day).second) {
      out->push_back({ItemOf(path + ".weekdays", i), "stands twice"});
    }
  }
  const int from = MinuteOf(time.from_clock()).value_or(0);
  const int until = MinuteOf(time.until_clock()).value_or(kMinutesOfDay);
  if (clock && from == until) {
    out->push_back({path + ".untilClock", "is fromClock, so that no order can meet it"});
  }
  CheckDates(time, path, out);
}

void CheckOrderNumber(const v1::OrderNumberCondition& number, const std::string& path,
                      Violations* out) {
  if (number.most() > 0 && number.most() < number.least()) {
    out->push_back({path + ".most", "must not lie below least"});
  }
}

void CheckSegments(const Strings& segments, const std::string& path, Violations* out) {
  CheckValues(segments, path, out);
  for (int i = 0; i < segments.size(); ++i) {
    if (!segments[i].empty() && !base::DecodeId("seg", segments[i])) {
      out->push_back({ItemOf(path, i), "is no id of a segment"});
    }
  }
}

// What one node must be by itself.
class ConditionNode {
 public:
  ConditionNode(Violations* out, ConditionOf of) : out_(out), of_(of) {}

  static int PartsOf(const v1::Condition& c) {
    return !c.all().empty() + !c.any().empty() + c.has_not_() + c.has_total() +
           !c.stores().empty() + !c.channels().empty() + c.has_lines() + c.has_time() +
           c.has_order_number() + c.has_first_at_store() + c.has_tier() + !c.segments().empty() +
           c.has_attribute();
  }

  static const char* PartNames() {
    return "all, any, not, total, stores, channels, lines, time, orderNumber, firstAtStore, tier, "
           "segments and attribute";
  }

  void Check(const v1::Condition& condition, const std::string& path) {
    if (condition.has_total()) CheckTotal(condition.total(), path + ".total", out_);
    CheckValues(condition.stores(), path + ".stores", out_);
    CheckValues(condition.channels(), path + ".channels", out_);
    if (condition.has_lines()) CheckLines(condition.lines(), path + ".lines", out_);
    if (condition.has_time()) CheckTime(condition.time(), path + ".time", out_);
    CheckOfMember(condition, path);
    if (of_ == ConditionOf::kOccurrence) CheckNotOfOrder(condition, path);
  }

 private:
  void CheckOfMember(const v1::Condition& condition, const std::string& path) {
    if (condition.has_order_number()) {
      CheckOrderNumber(condition.order_number(), path + ".orderNumber", out_);
    }
    CheckValues(condition.tier().tiers(), path + ".tier.tiers", out_);
    CheckSegments(condition.segments(), path + ".segments", out_);
    CheckRepeated(condition.attribute().values(), path + ".attribute.values", out_);
  }

  void CheckNotOfOrder(const v1::Condition& condition, const std::string& path) {
    const auto check = [&](bool there, const char* part) {
      if (there) out_->push_back({path + part, "has a meaning only for orders"});
    };
    check(condition.has_total(), ".total");
    check(!condition.stores().empty(), ".stores");
    check(!condition.channels().empty(), ".channels");
    check(condition.has_lines(), ".lines");
    check(condition.has_order_number(), ".orderNumber");
    check(condition.has_first_at_store(), ".firstAtStore");
  }

  Violations* const out_;
  const ConditionOf of_;
};

}  // namespace

void CheckCondition(const v1::Condition& condition, const std::string& path, Violations* out,
                    ConditionOf of) {
  ConditionNode node(out, of);
  ConditionTree<v1::Condition, ConditionNode>(node, out).Check(condition, path);
}

void CheckLineFilter(const v1::LineFilter& filter, const std::string& path, Violations* out) {
  CheckValues(filter.skus(), path + ".skus", out);
  CheckValues(filter.categories(), path + ".categories", out);
  CheckValues(filter.brands(), path + ".brands", out);
  CheckLabels(filter.labels(), path + ".labels", out);
  CheckValues(filter.excluded_skus(), path + ".excludedSkus", out);
  CheckValues(filter.excluded_categories(), path + ".excludedCategories", out);
  CheckLabels(filter.excluded_labels(), path + ".excludedLabels", out);
  CheckExcluded(filter.skus(), filter.excluded_skus(), path + ".excludedSkus", out);
  CheckExcluded(filter.categories(), filter.excluded_categories(), path + ".excludedCategories",
                out);
}

}  // namespace laurel::members
