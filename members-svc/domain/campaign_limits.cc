#include "members-svc/domain/campaign_limits.h"

#include <algorithm>

#include "lib/base/timestamps.h"
#include "members-svc/domain/calendar.h"
#include "members-svc/domain/campaign_match.h"

namespace laurel::members {
namespace {

LimitUse UseOf(const LimitKey& key, const LimitUses& used) {
  const auto found = used.find(key);
  return found == used.end() ? LimitUse{} : found->second;
}

LimitKey MemberKey(const CampaignRules& rules, PeriodStarts& starts) {
  return {rules.campaign_id, starts.Of(rules.campaign.member_limit().period())};
}
LimitKey KeyOfAll(const CampaignRules& rules, PeriodStarts& starts) {
  return {rules.campaign_id, starts.Of(rules.campaign.total_limit().period()), true};
}
LimitKey CountKey(const CampaignRules& rules, PeriodStarts& starts) {
  return {rules.campaign_id, starts.Of(*rules.count_period)};
}

bool NoFurtherOrder(const v1::EarningLimit& limit, const LimitUse& use) {
  return limit.max_orders() > 0 && use.orders >= limit.max_orders();
}

}  // namespace

absl::Time PeriodStarts::Of(v1::EarningLimit::Period period) {
  auto& start = starts_[v1::EarningLimit::Period_IsValid(period) ? static_cast<size_t>(period) : 0];
  if (!start) start = PeriodStart(period, occur_time_, zone_);
  return *start;
}

Left LeftOf(const CampaignRules& rules, const LimitUses& used, PeriodStarts& starts) {
  Left left;
  if (rules.has_member_limit) {
    left.member = MemberKey(rules, starts);
    const LimitUse use = UseOf(*left.member, used);
    const v1::EarningLimit& limit = rules.campaign.member_limit();
    left.exhausted = NoFurtherOrder(limit, use);
    if (limit.max_points() > 0) {
      left.member_points = std::max<int64_t>(0, limit.max_points() - use.points);
    }
  }
  if (rules.has_total_limit) {
    left.all = KeyOfAll(rules, starts);
    const LimitUse use = UseOf(*left.all, used);
    left.exhausted = left.exhausted || NoFurtherOrder(rules.campaign.total_limit(), use);
    if (rules.most_points_of_all > 0) {
      left.all_points = std::max<int64_t>(0, rules.most_points_of_all - use.points);
    }
  }
  if (rules.count_period) {
    left.count = CountKey(rules, starts);
    left.counted = UseOf(*left.count, used).amount;
  }
  return left;
}

Trimmed Trim(int64_t points, const Left& left) {
  const int64_t let_in_by_member = std::min(points, left.member_points);
  const int64_t let_in = std::min(let_in_by_member, left.all_points);
  return {let_in, points - let_in_by_member, let_in_by_member - let_in};
}

void TellPeriods(const Left& left, v1::RuleResult* result) {
  if (left.member) {
    base::SetTimestamp(left.member->period_start, result->mutable_member_period_start());
  }
  if (left.all) {
    base::SetTimestamp(left.all->period_start, result->mutable_total_period_start());
  }
  if (left.count) {
    base::SetTimestamp(left.count->period_start, result->mutable_count_period_start());
  }
}

void AddUses(const Left& left, const Used& used, std::vector<std::pair<LimitKey, LimitUse>>* uses) {
  const LimitUse use{.points = std::max<int64_t>(0, used.points), .orders = 1, .amount = 0};
  if (left.member && used.fired) uses->emplace_back(*left.member, use);
  if (left.all && used.fired) uses->emplace_back(*left.all, use);
  if (left.count && used.counted > 0) {
    uses->emplace_back(*left.count, LimitUse{.points = 0, .orders = 0, .amount = used.counted});
  }
}

std::vector<LimitKey> LimitKeysFor(const ProgramRules& rules, absl::Time occur_time) {
  std::vector<LimitKey> keys;
  PeriodStarts starts(occur_time, rules.time_zone);
  for (const uint32_t place : rules.index.counting()) {
    const CampaignRules& campaign = rules.campaigns[place];
    if (!ValidAt(campaign, occur_time)) continue;
    if (campaign.has_member_limit) keys.push_back(MemberKey(campaign, starts));
    if (campaign.count_period) {
      LimitKey key = CountKey(campaign, starts);
      if (!campaign.has_member_limit || key != keys.back()) keys.push_back(std::move(key));
    }
    if (campaign.has_total_limit) keys.push_back(KeyOfAll(campaign, starts));
  }
  return keys;
}

}  // namespace laurel::members
