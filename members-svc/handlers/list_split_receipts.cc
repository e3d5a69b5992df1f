#include <limits>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "lib/base/timestamps.h"
#include "lib/page/page.h"
#include "lib/status/error.h"
#include "members-svc/handlers/common.h"
#include "members-svc/handlers/handlers.h"
#include "members-svc/handlers/still_awaited.h"
#include "members-svc/store/campaign_cache.h"
#include "members-svc/store/split_reads.h"

namespace laurel::members::handlers {
namespace {

constexpr absl::Duration kLongest = absl::Hours(24 * 92);

struct Between {
  absl::Time start;
  absl::Time end;
};

absl::StatusOr<Between> TimesOf(const v1::ListSplitReceiptsRequest& request) {
  const Between times{base::FromTimestamp(request.start_time()),
                      base::FromTimestamp(request.end_time())};
  if (times.end <= times.start) {
    return status::InvalidRequest({{"endTime", "must be after startTime"}});
  }
  if (times.end - times.start > kLongest) {
    return status::InvalidRequest({{"endTime", "must be at most 92 days after startTime"}});
  }
  return times;
}

v1::SplitReceipt ReceiptOf(const SplitDay& day) {
  v1::SplitReceipt out;
  out.set_member_id(base::EncodeId("mem", day.member_id));
  out.set_store(day.store);
  out.mutable_day()->set_year(static_cast<int32_t>(day.day.year()));
  out.mutable_day()->set_month(day.day.month());
  out.mutable_day()->set_day(day.day.day());
  out.set_visit_count(day.visits);
  out.set_order_count(day.orders);
  out.set_max_orders_per_visit(day.max_orders);
  return out;
}

}  // namespace

absl::Status ListSplitReceipts(const Deps& deps, const server::Call& call,
                               const v1::ListSplitReceiptsRequest& request,
                               v1::ListSplitReceiptsResponse* response) {
  LAUREL_ASSIGN_OR_RETURN(const base::Uuid program, ProgramIdOf(request.program_id()));
  LAUREL_ASSIGN_OR_RETURN(const Between times, TimesOf(request));
  const std::string filter =
      absl::StrCat("ListSplitReceipts ", request.program_id(), " ", absl::ToUnixMicros(times.start),
                   " ", absl::ToUnixMicros(times.end));
  LAUREL_ASSIGN_OR_RETURN(const std::string position, page::Position(request.page_token(), filter));
  // Counted anew for every page: the position is a place in the list.
  size_t from = 0;
  if (!absl::SimpleAtoi(position, &from)) from = 0;
  const auto size = static_cast<size_t>(page::Size(request.page_size()));
  return deps.pool.Snapshot(call.deadline, [&](db::Tx& tx) -> absl::Status {
    response->Clear();
    LAUREL_ASSIGN_OR_RETURN(const auto rules, deps.campaigns.Current(tx, program));
    LAUREL_ASSIGN_OR_RETURN(
        const auto days,
        ReadSplitDays(tx, *rules,
                      {.start = times.start, .end = times.end, .still_awaited = [&call] {
                         return StillAwaited(call);
                       }}));
    for (size_t i = from; i < days.size() && i - from < size; ++i) {
      *response->add_receipts() = ReceiptOf(days[i]);
    }
    if (from + size < days.size()) {
      response->set_next_page_token(page::Token(std::to_string(from + size), filter));
    }
    return absl::OkStatus();
  });
}

}  // namespace laurel::members::handlers
