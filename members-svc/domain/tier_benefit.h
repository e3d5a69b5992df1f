// The multipliers that tiers give (TierBenefits.points_multiplier_bps), as campaigns that nobody
// has made: one per tier set, version and tier, with the member's tier as its condition, valid from
// the version's start to that of the next by the order's occur_time. A benefit belongs to the
// member: it runs before all campaigns, so that none which stops or excludes others takes it away,
// and multiplies what they give as every multiplier does. Pure.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "laurel/members/v1/wallet.pb.h"
#include "lib/base/uuid.h"
#include "members-svc/domain/member_facts.h"
#include "members-svc/domain/program_rules.h"

namespace laurel::members {

// By which a benefit is told from others; no campaign's.
base::Uuid TierBenefitId(const std::string& tier_set, const std::string& tier);

// As what a result names says. `tier.wallet_type` is that of `wallet_no`.
CampaignRules TierBenefitRules(const members::v1::AppliedTier& tier, int64_t factor_bps,
                               int wallet_no);

// Those of all the programme's tier sets. They multiply points of the wallet type that the tier set
// counts, otherwise of `points`; without such a wallet type there are none.
std::vector<CampaignRules> TierBenefitsOf(const ProgramRules& rules);

// Puts those who have not been evaluated in a tier set into its lowest tier, as of `time`.
void FillLowestTiers(const ProgramRules& rules, absl::Time time, MemberFacts* facts);

// What a result is of: its campaign, or the tier set whose member's tier gave it.
std::string SourceOf(const members::v1::RuleResult& result);

}  // namespace laurel::members
