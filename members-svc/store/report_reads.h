// What a campaign's report is counted from: stored orders with what has been returned of them, and
// what happened beside orders.
#pragma once

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
// More orders than these are not read for one report, nor so many returns or occurrences.
inline constexpr int64_t kMostReported = 500000;

// Gives the sums every order of members in the range with its newest return, partition by
// partition, in short transactions that cannot write. FAILED_PRECONDITION, REPORT_TOO_LARGE;
// DEADLINE_EXCEEDED.
absl::Status ReadReportedOrders(db::Pool& pool, absl::Time deadline, const ReportedRange& range,
                                CampaignSums* sums);
// What happened in the range beside orders and names the campaign. Errors as above.
absl::Status ReadReportedOccurrences(db::Pool& pool, absl::Time deadline,
                                     const ReportedRange& range, const std::string& campaign_id,
                                     CampaignSums* sums);

}  // namespace laurel::members
