#include "members-svc/store/split_reads.h"

#include <utility>

#include "laurel/members/v1/order.pb.h"
#include "lib/status/error.h"

namespace laurel::members {

absl::StatusOr<std::vector<SplitDay>> ReadSplitDays(db::Tx& tx, const ProgramRules& rules,
                                                    const SplitReading& reading) {
  const absl::Duration window = absl::Minutes(rules.orders.visit_window_minutes);
  std::vector<SplitDay> days;
  // The orders come by bucket, and with that member by member: no more than those of a bucket are
  // held at once.
  std::vector<StorePurchase> purchases;
  const auto end_bucket = [&] {
    for (SplitDay& day : SplitDaysOf(purchases, window, rules.time_zone)) {
      days.push_back(std::move(day));
    }
    purchases.clear();
  };
  base::Uuid last;
  int64_t last_bucket = -1;
  int64_t count = 0;
  for (bool more = true; more;) {
    LAUREL_RETURN_IF_ERROR(reading.still_awaited());
    LAUREL_ASSIGN_OR_RETURN(const db::Rows rows,
                            tx.Query("read_orders_made_between", rules.program_id, reading.start,
                                     reading.end, last_bucket, last, reading.at_once));
    more = static_cast<int64_t>(rows.size()) == reading.at_once;
    count += static_cast<int64_t>(rows.size());
    if (count > reading.most) {
      return status::Refused("REPORT_TOO_LARGE",
                             "More than 500,000 orders: ask for shorter times.");
    }
    for (size_t i = 0; i < rows.size(); ++i) {
      if (rows[i].Int(0) != last_bucket) end_bucket();
      last_bucket = rows[i].Int(0);
      last = rows[i].Uuid(1);
      v1::Order order;
      if (!order.ParseFromString(rows[i].Bytes(4))) {
        return absl::InternalError("a stored order does not parse");
      }
      purchases.push_back({rows[i].Uuid(2), order.store(), rows[i].Int(3)});
    }
  }
  end_bucket();
  SortSplitDays(&days);
  return days;
}

}  // namespace laurel::members
