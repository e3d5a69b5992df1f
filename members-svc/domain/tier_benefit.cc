#include "members-svc/domain/tier_benefit.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "lib/base/timestamps.h"

namespace laurel::members {
namespace {

constexpr int64_t kOneBps = 10000;

}  // namespace

base::Uuid TierBenefitId(const std::string& tier_set, const std::string& tier) {
  return base::HashedUuid(absl::StrCat("tier benefit/", tier_set, "/", tier));
}

CampaignRules TierBenefitRules(const v1::AppliedTier& tier, int64_t factor_bps, int wallet_no) {
  v1::Campaign campaign;
  campaign.set_campaign_id(base::EncodeId("cmp", TierBenefitId(tier.tier_set(), tier.tier())));
  campaign.set_display_name(absl::StrCat(tier.tier_set(), ": ", tier.tier()));
  campaign.set_state(v1::CAMPAIGN_STATE_ACTIVE);
  campaign.set_stacking(v1::STACKING_STACKABLE);
  campaign.set_wallet_type(tier.wallet_type());
  campaign.mutable_multiplier()->set_factor_bps(factor_bps);
  campaign.mutable_multiplier()->set_rounding(v1::ROUNDING_DOWN);
  v1::TierCondition& condition = *campaign.mutable_condition()->mutable_tier();
  condition.set_tier_set(tier.tier_set());
  condition.add_tiers(tier.tier());
  CampaignRules rules = MakeCampaignRules(std::move(campaign), wallet_no);
  rules.tier = tier;
  return rules;
}

std::vector<CampaignRules> TierBenefitsOf(const ProgramRules& rules) {
  std::vector<CampaignRules> out;
  for (const TierSetRules& set : rules.tier_sets) {
    const WalletTypeRules* wallet = set.wallet_no == 0 ? rules.FindWalletType(kDefaultWalletType)
                                                       : rules.WalletTypeByNumber(set.wallet_no);
    if (wallet == nullptr) continue;
    for (size_t i = 0; i < set.versions.size(); ++i) {
      const v1::TierSet& version = set.versions[i]->set;
      for (const v1::Tier& tier : version.tiers()) {
        const int64_t factor = tier.benefits().points_multiplier_bps();
        if (factor == 0 || factor == kOneBps) continue;
        v1::AppliedTier applied;
        applied.set_tier_set(set.code);
        applied.set_version(version.version());
        applied.set_tier(tier.code());
        applied.set_wallet_type(wallet->policy.code());
        CampaignRules& benefit =
            out.emplace_back(TierBenefitRules(applied, factor, wallet->wallet_no));
        benefit.campaign.set_display_name(
            absl::StrCat(version.display_name(), ": ", tier.display_name()));
        if (i > 0) benefit.start = absl::FromUnixMicros(set.versions[i]->from_us);
        if (i + 1 < set.versions.size()) {
          benefit.end = absl::FromUnixMicros(set.versions[i + 1]->from_us);
        }
      }
    }
  }
  return out;
}

void FillLowestTiers(const ProgramRules& rules, absl::Time time, MemberFacts* facts) {
  if (!rules.asks.tiers) return;
  const int64_t at_us = absl::ToUnixMicros(time);
  for (const TierSetRules& set : rules.tier_sets) {
    const TierRules* version = set.versions.front().get();
    for (const auto& later : set.versions) {
      if (later->from_us <= at_us) version = later.get();
    }
    facts->tiers.try_emplace(set.code, version->set.tiers(0).code());
  }
}

std::string SourceOf(const v1::RuleResult& result) {
  return result.has_tier() ? "tier/" + result.tier().tier_set() : result.campaign_id();
}

}  // namespace laurel::members
