#include "members-svc/domain/campaign_references.h"

#include "absl/strings/str_cat.h"

namespace laurel::members {
namespace {

constexpr const char* kNoSegment = "is no segment of the programme";

class Checker {
 public:
  Checker(const CampaignReferences& known, std::vector<status::Violation>* out)
      : known_(known), out_(out) {}

  void CheckTrigger(const v1::CampaignTrigger& trigger, const std::string& path) {
    const std::string& type = trigger.activity().activity_type();
    if (!type.empty() && !known_.activity_types.contains(type)) {
      out_->push_back({path + ".activity.activityType", "is no activity type of the programme"});
    }
    const std::string& segment = trigger.segment_entered().segment_id();
    if (!segment.empty() && !known_.segments.contains(segment)) {
      out_->push_back({path + ".segmentEntered.segmentId", kNoSegment});
    }
    const v1::TierTrigger& entered = trigger.tier_entered();
    const auto* tiers = TiersOf(entered.tier_set(), path + ".tierEntered");
    if (tiers != nullptr && !entered.tier().empty() && !tiers->contains(entered.tier())) {
      out_->push_back({path + ".tierEntered.tier", "is no tier of the tier set"});
    }
  }

  void Check(const v1::Condition& condition, const std::string& path) {
    for (int i = 0; i < condition.all_size(); ++i) {
      Check(condition.all(i), absl::StrCat(path, ".all[", i, "]"));
    }
    for (int i = 0; i < condition.any_size(); ++i) {
      Check(condition.any(i), absl::StrCat(path, ".any[", i, "]"));
    }
    if (condition.has_not_()) Check(condition.not_(), path + ".not");
    for (int i = 0; i < condition.segments_size(); ++i) {
      const std::string& segment = condition.segments(i);
      if (!segment.empty() && !known_.segments.contains(segment)) {
        out_->push_back({absl::StrCat(path, ".segments[", i, "]"), kNoSegment});
      }
    }
    const v1::TierCondition& tier = condition.tier();
    const auto* tiers = TiersOf(tier.tier_set(), path + ".tier");
    for (int i = 0; tiers != nullptr && i < tier.tiers_size(); ++i) {
      if (!tier.tiers(i).empty() && !tiers->contains(tier.tiers(i))) {
        out_->push_back({absl::StrCat(path, ".tier.tiers[", i, "]"), "is no tier of the tier set"});
      }
    }
  }

 private:
  // Null: there is no such tier set, which is told, or none is named.
  const absl::flat_hash_set<std::string>* TiersOf(const std::string& tier_set,
                                                  const std::string& path) {
    if (tier_set.empty()) return nullptr;
    const auto found = known_.tiers.find(tier_set);
    if (found != known_.tiers.end()) return &found->second;
    out_->push_back({path + ".tierSet", "is no tier set of the programme"});
    return nullptr;
  }

  const CampaignReferences& known_;
  std::vector<status::Violation>* out_;
};

}  // namespace

void CheckReferences(const v1::Campaign& campaign, const CampaignReferences& known,
                     std::vector<status::Violation>* violations) {
  Checker checker(known, violations);
  checker.CheckTrigger(campaign.trigger(), "campaign.trigger");
  checker.Check(campaign.condition(), "campaign.condition");
}

}  // namespace laurel::members
