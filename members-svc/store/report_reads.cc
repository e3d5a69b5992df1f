#include "members-svc/store/report_reads.h"

#include <algorithm>
#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

#include "laurel/members/v1/order_return.pb.h"
#include "lib/status/error.h"
#include "members-svc/store/replay_store.h"

namespace laurel::members {
namespace {

constexpr size_t kDaysAtOnce = 16;

absl::Status TooLarge() {
  return status::Refused("REPORT_TOO_LARGE",
                         "More than 500,000 orders: ask for shorter windows, their orders, points "
                         "and amounts add up.");
}

// Takes orders into the sums, until one cannot be taken.
class Taker {
 public:
  Taker(int64_t most, CampaignSums* sums) : most_(most), sums_(sums) {}

  void Take(const OrderRow& row) {
    if (!status_.ok()) return;
    if (++count_ > most_) {
      status_ = TooLarge();
      return;
    }
    // One message of each for all: their memory is used again.
    if (!order_.ParseFromArray(row.content.data(), static_cast<int>(row.content.size()))) {
      status_ = absl::InternalError("a stored order does not parse");
      return;
    }
    if (row.newest_return && !return_.ParseFromArray(row.newest_return->data(),
                                                     static_cast<int>(row.newest_return->size()))) {
      status_ = absl::InternalError("a stored return does not parse");
      return;
    }
    status_ = sums_->AddOrder(row.member_id, absl::FromUnixMicros(row.occur_us), order_,
                              row.newest_return ? &return_ : nullptr);
  }
  const absl::Status& status() const { return status_; }

 private:
  const int64_t most_;
  CampaignSums* const sums_;
  int64_t count_ = 0;
  v1::Order order_;
  v1::OrderReturn return_;
  absl::Status status_;
};

}  // namespace

absl::Status ReadReportedOrders(db::Pool& pool, const ReportReading& reading,
                                const ReportedRange& range, CampaignSums* sums) {
  if (range.span.end <= range.span.start) return absl::OkStatus();
  const ReplayedOrders which{.program_id = range.program_id,
                             .from_us = absl::ToUnixMicros(range.span.start),
                             .until_us = absl::ToUnixMicros(range.span.end),
                             .recorded_us = absl::ToUnixMicros(range.now),
                             .sample_every = 1,
                             .with_returns = true};
  std::vector<int> days;
  LAUREL_RETURN_IF_ERROR(pool.Read(reading.deadline, [&](db::Tx& tx) -> absl::Status {
    LAUREL_ASSIGN_OR_RETURN(days, DaysOfOrders(tx, which));
    return absl::OkStatus();
  }));
  Taker taker(reading.most, sums);
  const auto take = [&taker](const OrderRow& row) { taker.Take(row); };
  using Group = std::vector<std::pair<int, OrderPosition>>;
  // Where the days of a group go on.
  const auto read = [&](const Group& group, int64_t limit) -> absl::StatusOr<Group> {
    LAUREL_RETURN_IF_ERROR(reading.still_awaited());
    LAUREL_ASSIGN_OR_RETURN(const auto next, ReadOrders(pool, which, group, limit, take));
    LAUREL_RETURN_IF_ERROR(taker.status());
    Group more;
    for (size_t i = 0; i < group.size(); ++i) {
      if (next[i]) more.push_back({group[i].first, *next[i]});
    }
    return more;
  };
  Group longer;
  for (size_t at = 0; at < days.size(); at += kDaysAtOnce) {
    Group group;
    const size_t end = std::min(days.size(), at + kDaysAtOnce);
    for (size_t i = at; i < end; ++i) group.push_back({days[i], {}});
    LAUREL_ASSIGN_OR_RETURN(const Group more, read(group, reading.first_orders));
    longer.insert(longer.end(), more.begin(), more.end());
  }
  for (const auto& day : longer) {
    Group rest{day};
    while (!rest.empty()) {
      LAUREL_ASSIGN_OR_RETURN(rest, read(rest, reading.next_rows));
    }
  }
  return absl::OkStatus();
}

absl::Status ReadReportedOccurrences(db::Pool& pool, const ReportReading& reading,
                                     const ReportedRange& range, const std::string& trigger_key,
                                     CampaignSums* sums) {
  if (range.span.end <= range.span.start) return absl::OkStatus();
  int64_t count = 0;
  // The place of the row that was read last.
  struct {
    absl::Time occur;
    int64_t bucket = -1;
    base::Uuid key = {};
  } at{range.span.start}, next = at;
  for (bool more = true; more;) {
    LAUREL_RETURN_IF_ERROR(reading.still_awaited());
    std::vector<std::pair<base::Uuid, std::string>> occurrences;
    LAUREL_RETURN_IF_ERROR(pool.Read(reading.deadline, [&](db::Tx& tx) -> absl::Status {
      occurrences.clear();
      LAUREL_ASSIGN_OR_RETURN(
          const db::Rows rows,
          tx.Query("read_triggered_occurrences", range.program_id, trigger_key, at.occur, at.bucket,
                   at.key, range.span.end, range.now, reading.next_rows));
      for (size_t i = 0; i < rows.size(); ++i) {
        occurrences.push_back({rows[i].Uuid(3), rows[i].Bytes(4)});
      }
      more = static_cast<int64_t>(rows.size()) == reading.next_rows;
      if (!rows.empty()) {
        const db::Row last = rows[rows.size() - 1];
        next = {last.Time(0), last.Int(1), last.Uuid(2)};
      }
      return absl::OkStatus();
    }));
    at = next;
    count += static_cast<int64_t>(occurrences.size());
    if (count > reading.most) return TooLarge();
    for (const auto& [member, content] : occurrences) {
      v1::Activity occurrence;
      if (!occurrence.ParseFromString(content)) {
        return absl::InternalError("a stored occurrence does not parse");
      }
      LAUREL_RETURN_IF_ERROR(sums->AddOccurrence(member, occurrence));
    }
  }
  return absl::OkStatus();
}

}  // namespace laurel::members
