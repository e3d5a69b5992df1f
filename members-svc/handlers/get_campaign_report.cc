#include <algorithm>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "lib/base/timestamps.h"
#include "lib/money/checked.h"
#include "lib/status/error.h"
#include "members-svc/domain/campaign_report.h"
#include "members-svc/domain/trigger.h"
#include "members-svc/handlers/campaign_life_handlers.h"
#include "members-svc/handlers/common.h"
#include "members-svc/handlers/still_awaited.h"
#include "members-svc/store/campaign_store.h"
#include "members-svc/store/report_reads.h"

namespace laurel::members::handlers {
namespace {

// What the request asks for, or the campaign's own time. INVALID_ARGUMENT, INVALID_REQUEST.
absl::StatusOr<TimeSpan> WindowOf(const v1::GetCampaignReportRequest& request,
                                  const v1::Campaign& campaign, absl::Time now) {
  TimeSpan out{absl::UnixEpoch(), now};
  if (campaign.has_start_time()) out.start = base::FromTimestamp(campaign.start_time());
  if (campaign.has_end_time()) out.end = std::min(now, base::FromTimestamp(campaign.end_time()));
  if (request.has_start_time()) out.start = base::FromTimestamp(request.start_time());
  if (request.has_end_time()) out.end = base::FromTimestamp(request.end_time());
  if ((request.has_start_time() || request.has_end_time()) && out.end <= out.start) {
    return status::InvalidRequest({{"endTime", "must lie after startTime"}});
  }
  out.end = std::max(out.start, out.end);
  return out;
}

// Everything that is to be read for the spans.
TimeSpan Reading(const CampaignSums::Spans& spans) {
  TimeSpan out = spans.window;
  for (const auto& span : {spans.run, spans.baseline}) {
    if (!span || span->end <= span->start) continue;
    out.start = std::min(out.start, span->start);
    out.end = std::max(out.end, span->end);
  }
  return out;
}

// What `points` cost; absent: nobody says it. OUT_OF_RANGE, POINTS_OVERFLOW.
absl::Status SetCost(const v1::GetCampaignReportRequest& request, const v1::Campaign& campaign,
                     v1::CampaignReport* report) {
  const int64_t rate = request.minor_units_per_thousand_points() != 0
                           ? request.minor_units_per_thousand_points()
                           : campaign.budget().minor_units_per_thousand_points();
  if (rate == 0) return absl::OkStatus();
  const int64_t sign = report->points() < 0 ? -1 : 1;
  const auto cost =
      money::MultiplyDivide(sign * report->points(), rate, 1000, money::Rounding::kHalfUp);
  if (!cost) {
    return status::Error(absl::StatusCode::kOutOfRange, "POINTS_OVERFLOW",
                         "The cost is more than can be counted.");
  }
  report->set_cost_minor_units(sign * *cost);
  return absl::OkStatus();
}

}  // namespace

absl::Status GetCampaignReport(const Deps& deps, const server::Call& call,
                               const v1::GetCampaignReportRequest& request,
                               v1::GetCampaignReportResponse* response) {
  LAUREL_ASSIGN_OR_RETURN(const base::Uuid program, ProgramIdOf(request.program_id()));
  const auto id = base::DecodeId("cmp", request.campaign_id());
  if (!id) return CampaignNotFound();
  const absl::Time now = deps.clock.Now();
  v1::Campaign campaign;
  LAUREL_RETURN_IF_ERROR(deps.pool.Read(call.deadline, [&](db::Tx& tx) -> absl::Status {
    LAUREL_ASSIGN_OR_RETURN(const CampaignRecord record, GetCampaignRecord(tx, program, *id));
    // What waits for approval has given nothing: times, goal and budget are those that hold.
    campaign = record.running();
    campaign.set_state(StateAt(record, now));
    return absl::OkStatus();
  }));
  CampaignSums::Spans spans;
  LAUREL_ASSIGN_OR_RETURN(spans.window, WindowOf(request, campaign, now));
  const bool with_goal =
      campaign.has_goal() && !request.has_start_time() && !request.has_end_time();
  if (with_goal) {
    spans.run = RunOf(campaign, now);
    spans.baseline = BaselineOf(campaign, now);
  }
  CampaignSums sums(campaign.campaign_id(), spans);
  const ReportedRange range{program, Reading(spans), now};
  const ReportReading reading{.deadline = call.deadline,
                              .still_awaited = [&call] { return StillAwaited(call); }};
  LAUREL_RETURN_IF_ERROR(ReadReportedOrders(deps.pool, reading, range, &sums));
  if (campaign.has_trigger()) {
    LAUREL_RETURN_IF_ERROR(ReadReportedOccurrences(deps.pool, reading, {program, spans.window, now},
                                                   TriggerKey(campaign.trigger()), &sums));
  }
  v1::CampaignReport& report = *response->mutable_report();
  report.set_campaign_id(campaign.campaign_id());
  if (campaign.has_start_time() || request.has_start_time()) {
    base::SetTimestamp(spans.window.start, report.mutable_start_time());
  }
  base::SetTimestamp(spans.window.end, report.mutable_end_time());
  sums.Fill(&report);
  if (with_goal) {
    *report.mutable_goal() = ReportGoal(campaign, now, sums.run(), sums.baseline());
  }
  return SetCost(request, campaign, &report);
}

}  // namespace laurel::members::handlers
