#include "members-svc/store/occasion_store.h"

#include <tuple>

#include "lib/base/bucket.h"

namespace laurel::members {
namespace {

// The columns of queue_occasions.
auto ColumnsOf(const std::vector<Occasion>& occasions, absl::Time now) {
  db::ColumnBuilder<int32_t> buckets;
  db::ColumnBuilder<base::Uuid> members, programs;
  db::ColumnBuilder<db::Bytes> keys, refs, attributes, values;
  db::ColumnBuilder<int64_t> occurs, creates;
  for (const Occasion& occasion : occasions) {
    buckets.Add(base::BucketOf(occasion.member_id));
    members.Add(occasion.member_id);
    keys.Add(db::Bytes{occasion.trigger_key});
    refs.Add(db::Bytes{occasion.ref});
    programs.Add(occasion.program_id);
    occurs.Add(occasion.occur_us);
    attributes.Add(db::Bytes{occasion.attribute});
    values.Add(db::Bytes{occasion.value});
    creates.Add(absl::ToUnixMicros(now));
  }
  return std::tuple(buckets.Take(), members.Take(), keys.Take(), refs.Take(), programs.Take(),
                    occurs.Take(), attributes.Take(), values.Take(), creates.Take());
}

}  // namespace

absl::Status QueueOccasions(db::Tx& tx, const std::vector<Occasion>& occasions, absl::Time now) {
  if (occasions.empty()) return absl::OkStatus();
  return std::apply(
      [&tx](const auto&... column) { return tx.Query("queue_occasions", column...).status(); },
      ColumnsOf(occasions, now));
}

void SendOccasions(db::Pipeline& tx, const std::vector<Occasion>& occasions, absl::Time now) {
  if (occasions.empty()) return;
  std::apply([&tx](const auto&... column) { tx.Send("queue_occasions", column...); },
             ColumnsOf(occasions, now));
}

absl::StatusOr<std::vector<Occasion>> ReadWaitingOccasions(db::Tx& tx, int64_t limit) {
  LAUREL_ASSIGN_OR_RETURN(const db::Rows rows, tx.Query("read_waiting_occasions", limit));
  std::vector<Occasion> out;
  out.reserve(rows.size());
  for (size_t i = 0; i < rows.size(); ++i) {
    const db::Row row = rows[i];
    out.push_back({.program_id = row.Uuid(4),
                   .member_id = row.Uuid(1),
                   .trigger_key = std::string(row.Text(2)),
                   .ref = std::string(row.Text(3)),
                   .occur_us = row.Int(5),
                   .attribute = std::string(row.Text(6)),
                   .value = std::string(row.Text(7))});
  }
  return out;
}

absl::Status EndOccasions(db::Tx& tx, const std::vector<EndedOccasion>& ended, absl::Time now) {
  if (ended.empty()) return absl::OkStatus();
  db::ArrayBuilder buckets, members, keys, refs, refusals;
  for (const EndedOccasion& one : ended) {
    buckets.Add(base::BucketOf(one.occasion->member_id));
    members.Add(one.occasion->member_id);
    keys.Add(std::string_view(one.occasion->trigger_key));
    refs.Add(std::string_view(one.occasion->ref));
    refusals.Add(std::string_view(one.refusal));
  }
  return tx
      .Query("end_occasions", now, buckets.Take(), members.Take(), keys.Take(), refs.Take(),
             refusals.Take())
      .status();
}

}  // namespace laurel::members
