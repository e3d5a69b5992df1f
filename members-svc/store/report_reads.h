// What a campaign's report is counted from: stored orders with what has been returned of them, and
// what happened beside orders.
#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "lib/base/uuid.h"
#include "lib/db/pool.h"
#include "members-svc/domain/campaign_report.h"

namespace laurel::members {

// What occurred in the span and was recorded before `now`.
struct ReportedRange {
  base::Uuid program_id;
  TimeSpan span;
  absl::Time now;
};
// More orders than these are not read for one report, nor so many occurrences.
inline constexpr int64_t kMostReported = 500000;

// How a report is read.
struct ReportReading {
  absl::Time deadline;
  // Asked before every page: what is not OK ends the reading, and is its answer.
  std::function<absl::Status()> still_awaited = [] { return absl::OkStatus(); };
  int64_t most = kMostReported;
  int64_t first_orders = 512;  // of a day at first
  int64_t next_rows = 4096;    // of a day that has more, and of occurrences
};

// Gives the sums every order of members in the range with its newest return, partition by
// partition, in short transactions that cannot write. FAILED_PRECONDITION, REPORT_TOO_LARGE; what
// `still_awaited` says.
absl::Status ReadReportedOrders(db::Pool& pool, const ReportReading& reading,
                                const ReportedRange& range, CampaignSums* sums);
// What happened in the range beside orders under a trigger's key (trigger.h). Errors as above.
absl::Status ReadReportedOccurrences(db::Pool& pool, const ReportReading& reading,
                                     const ReportedRange& range, const std::string& trigger_key,
                                     CampaignSums* sums);

}  // namespace laurel::members
