// What makes campaigns run, other than orders: pure.
#pragma once

#include <string>

#include "absl/container/flat_hash_map.h"
#include "laurel/members/v1/campaign_trigger.pb.h"

namespace laurel::members {

// Under which ProgramRules.triggered holds the campaigns of a trigger: "activity/<type>",
// "enrolment", "birthday", "anniversary", "tier_entered/<tier set>", "segment_entered/<seg_…>",
// "inactivity/<days>", "order_returned". Empty for one that names nothing.
std::string TriggerKey(const members::v1::CampaignTrigger& trigger);

// What is known of something that has happened, by name: of an activity its attributes; of an
// anniversary how many years it is ("years"); of a tier that was entered its code ("tier").
using OccurrenceAttributes = absl::flat_hash_map<std::string, std::string>;

// Whether what happened, under the trigger's key, is what the trigger waits for: the attributes of
// the activity that it asks for, its year, its tier.
bool TriggerHolds(const members::v1::CampaignTrigger& trigger,
                  const OccurrenceAttributes& attributes);

}  // namespace laurel::members
