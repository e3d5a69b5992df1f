#include "members-svc/domain/segment_validation.h"

#include <optional>
#include <set>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/civil_time.h"
#include "lib/status/error.h"
#include "members-svc/domain/condition.h"
#include "members-svc/domain/condition_validation.h"

namespace laurel::members {
namespace {

constexpr int kBounds = 4;
constexpr int kMostBirthdayDays = 364;
constexpr int64_t kMostBound = 100000000000000;

// Absent: no such day.
std::optional<absl::CivilDay> DayOf(const google::type::Date& date) {
  const absl::CivilDay day(date.year(), date.month(), date.day());
  if (date.year() < 1900 || day.year() != date.year() || day.month() != date.month() ||
      day.day() != date.day()) {
    return std::nullopt;
  }
  return day;
}

void CheckRecency(const v1::RecencyCondition& rule, const std::string& path, Violations* out) {
  if (rule.least_days() == 0 && !rule.has_most_days()) {
    out->push_back({path, "needs leastDays or mostDays"});
  }
  if (rule.has_most_days() && rule.most_days() < rule.least_days()) {
    out->push_back({path + ".mostDays", "must not lie below leastDays"});
  }
}

void CheckPurchases(const v1::PurchasesCondition& rule, const std::string& path, Violations* out) {
  if (rule.least_orders() == 0 && !rule.has_most_orders() && rule.least_minor_units() == 0 &&
      !rule.has_most_minor_units()) {
    out->push_back({path,
                    "needs at least one of leastOrders, mostOrders, leastMinorUnits and "
                    "mostMinorUnits"});
  }
  if (rule.has_most_orders() && rule.most_orders() < rule.least_orders()) {
    out->push_back({path + ".mostOrders", "must not lie below leastOrders"});
  }
  if (rule.has_most_minor_units() && rule.most_minor_units() < rule.least_minor_units()) {
    out->push_back({path + ".mostMinorUnits", "must not lie below leastMinorUnits"});
  }
  for (int i = 0; i < rule.stores_size(); ++i) {
    if (rule.stores(i).empty()) out->push_back({ItemOf(path + ".stores", i), "must not be empty"});
  }
  CheckRepeated(rule.stores(), path + ".stores", out);
  if (!rule.has_lines()) return;
  if (CompiledFilter(rule.lines()).takes_all()) {
    out->push_back({path + ".lines", "needs at least one part"});
  }
  CheckLineFilter(rule.lines(), path + ".lines", out);
}

void CheckJoined(const v1::JoinCondition& rule, const std::string& path, Violations* out) {
  std::optional<absl::CivilDay> first, last;
  if (rule.has_first_date()) first = DayOf(rule.first_date());
  if (rule.has_last_date()) last = DayOf(rule.last_date());
  if (rule.has_first_date() && !first) out->push_back({path + ".firstDate", "is no day"});
  if (rule.has_last_date() && !last) out->push_back({path + ".lastDate", "is no day"});
  if (first && last && *last < *first) {
    out->push_back({path + ".lastDate", "must not lie before firstDate"});
  }
  if (rule.least_days() == 0 && !rule.has_most_days() && !rule.has_first_date() &&
      !rule.has_last_date()) {
    out->push_back({path, "needs at least one bound"});
  }
  if (rule.has_most_days() && rule.most_days() < rule.least_days()) {
    out->push_back({path + ".mostDays", "must not lie below leastDays"});
  }
}

void CheckScores(const v1::ScoresCondition& rule, const std::string& path, Violations* out) {
  if (!rule.has_recency() && !rule.has_frequency() && !rule.has_monetary()) {
    out->push_back({path, "needs at least one score"});
  }
  const auto check = [&](bool given, const v1::ScoreRange& range, const char* name) {
    if (given && range.most() < range.least()) {
      out->push_back({absl::StrCat(path, ".", name, ".most"), "must not lie below least"});
    }
  };
  check(rule.has_recency(), rule.recency(), "recency");
  check(rule.has_frequency(), rule.frequency(), "frequency");
  check(rule.has_monetary(), rule.monetary(), "monetary");
}

// What one node must be by itself.
class SegmentNode {
 public:
  SegmentNode(const KnownTiers& tiers, Violations* out) : tiers_(tiers), out_(out) {}

  static int PartsOf(const v1::SegmentCondition& c) {
    return !c.all().empty() + !c.any().empty() + c.has_not_() + c.has_recency() + c.has_idle() +
           c.has_purchases() + c.has_tier() + c.has_attribute() + c.has_joined() +
           c.has_birthday() + c.has_scores() + !c.lifecycle_stages().empty();
  }

  static const char* PartNames() {
    return "all, any, not, recency, idle, purchases, tier, attribute, joined, birthday, scores and "
           "lifecycleStages";
  }

