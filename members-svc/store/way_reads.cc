#include "members-svc/store/way_reads.h"

#include <algorithm>
#include <utility>

#include "lib/base/bucket.h"
#include "lib/base/timestamps.h"
#include "lib/status/error.h"
#include "members-svc/domain/calendar.h"
#include "members-svc/store/activity_store.h"
#include "members-svc/store/campaign_store.h"
#include "members-svc/store/program_store.h"
#include "members-svc/store/tier_set_store.h"

namespace laurel::members {
namespace {

bool ValidAt(const v1::Campaign& campaign, absl::Time now) {
  if (campaign.has_start_time() && base::FromTimestamp(campaign.start_time()) > now) return false;
  return !campaign.has_end_time() || base::FromTimestamp(campaign.end_time()) > now;
}

// In running order: priority descending, then campaign id ascending, in which they come.
void Choose(std::vector<v1::Campaign> active, const WaysOf& of, WayReads* out) {
  for (v1::Campaign& campaign : active) {
    if (IsTold(campaign) && ValidAt(campaign, of.now)) {
      out->campaigns.push_back(std::move(campaign));
    }
  }
  std::stable_sort(
      out->campaigns.begin(), out->campaigns.end(),
      [](const v1::Campaign& a, const v1::Campaign& b) { return a.priority() > b.priority(); });
  if (out->campaigns.size() > of.most) out->campaigns.resize(of.most);
}

absl::Status ReadNames(db::Tx& tx, const base::Uuid& program_id, WayReads* out) {
  WayContext& context = out->context;
  LAUREL_ASSIGN_OR_RETURN(const auto sets, ListTierSetRows(tx, program_id));
  for (const StoredTierSet& set : sets) {
    const v1::TierSet& newest = set.newest();
    for (const v1::Tier& tier : newest.tiers()) {
      context.tier_names[{newest.code(), tier.code()}] = tier.display_name();
    }
    if (newest.metric() == v1::TIER_METRIC_POINTS_EARNED) {
      out->counted[newest.code()] = newest.wallet_type();
    }
  }
  LAUREL_ASSIGN_OR_RETURN(const auto types, ListActivityTypeRows(tx, program_id));
  for (const v1::ActivityType& type : types) {
    context.activity_names[type.code()] = type.display_name();
  }
  return absl::OkStatus();
}

absl::Status ReadHad(db::Tx& tx, const WaysOf& of, WayReads* out) {
  std::vector<const v1::Campaign*> limited;
  for (const v1::Campaign& campaign : out->campaigns) {
    if (campaign.member_limit().max_points() > 0) limited.push_back(&campaign);
  }
  if (limited.empty()) return absl::OkStatus();
  const auto id_of = [](const v1::Campaign* campaign) {
    return base::DecodeId("cmp", campaign->campaign_id()).value_or(base::Uuid{});
  };
  LAUREL_ASSIGN_OR_RETURN(
      const db::Rows rows,
      tx.Query("read_campaign_counters",
               db::ArrayOf(limited, [&](const auto*) { return base::BucketOf(of.member_id); }),
               db::ArrayOf(limited, [&](const auto*) { return of.member_id; }),
               db::ArrayOf(limited, id_of), db::ArrayOf(limited, [&](const auto* campaign) {
                 return absl::ToUnixMicros(
                     PeriodStart(campaign->member_limit().period(), of.now, out->context.zone));
               })));
  for (size_t i = 0; i < rows.size(); ++i) {
    out->had[base::EncodeId("cmp", rows[i].Uuid(1))] = rows[i].Int(3);
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<WayReads> ReadWays(db::Tx& tx, const WaysOf& of) {
  LAUREL_ASSIGN_OR_RETURN(const ProgramRow row, GetProgramRow(tx, of.program_id));
  WayReads out;
  out.context.language = ChooseLanguage(of.language, row.program.languages());
  out.context.currency_code = row.program.currency_code();
  if (!absl::LoadTimeZone(row.program.time_zone(), &out.context.zone)) {
    return absl::InternalError("time zone of a programme is unknown: " + row.program.time_zone());
  }
  LAUREL_ASSIGN_OR_RETURN(out.context.wallet_types, ListWalletTypeRows(tx, of.program_id));
  LAUREL_ASSIGN_OR_RETURN(auto active, ListActiveCampaignRows(tx, of.program_id));
  Choose(std::move(active), of, &out);
  LAUREL_RETURN_IF_ERROR(ReadNames(tx, of.program_id, &out));
  LAUREL_RETURN_IF_ERROR(ReadHad(tx, of, &out));
  return out;
}

}  // namespace laurel::members
