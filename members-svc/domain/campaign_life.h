// The life of a campaign: which changes its state allows, and what the next version is then. Pure.
// Source of the rules: proto/…/campaign_life.proto.
//
// Stored are the states DRAFT, ACTIVE, PAUSED and ENDED. SCHEDULED, and the ENDED of one whose
// end_time has come, are what time makes of them: nobody has to be there at midnight. A campaign
// that is ended while it earns stays stored as ACTIVE with the end_time of that moment, so that
// orders which occurred before and are recorded later earn as they would after any end_time.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "laurel/members/v1/campaign.pb.h"

namespace laurel::members {

// A campaign in its newest version, and in the one by which it earns where that is another: a
// change waits for approval.
struct CampaignRecord {
  v1::Campaign newest;
  std::optional<v1::Campaign> live;

  // What goes on while nobody has approved anything else.
  const v1::Campaign& running() const { return live ? *live : newest; }
};

struct ChangeMoment {
  absl::Time now;
  // Whether the programme wants campaigns approved.
  bool needs_approval = false;
};

// Where it stands at `now`.
v1::CampaignState StateAt(const CampaignRecord& record, absl::Time now);
// The newest version as the outside sees it: with state and etag. Where the state follows from the
// clock, the etag says it too: who asks whether anything has changed learns that it has ended.
v1::Campaign Shown(const CampaignRecord& record, absl::Time now);
// A version as it was made: its state is that of the change.
v1::Campaign AsStored(v1::Campaign version);
std::string CampaignEtag(const v1::Campaign& campaign);
// ABORTED, CAMPAIGN_CHANGED when `etag` is not that of the newest version, in whatever state.
absl::Status CheckEtag(const CampaignRecord& record, std::string_view etag);

// The first version of a normalised campaign, which bears its id. FAILED_PRECONDITION,
// APPROVAL_REQUIRED when it is to be active and somebody else has to approve it.
absl::StatusOr<v1::Campaign> FirstVersion(v1::Campaign campaign, bool active,
                                          const ChangeMoment& at);

// The next version after a change, or the newest one where nothing changes. All of them:
// FAILED_PRECONDITION, CAMPAIGN_STATE with the state as metadata where that does not allow it.
//
// FAILED_PRECONDITION, APPROVAL_REQUIRED when what it says has to be approved first.
absl::StatusOr<v1::Campaign> Activated(const CampaignRecord& record, const ChangeMoment& at);
absl::StatusOr<v1::Campaign> Paused(const CampaignRecord& record, const ChangeMoment& at);
// Without what waits for approval.
absl::StatusOr<v1::Campaign> Ended(const CampaignRecord& record, const ChangeMoment& at);
// `content` has been normalised. INVALID_ARGUMENT, CAMPAIGN_INVALID when it changes what must stay:
// effect, trigger and wallet type of a campaign that has been active.
absl::StatusOr<v1::Campaign> Replaced(const CampaignRecord& record, const v1::Campaign& content,
                                      const ChangeMoment& at);
// As Activated; INVALID_ARGUMENT, CAMPAIGN_INVALID for a start that is not in the future. Where
// campaigns are approved, so are their times: others than the approved ones are refused with
// APPROVAL_REQUIRED.
struct Schedule {
  absl::Time start;
  std::optional<absl::Time> end;  // absent: as it stands
};
absl::StatusOr<v1::Campaign> Scheduled(const CampaignRecord& record, const Schedule& schedule,
                                       const ChangeMoment& at);
// `author` has made content_version. FAILED_PRECONDITION, SECOND_PERSON_REQUIRED when that is the
// approver.
absl::StatusOr<v1::Campaign> Approved(const CampaignRecord& record, std::string_view author,
                                      std::string_view approver, const ChangeMoment& at);

// The version that last changed more than the state; campaigns of earlier releases do not say it
// and have only had one.
int32_t ContentVersion(const v1::Campaign& campaign);

}  // namespace laurel::members
