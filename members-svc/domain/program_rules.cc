#include "members-svc/domain/program_rules.h"

#include <algorithm>
#include <limits>
#include <map>
#include <tuple>
#include <utility>

#include "lib/base/check.h"
#include "lib/base/timestamps.h"
#include "lib/money/checked.h"
#include "members-svc/domain/tier_benefit.h"
#include "members-svc/domain/trigger.h"

namespace laurel::members {
namespace {

// As many points as the budget pays for, if that is less than the limit; 0: no limit.
int64_t MostPointsOfAll(const v1::Campaign& campaign) {
  const int64_t limit = campaign.total_limit().max_points();
  if (!campaign.has_budget()) return limit;
  const v1::CampaignBudget& budget = campaign.budget();
  const int64_t paid_for =
      money::MultiplyDivide(budget.minor_units(), 1000, budget.minor_units_per_thousand_points(),
                            money::Rounding::kDown)
          .value_or(std::numeric_limits<int64_t>::max());
  return limit == 0 ? paid_for : std::min(limit, paid_for);
}

// How many groups there are; each campaign learns which is its own.
int NumberGroups(std::vector<CampaignRules>* campaigns) {
  std::map<std::tuple<std::string, int, bool>, int> numbers;
  for (CampaignRules& rules : *campaigns) {
    const v1::Campaign& campaign = rules.campaign;
    rules.group = -1;
    if (campaign.best_of_group().empty()) continue;
    rules.group =
        numbers
            .try_emplace({campaign.best_of_group(), rules.wallet_no, campaign.has_multiplier()},
                         static_cast<int>(numbers.size()))
            .first->second;
  }
  return static_cast<int>(numbers.size());
}

void AddAsked(const v1::Condition& condition, FactsAsked* out) {
  for (const v1::Condition& part : condition.all()) AddAsked(part, out);
  for (const v1::Condition& part : condition.any()) AddAsked(part, out);
  if (condition.has_not_()) AddAsked(condition.not_(), out);
  out->tiers = out->tiers || condition.has_tier();
  out->segments = out->segments || !condition.segments().empty();
  out->attributes = out->attributes || condition.has_attribute();
}

// Benefits of tiers, priority, id.
bool RunsBefore(const CampaignRules& a, const CampaignRules& b) {
  if (a.tier.has_value() != b.tier.has_value()) return a.tier.has_value();
  if (a.campaign.priority() != b.campaign.priority()) {
    return a.campaign.priority() > b.campaign.priority();
  }
  return a.campaign_id < b.campaign_id;
}

}  // namespace

CampaignRules MakeCampaignRules(v1::Campaign campaign, int wallet_no) {
  CampaignRules rules;
  const auto id = base::DecodeId("cmp", campaign.campaign_id());
  LAUREL_CHECK(id.has_value());
  rules.campaign_id = *id;
  rules.wallet_no = wallet_no;
  if (campaign.has_start_time()) rules.start = base::FromTimestamp(campaign.start_time());
  if (campaign.has_end_time()) rules.end = base::FromTimestamp(campaign.end_time());
  if (campaign.has_condition()) rules.condition.emplace(campaign.condition()).NoteIndexed();
  rules.lines = CompiledFilter(campaign.lines());
  rules.exclusive = campaign.stacking() == v1::STACKING_EXCLUSIVE;
  const auto limits = [](const v1::EarningLimit& limit) {
    return limit.max_points() > 0 || limit.max_orders() > 0;
  };
  rules.has_member_limit = limits(campaign.member_limit());
  rules.has_total_limit = limits(campaign.total_limit()) || campaign.has_budget();
  rules.most_points_of_all = MostPointsOfAll(campaign);
  if (campaign.has_bands()) rules.count_period = campaign.bands().period();
  if (campaign.has_punch_card()) rules.count_period = campaign.punch_card().period();
  rules.grants = campaign.has_grant_reward() || campaign.has_set_attribute();
  rules.campaign = std::move(campaign);
  return rules;
}

void SortCampaigns(ProgramRules* rules) {
  std::stable_sort(rules->campaigns.begin(), rules->campaigns.end(), RunsBefore);
  rules->group_count = NumberGroups(&rules->campaigns);
  rules->asks = {.tiers = !rules->tier_sets.empty()};
  CampaignIndex index;
  for (const CampaignRules& campaign : rules->campaigns) {
    AddAsked(campaign.campaign.condition(), &rules->asks);
    // Whether what it sets is so already.
    rules->asks.attributes = rules->asks.attributes || campaign.campaign.has_set_attribute();
    rules->asks.visits = rules->asks.visits || campaign.campaign.has_points_per_visit();
    const bool counts =
        campaign.has_member_limit || campaign.has_total_limit || campaign.count_period.has_value();
    index.Add(campaign.campaign, counts);
  }
  rules->index = std::move(index);
}

void SetCampaigns(std::vector<CampaignRules> campaigns, ProgramRules* rules) {
  std::map<std::string, std::vector<CampaignRules>> by_trigger;
  for (CampaignRules& campaign : campaigns) {
    const std::string key =
        campaign.campaign.has_trigger() ? TriggerKey(campaign.campaign.trigger()) : "";
    by_trigger[key].push_back(std::move(campaign));
  }
  absl::flat_hash_map<std::string, std::shared_ptr<const ProgramRules>> triggered;
  for (auto& [key, own] : by_trigger) {
    if (key.empty()) continue;
    auto of_trigger = std::make_shared<ProgramRules>(*rules);
    of_trigger->campaigns = std::move(own);
    SortCampaigns(of_trigger.get());
    triggered[key] = std::move(of_trigger);
  }
  rules->triggered = std::move(triggered);
  rules->campaigns = TierBenefitsOf(*rules);
  for (CampaignRules& campaign : by_trigger[""]) rules->campaigns.push_back(std::move(campaign));
  SortCampaigns(rules);
}

const WalletTypeRules* ProgramRules::FindWalletType(std::string_view code) const {
  const std::string_view wanted = code.empty() ? kDefaultWalletType : code;
  for (const WalletTypeRules& type : wallet_types) {
    if (type.policy.code() == wanted) return &type;
  }
  return nullptr;
}

const WalletTypeRules* ProgramRules::WalletTypeByNumber(int wallet_no) const {
  for (const WalletTypeRules& type : wallet_types) {
    if (type.wallet_no == wallet_no) return &type;
  }
  return nullptr;
}

}  // namespace laurel::members
