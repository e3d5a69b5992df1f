// The tiers of a programme, for those who name them.
#pragma once

#include <string>

#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"
#include "laurel/members/v1/condition.pb.h"
#include "members-svc/domain/condition_tree.h"

namespace laurel::members {

using TierCodes = absl::flat_hash_set<std::string>;
// Code of the tier set → codes of its tiers, of any version.
using KnownTiers = absl::flat_hash_map<std::string, TierCodes>;

// The tiers of a tier set that is named under `path`; null, and a violation: there is none.
const TierCodes* FindTiers(const KnownTiers& known, const std::string& tier_set,
                           const std::string& path, Violations* out);

// Adds, with their paths, a tier set and tiers that the programme lacks.
void CheckKnownTiers(const members::v1::TierCondition& condition, const KnownTiers& known,
                     const std::string& path, Violations* out);

}  // namespace laurel::members
