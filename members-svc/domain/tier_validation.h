// What a tier set must be to be saved, beyond the field rules.
#pragma once

#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "laurel/members/v1/tier_set.pb.h"
#include "members-svc/domain/program_rules.h"

namespace laurel::members {

inline constexpr int kMaxTierSets = 16;  // of a programme

// Writes out what an unset field stands for, and clears what is the server's.
void Normalise(v1::TierSet* set);

// INVALID_ARGUMENT, TIER_SET_INVALID with the path of everything that is wrong: fewer than two
// tiers; thresholds that do not begin at 0 or do not ascend; a tier's code twice; a wallet type
// that the programme lacks or that households share, or one for what counts no points; a rolling
// window without months, or months for another; falling at the end of a period that the window does
// not have; a grace where nobody falls; blank or repeated benefits. Against `previous`, which the
// new version replaces (null: there is none): another metric or wallet type; a start that is in the
// past or not after its own. The set has been normalised; `path` is that of the request to it.
absl::Status ValidateTierSet(const v1::TierSet& set,
                             const std::vector<WalletTypeRules>& wallet_types,
                             const v1::TierSet* previous, absl::Time now,
                             std::string_view path = "tierSet");

}  // namespace laurel::members
