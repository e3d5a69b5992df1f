#include "members-svc/domain/campaign_life.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "google/protobuf/util/message_differencer.h"
#include "lib/base/timestamps.h"
#include "lib/status/error.h"

namespace laurel::members {
namespace {

// Between the version and the state in an etag.
constexpr const char* kStateInEtag = "-";

enum class Move { kActivate, kPause, kEnd, kReplace, kSchedule, kApprove };

absl::Status CheckMove(v1::CampaignState state, Move move) {
  const auto refuse = [state](const char* why) {
    return status::Refused("CAMPAIGN_STATE", why, {{"state", v1::CampaignState_Name(state)}});
  };
  if (state == v1::CAMPAIGN_STATE_ENDED && move != Move::kEnd) {
    return refuse("The campaign has ended; what has ended stays so.");
  }
  if (move == Move::kPause && state != v1::CAMPAIGN_STATE_ACTIVE &&
      state != v1::CAMPAIGN_STATE_SCHEDULED) {
    return refuse("The campaign is not active.");
  }
  if (move == Move::kSchedule && state == v1::CAMPAIGN_STATE_ACTIVE) {
    return refuse("The campaign runs already.");
  }
  return absl::OkStatus();
}

absl::Status ApprovalRequired() {
  return status::Refused("APPROVAL_REQUIRED",
                         "The programme wants campaigns approved by a second person.");
}

bool WaitsForApproval(const v1::Campaign& campaign, const ChangeMoment& at) {
  return at.needs_approval && campaign.approver().empty();
}

// The version after the newest one, with what `from` says.
v1::Campaign Next(const CampaignRecord& record, const v1::Campaign& from, const ChangeMoment& at) {
  v1::Campaign out = from;
  const v1::Campaign& newest = record.newest;
  out.set_version(newest.version() + 1);
  out.set_state(newest.state());
  out.set_content_version(ContentVersion(from));
  // Where nothing waits for approval the version that earns is the newest one, whatever it changes.
  const bool up_to_date = newest.live_version() == newest.version();
  out.set_live_version(up_to_date ? out.version() : newest.live_version());
  base::SetTimestamp(at.now, out.mutable_update_time());
  return out;
}

void ClearApproval(v1::Campaign* campaign) {
  campaign->clear_approver();
  campaign->clear_approve_time();
}

bool HasRun(const CampaignRecord& record) { return record.newest.live_version() != 0; }

}  // namespace

int32_t ContentVersion(const v1::Campaign& campaign) {
  return std::max(campaign.content_version(), 1);
}

v1::CampaignState StateAt(const CampaignRecord& record, absl::Time now) {
  const v1::CampaignState stored = record.newest.state();
  if (stored != v1::CAMPAIGN_STATE_ACTIVE && stored != v1::CAMPAIGN_STATE_PAUSED) return stored;
  const v1::Campaign& running = record.running();
  if (running.has_end_time() && base::FromTimestamp(running.end_time()) <= now) {
    return v1::CAMPAIGN_STATE_ENDED;
  }
  if (stored == v1::CAMPAIGN_STATE_ACTIVE && running.has_start_time() &&
      base::FromTimestamp(running.start_time()) > now) {
    return v1::CAMPAIGN_STATE_SCHEDULED;
  }
  return stored;
}

std::string CampaignEtag(const v1::Campaign& campaign) {
  return absl::StrCat("v", campaign.version());
}

v1::Campaign AsStored(v1::Campaign version) {
  version.set_content_version(ContentVersion(version));
  version.set_etag(CampaignEtag(version));
  return version;
}

v1::Campaign Shown(const CampaignRecord& record, absl::Time now) {
  v1::Campaign out = AsStored(record.newest);
  const v1::CampaignState state = StateAt(record, now);
  // What time has made of it is another answer than what was stored, though the version be the
  // same.
  if (state != out.state()) {
    out.set_etag(absl::StrCat(out.etag(), kStateInEtag, static_cast<int>(state)));
  }
  out.set_state(state);
  return out;
}

absl::Status CheckEtag(const CampaignRecord& record, std::string_view etag) {
  const std::string newest = CampaignEtag(record.newest);
  if (etag.substr(0, etag.find(kStateInEtag)) == newest) return absl::OkStatus();
  return status::Error(absl::StatusCode::kAborted, "CAMPAIGN_CHANGED",
                       "The campaign has a newer version.", {{"etag", newest}});
}

absl::StatusOr<v1::Campaign> FirstVersion(v1::Campaign campaign, bool active,
                                          const ChangeMoment& at) {
  if (active && at.needs_approval) return ApprovalRequired();
  campaign.set_version(1);
  campaign.set_content_version(1);
  campaign.set_state(active ? v1::CAMPAIGN_STATE_ACTIVE : v1::CAMPAIGN_STATE_DRAFT);
  campaign.set_live_version(active ? 1 : 0);
  base::SetTimestamp(at.now, campaign.mutable_create_time());
  base::SetTimestamp(at.now, campaign.mutable_update_time());
  return campaign;
}

absl::StatusOr<v1::Campaign> Activated(const CampaignRecord& record, const ChangeMoment& at) {
  LAUREL_RETURN_IF_ERROR(CheckMove(StateAt(record, at.now), Move::kActivate));
  if (record.newest.state() == v1::CAMPAIGN_STATE_ACTIVE) return record.newest;
  if (WaitsForApproval(record.newest, at)) return ApprovalRequired();
  v1::Campaign out = Next(record, record.newest, at);
  out.set_state(v1::CAMPAIGN_STATE_ACTIVE);
  out.set_live_version(out.version());
  return out;
}

absl::StatusOr<v1::Campaign> Paused(const CampaignRecord& record, const ChangeMoment& at) {
  LAUREL_RETURN_IF_ERROR(CheckMove(StateAt(record, at.now), Move::kPause));
  v1::Campaign out = Next(record, record.newest, at);
  out.set_state(v1::CAMPAIGN_STATE_PAUSED);
  return out;
}

absl::StatusOr<v1::Campaign> Ended(const CampaignRecord& record, const ChangeMoment& at) {
  const v1::CampaignState state = StateAt(record, at.now);
  LAUREL_RETURN_IF_ERROR(CheckMove(state, Move::kEnd));
  if (state == v1::CAMPAIGN_STATE_ENDED) return record.newest;
  v1::Campaign out = Next(record, record.running(), at);
  if (HasRun(record)) out.set_live_version(out.version());
  const bool begun =
      HasRun(record) && (!out.has_start_time() || base::FromTimestamp(out.start_time()) < at.now);
  if (begun) base::SetTimestamp(at.now, out.mutable_end_time());
  // One that begins at this very moment is active, and has no time before its end.
  if (!begun || state != v1::CAMPAIGN_STATE_ACTIVE) out.set_state(v1::CAMPAIGN_STATE_ENDED);
  return out;
}

absl::StatusOr<v1::Campaign> Replaced(const CampaignRecord& record, const v1::Campaign& content,
                                      const ChangeMoment& at) {
  LAUREL_RETURN_IF_ERROR(CheckMove(StateAt(record, at.now), Move::kReplace));
  if (HasRun(record)) {
    const v1::Campaign& before = record.running();
    std::vector<status::Violation> violations;
    const auto stays = [&](bool same, const char* field) {
      if (!same) {
        violations.push_back({field,
                              "stays as it is once the campaign has been active: what "
                              "members have had is counted by it"});
      }
    };
    stays(content.effect_case() == before.effect_case(), "campaign");
    // Not by their bytes: those of a map come in any order.
    stays(google::protobuf::util::MessageDifferencer::Equals(content.trigger(), before.trigger()),
          "campaign.trigger");
    stays(content.wallet_type() == before.wallet_type(), "campaign.walletType");
    if (!violations.empty()) return status::Invalid("CAMPAIGN_INVALID", violations);
  }
  v1::Campaign out = Next(record, content, at);
  out.set_campaign_id(record.newest.campaign_id());
  *out.mutable_create_time() = record.newest.create_time();
  out.set_content_version(out.version());
  ClearApproval(&out);
  if (at.needs_approval) {
    out.set_live_version(record.newest.live_version());
  } else if (HasRun(record)) {
    out.set_live_version(out.version());
  }
  return out;
}

absl::StatusOr<v1::Campaign> Scheduled(const CampaignRecord& record, const Schedule& schedule,
                                       const ChangeMoment& at) {
  LAUREL_RETURN_IF_ERROR(CheckMove(StateAt(record, at.now), Move::kSchedule));
  v1::Campaign content = record.newest;
  base::SetTimestamp(schedule.start, content.mutable_start_time());
  if (schedule.end) base::SetTimestamp(*schedule.end, content.mutable_end_time());
  std::vector<status::Violation> violations;
  if (schedule.start <= at.now) violations.push_back({"startTime", "must lie in the future"});
  if (content.has_end_time() && base::FromTimestamp(content.end_time()) <= schedule.start) {
    violations.push_back({"endTime", "must lie after startTime"});
  }
  if (!violations.empty()) return status::Invalid("CAMPAIGN_INVALID", violations);
  const bool other_times =
      !record.newest.has_start_time() ||
      base::FromTimestamp(record.newest.start_time()) != schedule.start ||
      (schedule.end && (!record.newest.has_end_time() ||
                        base::FromTimestamp(record.newest.end_time()) != *schedule.end));
  if (at.needs_approval && (other_times || WaitsForApproval(record.newest, at))) {
    return ApprovalRequired();
  }
  v1::Campaign out = Next(record, content, at);
  out.set_state(v1::CAMPAIGN_STATE_ACTIVE);
  out.set_live_version(out.version());
  if (other_times) {
    out.set_content_version(out.version());
    ClearApproval(&out);
  }
  return out;
}

absl::StatusOr<v1::Campaign> Approved(const CampaignRecord& record, std::string_view author,
                                      std::string_view approver, const ChangeMoment& at) {
  LAUREL_RETURN_IF_ERROR(CheckMove(StateAt(record, at.now), Move::kApprove));
  if (!record.newest.approver().empty()) return record.newest;
  if (author == approver) {
    return status::Refused("SECOND_PERSON_REQUIRED",
                           "Somebody else than who has made the change has to approve it.");
  }
  v1::Campaign out = Next(record, record.newest, at);
  out.set_approver(std::string(approver));
  base::SetTimestamp(at.now, out.mutable_approve_time());
  if (HasRun(record)) out.set_live_version(out.version());
  return out;
}

}  // namespace laurel::members
