#include "members-svc/domain/campaign_match.h"

#include <algorithm>
#include <string>

namespace laurel::members {
namespace {

using Strings = google::protobuf::RepeatedPtrField<std::string>;
using Labels = google::protobuf::RepeatedPtrField<v1::LabelMatch>;
using Set = absl::flat_hash_set<std::string>;

bool Has(const Strings& list, const std::string& value) {
  return std::find(list.begin(), list.end(), value) != list.end();
}
bool Has(const Strings& list, const Set& set, const std::string& value) {
  return set.empty() ? Has(list, value) : set.contains(value);
}

bool HasAnyLabel(const Labels& wanted, const v1::OrderLine& line) {
  return std::any_of(wanted.begin(), wanted.end(), [&line](const v1::LabelMatch& label) {
    const auto found = line.labels().find(label.key());
    return found != line.labels().end() && found->second == label.value();
  });
}

}  // namespace

bool ValidAt(const CampaignRules& rules, absl::Time occur_time) {
  return (!rules.start || occur_time >= *rules.start) && (!rules.end || occur_time < *rules.end);
}

bool ConditionsHold(const v1::OrderConditions& conditions, const v1::RecordOrderRequest& order,
                    int64_t total) {
  if (total < conditions.min_total_minor_units()) return false;
  if (!conditions.stores().empty() && !Has(conditions.stores(), order.store())) return false;
  return conditions.channels().empty() || Has(conditions.channels(), order.channel());
}

bool FiltersLines(const v1::LineFilter& filter) {
  return !filter.skus().empty() || !filter.categories().empty() || !filter.brands().empty() ||
         !filter.labels().empty() || !filter.excluded_skus().empty() ||
         !filter.excluded_categories().empty() || !filter.excluded_labels().empty();
}

bool LineCounts(const CampaignRules& rules, const v1::OrderLine& line) {
  const v1::LineFilter& filter = rules.campaign.lines();
  const LineFilterSets& sets = rules.sets;
  if (Has(filter.excluded_skus(), sets.excluded_skus, line.sku())) return false;
  if (Has(filter.excluded_categories(), sets.excluded_categories, line.category())) return false;
  if (HasAnyLabel(filter.excluded_labels(), line)) return false;
  if (!filter.skus().empty() && !Has(filter.skus(), sets.skus, line.sku())) return false;
  if (!filter.categories().empty() && !Has(filter.categories(), sets.categories, line.category())) {
    return false;
  }
  if (!filter.brands().empty() && !Has(filter.brands(), sets.brands, line.brand())) return false;
  return filter.labels().empty() || HasAnyLabel(filter.labels(), line);
}

void MatchLines(const CampaignRules& rules, const v1::RecordOrderRequest& order,
                std::vector<int>* out) {
  out->clear();
  const bool filters = FiltersLines(rules.campaign.lines());
  for (int i = 0; i < order.lines_size(); ++i) {
    if (!filters || LineCounts(rules, order.lines(i))) out->push_back(i);
  }
}

}  // namespace laurel::members
