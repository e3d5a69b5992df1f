#include "members-svc/store/report_reads.h"

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "laurel/members/v1/order_return.pb.h"
#include "lib/status/error.h"
#include "members-svc/store/replay_store.h"

namespace laurel::members {
namespace {

constexpr int64_t kDaysAtOnce = 16;
constexpr int64_t kFirstOrders = 512;  // of a day at first
constexpr int64_t kNextOrders = 4096;  // of a day that has more

absl::Status TooLarge() {
  return status::Refused("REPORT_TOO_LARGE",
                         "More than 500,000 orders: ask for shorter windows, their orders, points "
                         "and amounts add up.");
}

// By order, what has been returned of it in all.
using Returns = absl::flat_hash_map<base::Uuid, v1::OrderReturn>;

// A return is recorded after its order occurred, give or take a minute between two clocks.
absl::StatusOr<Returns> ReadReturns(db::Pool& pool, absl::Time deadline,
                                    const ReportedRange& range) {
  Returns out;
  const absl::Status read = pool.Read(deadline, [&](db::Tx& tx) -> absl::Status {
    out.clear();
    LAUREL_ASSIGN_OR_RETURN(const db::Rows rows, tx.Query("read_returns_since", range.program_id,
                                                          range.span.start - absl::Minutes(1),
                                                          range.now, kMostReported + 1));
    if (static_cast<int64_t>(rows.size()) > kMostReported) return TooLarge();
    for (size_t i = 0; i < rows.size(); ++i) {
      if (!out[rows[i].Uuid(0)].ParseFromString(rows[i].Bytes(1))) {
        return absl::InternalError("a stored return does not parse");
      }
    }
    return absl::OkStatus();
  });
  if (!read.ok()) return read;
  return out;
}

// Takes orders into the sums, until one cannot be taken.
class Taker {
 public:
  Taker(const Returns& returns, CampaignSums* sums) : returns_(returns), sums_(sums) {}

  void Take(const OrderRow& row) {
    if (!status_.ok()) return;
    if (++count_ > kMostReported) {
      status_ = TooLarge();
      return;
    }
    // One message for all: its memory is used again.
    if (!order_.ParseFromArray(row.content.data(), static_cast<int>(row.content.size()))) {
      status_ = absl::InternalError("a stored order does not parse");
      return;
    }
    const auto back = returns_.find(row.order_id);
    status_ = sums_->AddOrder(row.member_id, absl::FromUnixMicros(row.occur_us), order_,
                              back == returns_.end() ? nullptr : &back->second);
  }
  const absl::Status& status() const { return status_; }

 private:
  const Returns& returns_;
  CampaignSums* const sums_;
  int64_t count_ = 0;
  v1::Order order_;
  absl::Status status_;
};

}  // namespace

absl::Status ReadReportedOrders(db::Pool& pool, absl::Time deadline, const ReportedRange& range,
                                CampaignSums* sums) {
  if (range.span.end <= range.span.start) return absl::OkStatus();
  LAUREL_ASSIGN_OR_RETURN(const Returns returns, ReadReturns(pool, deadline, range));
  const ReplayedOrders which{.program_id = range.program_id,
                             .from_us = absl::ToUnixMicros(range.span.start),
                             .until_us = absl::ToUnixMicros(range.span.end),
                             .recorded_us = absl::ToUnixMicros(range.now),
                             .sample_every = 1};
  std::vector<int> days;
  LAUREL_RETURN_IF_ERROR(pool.Read(deadline, [&](db::Tx& tx) -> absl::Status {
    LAUREL_ASSIGN_OR_RETURN(days, DaysOfOrders(tx, which));
    return absl::OkStatus();
  }));
  Taker taker(returns, sums);
  const auto take = [&taker](const OrderRow& row) { taker.Take(row); };
  std::vector<std::pair<int, OrderPosition>> longer;
  for (size_t at = 0; at < days.size(); at += kDaysAtOnce) {
    std::vector<std::pair<int, OrderPosition>> group;
    const size_t end = std::min(days.size(), at + static_cast<size_t>(kDaysAtOnce));
    for (size_t i = at; i < end; ++i) group.push_back({days[i], {}});
    LAUREL_ASSIGN_OR_RETURN(const auto next, ReadOrders(pool, which, group, kFirstOrders, take));
    LAUREL_RETURN_IF_ERROR(taker.status());
    for (size_t i = 0; i < group.size(); ++i) {
      if (next[i]) longer.push_back({group[i].first, *next[i]});
    }
  }
  for (const auto& [day, first] : longer) {
    std::optional<OrderPosition> position = first;
    while (position) {
      LAUREL_ASSIGN_OR_RETURN(const auto next,
                              ReadOrders(pool, which, {{day, *position}}, kNextOrders, take));
      LAUREL_RETURN_IF_ERROR(taker.status());
      position = next[0];
    }
  }
  return absl::OkStatus();
}

absl::Status ReadReportedOccurrences(db::Pool& pool, absl::Time deadline,
                                     const ReportedRange& range, const std::string& campaign_id,
                                     CampaignSums* sums) {
  if (range.span.end <= range.span.start) return absl::OkStatus();
  std::vector<std::pair<base::Uuid, std::string>> occurrences;
  LAUREL_RETURN_IF_ERROR(pool.Read(deadline, [&](db::Tx& tx) -> absl::Status {
    occurrences.clear();
    LAUREL_ASSIGN_OR_RETURN(
        const db::Rows rows,
        tx.Query("read_campaign_occurrences", range.program_id, range.span.start, range.span.end,
                 range.now, db::Bytes{campaign_id}, kMostReported + 1));
    for (size_t i = 0; i < rows.size(); ++i) {
      occurrences.push_back({rows[i].Uuid(0), rows[i].Bytes(1)});
    }
    return absl::OkStatus();
  }));
  if (static_cast<int64_t>(occurrences.size()) > kMostReported) return TooLarge();
  for (const auto& [member, content] : occurrences) {
    v1::Activity occurrence;
    if (!occurrence.ParseFromString(content)) {
      return absl::InternalError("a stored occurrence does not parse");
    }
    LAUREL_RETURN_IF_ERROR(sums->AddOccurrence(member, occurrence));
  }
  return absl::OkStatus();
}

}  // namespace laurel::members
