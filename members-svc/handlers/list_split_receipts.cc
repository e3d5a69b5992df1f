#include <limits>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "lib/base/timestamps.h"
#include "lib/page/page.h"
#include "lib/status/error.h"
#include "members-svc/domain/visits.h"
#include "members-svc/handlers/common.h"
#include "members-svc/handlers/handlers.h"
#include "members-svc/store/campaign_cache.h"

namespace laurel::members::handlers {
namespace {

constexpr absl::Duration kLongest = absl::Hours(24 * 92);
constexpr int64_t kOrdersAtOnce = 5000;

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

// The split days of all orders of a programme in between. The orders come by bucket, and with that
// member by member: no more than a bucket of them is held at once.
class SplitReceipts {
 public:
  SplitReceipts(const ProgramRules& rules, const Between& times)
      : rules_(rules), times_(times), window_(absl::Minutes(rules.orders.visit_window_minutes)) {}

  absl::StatusOr<std::vector<SplitDay>> Read(db::Tx& tx) {
    base::Uuid last;
    int64_t last_bucket = -1;
    for (;;) {
      LAUREL_ASSIGN_OR_RETURN(const db::Rows rows,
                              tx.Query("read_orders_made_between", rules_.program_id, times_.start,
                                       times_.end, last_bucket, last, kOrdersAtOnce));
      for (size_t i = 0; i < rows.size(); ++i) {
        if (rows[i].Int(0) != last_bucket) EndBucket();
        last_bucket = rows[i].Int(0);
        last = rows[i].Uuid(1);
        v1::Order order;
        if (!order.ParseFromString(rows[i].Bytes(4))) {
          return absl::InternalError("a stored order does not parse");
        }
        purchases_.push_back({rows[i].Uuid(2), order.store(), rows[i].Int(3)});
      }
      if (static_cast<int64_t>(rows.size()) < kOrdersAtOnce) break;
    }
    EndBucket();
    SortSplitDays(&days_);
    return std::move(days_);
  }

 private:
  void EndBucket() {
    for (SplitDay& day : SplitDaysOf(purchases_, window_, rules_.time_zone)) {
      days_.push_back(std::move(day));
    }
    purchases_.clear();
  }

  const ProgramRules& rules_;
  const Between& times_;
  const absl::Duration window_;
  std::vector<StorePurchase> purchases_;  // of the bucket that is read
  std::vector<SplitDay> days_;
};

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
    LAUREL_ASSIGN_OR_RETURN(const auto days, SplitReceipts(*rules, times).Read(tx));
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
