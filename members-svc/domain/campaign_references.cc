#include "members-svc/domain/campaign_references.h"

#include "members-svc/domain/activity.h"

namespace laurel::members {
namespace {

constexpr const char* kNoSegment = "is no segment of the programme";

class Checker {
 public:
  Checker(const CampaignReferences& known, Violations* out) : known_(known), out_(out) {}

  void CheckTrigger(const v1::CampaignTrigger& trigger, const std::string& path) {
    const std::string& type = trigger.activity().activity_type();
    const auto known = known_.activity_types.find(type);
    if (known != known_.activity_types.end()) {
      CheckAskedAttributes(known->second, trigger.activity().attributes(),
                           path + ".activity.attributes", out_);
    } else if (!type.empty()) {
      out_->push_back({path + ".activity.activityType", "is no activity type of the programme"});
    }
    const std::string& segment = trigger.segment_entered().segment_id();
    if (!segment.empty() && !known_.segments.contains(segment)) {
      out_->push_back({path + ".segmentEntered.segmentId", kNoSegment});
    }
    if (!trigger.has_tier_entered()) return;
    const v1::TierTrigger& entered = trigger.tier_entered();
    const TierCodes* tiers =
        FindTiers(known_.tiers, entered.tier_set(), path + ".tierEntered", out_);
    if (tiers != nullptr && !entered.tier().empty() && !tiers->contains(entered.tier())) {
      out_->push_back({path + ".tierEntered.tier", "is no tier of the tier set"});
    }
  }

  void Check(const v1::Condition& condition, const std::string& path) {
    for (int i = 0; i < condition.all_size(); ++i) {
      Check(condition.all(i), ItemOf(path + ".all", i));
    }
    for (int i = 0; i < condition.any_size(); ++i) {
      Check(condition.any(i), ItemOf(path + ".any", i));
    }
    if (condition.has_not_()) Check(condition.not_(), path + ".not");
    for (int i = 0; i < condition.segments_size(); ++i) {
      const std::string& segment = condition.segments(i);
      if (!segment.empty() && !known_.segments.contains(segment)) {
        out_->push_back({ItemOf(path + ".segments", i), kNoSegment});
      }
    }
    if (!condition.has_tier()) return;
    CheckKnownTiers(condition.tier(), known_.tiers, path + ".tier", out_);
  }

 private:
  const CampaignReferences& known_;
  Violations* const out_;
};

}  // namespace

void CheckReferences(const v1::Campaign& campaign, const CampaignReferences& known,
                     Violations* violations) {
  Checker checker(known, violations);
  checker.CheckTrigger(campaign.trigger(), "campaign.trigger");
  checker.Check(campaign.condition(), "campaign.condition");
}

}  // namespace laurel::members
