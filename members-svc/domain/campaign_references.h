// What a campaign names that others define: tiers, segments, activity types and their attributes.
// One that names what is not there would be saved, and never apply.
#pragma once

#include <string>

#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"
#include "laurel/members/v1/activity_type.pb.h"
#include "laurel/members/v1/campaign.pb.h"
#include "members-svc/domain/known_tiers.h"

namespace laurel::members {

// What there is in a programme.
struct CampaignReferences {
  KnownTiers tiers;
  absl::flat_hash_set<std::string> segments;                          // `seg_…`
  absl::flat_hash_map<std::string, v1::ActivityType> activity_types;  // by code
};

// Adds, with its path, everything that the campaign's trigger and condition name and that is not
// there. Names that are empty are others' business.
void CheckReferences(const v1::Campaign& campaign, const CampaignReferences& known,
                     Violations* violations);

}  // namespace laurel::members
