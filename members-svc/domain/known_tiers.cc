#include "members-svc/domain/known_tiers.h"

namespace laurel::members {

const TierCodes* FindTiers(const KnownTiers& known, const std::string& tier_set,
                           const std::string& path, Violations* out) {
  const auto found = known.find(tier_set);
  if (found != known.end()) return &found->second;
  out->push_back({path + ".tierSet", "is no tier set of the programme"});
  return nullptr;
}

void CheckKnownTiers(const v1::TierCondition& condition, const KnownTiers& known,
                     const std::string& path, Violations* out) {
  const TierCodes* tiers = FindTiers(known, condition.tier_set(), path, out);
  if (tiers == nullptr) return;
  for (int i = 0; i < condition.tiers_size(); ++i) {
    if (!tiers->contains(condition.tiers(i))) {
      out->push_back({ItemOf(path + ".tiers", i), "is no tier of the tier set"});
    }
  }
}

}  // namespace laurel::members
