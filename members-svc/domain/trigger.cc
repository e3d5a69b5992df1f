#include "members-svc/domain/trigger.h"

#include <algorithm>

#include "absl/strings/str_cat.h"

namespace laurel::members {
namespace {

bool Is(const OccurrenceAttributes& attributes, const std::string& name, const std::string& value) {
  const auto found = attributes.find(name);
  return found != attributes.end() && found->second == value;
}

}  // namespace

std::string TriggerKey(const v1::CampaignTrigger& trigger) {
  switch (trigger.kind_case()) {
    case v1::CampaignTrigger::kActivity:
      return "activity/" + trigger.activity().activity_type();
    case v1::CampaignTrigger::kEnrolment:
      return "enrolment";
    case v1::CampaignTrigger::kBirthday:
      return "birthday";
    case v1::CampaignTrigger::kAnniversary:
      return "anniversary";
    case v1::CampaignTrigger::kTierEntered:
      return "tier_entered/" + trigger.tier_entered().tier_set();
    case v1::CampaignTrigger::kSegmentEntered:
      return "segment_entered/" + trigger.segment_entered().segment_id();
    case v1::CampaignTrigger::kInactivity:
      return absl::StrCat("inactivity/", trigger.inactivity().days());
    case v1::CampaignTrigger::kOrderReturned:
      return "order_returned";
    case v1::CampaignTrigger::KIND_NOT_SET:
      return "";
  }
  return "";
}

bool TriggerHolds(const v1::CampaignTrigger& trigger, const OccurrenceAttributes& attributes) {
  switch (trigger.kind_case()) {
    case v1::CampaignTrigger::kActivity: {
      const auto& wanted = trigger.activity().attributes();
      return std::all_of(wanted.begin(), wanted.end(), [&](const auto& attribute) {
        return Is(attributes, attribute.first, attribute.second);
      });
    }
    case v1::CampaignTrigger::kAnniversary:
      return trigger.anniversary().years() == 0 ||
             Is(attributes, "years", absl::StrCat(trigger.anniversary().years()));
    case v1::CampaignTrigger::kTierEntered:
      return trigger.tier_entered().tier().empty() ||
             Is(attributes, "tier", trigger.tier_entered().tier());
    case v1::CampaignTrigger::KIND_NOT_SET:
      return false;
    default:
      return true;
  }
}

}  // namespace laurel::members