  void Check(const v1::SegmentCondition& condition, const std::string& path) {
    if (condition.has_recency()) CheckRecency(condition.recency(), path + ".recency", out_);
    if (condition.has_purchases()) CheckPurchases(condition.purchases(), path + ".purchases", out_);
    if (condition.has_tier()) {
      CheckKnownTiers(condition.tier(), tiers_, path + ".tier", out_);
      CheckRepeated(condition.tier().tiers(), path + ".tier.tiers", out_);
    }
    if (condition.has_attribute()) {
      CheckRepeated(condition.attribute().values(), path + ".attribute.values", out_);
    }
    if (condition.has_joined()) CheckJoined(condition.joined(), path + ".joined", out_);
    const v1::BirthdayCondition& birthday = condition.birthday();
    if (birthday.days_before() + birthday.days_after() > kMostBirthdayDays) {
      out_->push_back({path + ".birthday", "is the whole year"});
    }
    if (condition.has_scores()) CheckScores(condition.scores(), path + ".scores", out_);
    std::set<int> seen;
    for (int i = 0; i < condition.lifecycle_stages_size(); ++i) {
      const int stage = condition.lifecycle_stages(i);
      const std::string item = ItemOf(path + ".lifecycleStages", i);
      if (stage == v1::LIFECYCLE_STAGE_UNSPECIFIED || !v1::LifecycleStage_IsValid(stage)) {
        out_->push_back({item, "is not known"});
      } else if (!seen.insert(stage).second) {
        out_->push_back({item, "stands twice"});
      }
    }
  }

 private:
  const KnownTiers& tiers_;
  Violations* const out_;
};

void CheckTree(const v1::SegmentCondition& condition, const KnownTiers& tiers,
               const std::string& path, Violations* out) {
  SegmentNode node(tiers, out);
  ConditionTree<v1::SegmentCondition, SegmentNode>(node, out).Check(condition, path);
}

void CheckBounds(const google::protobuf::RepeatedField<int64_t>& bounds, const std::string& path,
                 Violations* out) {
  if (bounds.size() != kBounds) {
    out->push_back({path, "needs four bounds"});
    return;
  }
  int64_t before = 0;
  for (int i = 0; i < bounds.size(); ++i) {
    if (bounds[i] < 0 || bounds[i] < before) {
      out->push_back({ItemOf(path, i), "must not be below 0 or the one before"});
    }
    if (bounds[i] > kMostBound) out->push_back({ItemOf(path, i), "must not be above 10^14"});
    before = bounds[i];
  }
}

absl::Status Answer(const std::string& reason, const Violations& violations) {
  return violations.empty() ? absl::OkStatus() : status::Invalid(reason, violations);
}

}  // namespace

absl::Status ValidateSegment(const v1::Segment& segment, const KnownTiers& tiers,
                             const v1::Segment* previous) {
  Violations violations;
  if (segment.kind() != v1::SEGMENT_KIND_STATIC && segment.kind() != v1::SEGMENT_KIND_DYNAMIC) {
    violations.push_back({"segment.kind", "is not known"});
  } else if (previous != nullptr && previous->kind() != segment.kind()) {
    violations.push_back({"segment.kind", "is the same for ever"});
  }
  if (segment.kind() == v1::SEGMENT_KIND_STATIC && segment.has_condition()) {
    violations.push_back({"segment.condition", "has a meaning only for a dynamic segment"});
  }
  if (segment.kind() == v1::SEGMENT_KIND_DYNAMIC) {
    if (!segment.has_condition()) {
      violations.push_back({"segment.condition", "is required"});
    } else {
      CheckTree(segment.condition(), tiers, "segment.condition", &violations);
    }
  }
  return Answer("SEGMENT_INVALID", violations);
}

absl::Status ValidateSegmentCondition(const v1::SegmentCondition& condition,
                                      const KnownTiers& tiers) {
  Violations violations;
  CheckTree(condition, tiers, "condition", &violations);
  return Answer("SEGMENT_INVALID", violations);
}

absl::Status ValidateSegmentSettings(const v1::SegmentSettings& settings) {
  Violations violations;
  if (settings.rfm().has_bounds()) {
    const v1::RfmBounds& bounds = settings.rfm().bounds();
    CheckBounds(bounds.recency_days(), "settings.rfm.bounds.recencyDays", &violations);
    CheckBounds(bounds.orders(), "settings.rfm.bounds.orders", &violations);
    CheckBounds(bounds.minor_units(), "settings.rfm.bounds.minorUnits", &violations);
  }
  if (settings.lifecycle().lapsed_days() <= settings.lifecycle().at_risk_days()) {
    violations.push_back({"settings.lifecycle.lapsedDays", "must be above atRiskDays"});
  }
  return Answer("SEGMENT_SETTINGS_INVALID", violations);
}

}  // namespace laurel::members
