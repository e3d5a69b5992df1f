#include "members-svc/domain/campaign_match.h"

namespace laurel::members {

bool ValidAt(const CampaignRules& rules, absl::Time occur_time) {
  return (!rules.start || occur_time >= *rules.start) && (!rules.end || occur_time < *rules.end);
}

bool FiltersLines(const v1::LineFilter& filter) { return !CompiledFilter(filter).takes_all(); }

void MatchLines(const CampaignRules& rules, const v1::RecordOrderRequest& order,
                std::vector<int>* out) {
  out->clear();
  for (int i = 0; i < order.lines_size(); ++i) {
    if (rules.lines.Counts(order.lines(i))) out->push_back(i);
  }
}

}  // namespace laurel::members
