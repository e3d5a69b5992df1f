#include "members-svc/store/job_store.h"

#include "lib/base/timestamps.h"
#include "lib/status/error.h"
#include "members-svc/domain/job_rows.h"

namespace laurel::members {

JobRecord JobOf(const db::Row& row) {
  JobRecord out;
  out.program_id = row.Uuid(0);
  out.job_id = row.Uuid(1);
  v1::Job& job = out.job;
  job.set_job_id(base::EncodeId("job", out.job_id));
  job.set_kind(static_cast<v1::JobKind>(row.Int(2)));
  job.set_wallet_type(std::string(row.Text(3)));
  job.set_reason(std::string(row.Text(4)));
  job.set_state(static_cast<v1::JobState>(row.Int(5)));
  job.set_creator(std::string(row.Text(6)));
  if (!row.IsNull(7)) job.set_starter(std::string(row.Text(7)));
  job.set_row_count(static_cast<int32_t>(row.Int(8)));
  job.set_done_count(static_cast<int32_t>(row.Int(9)));
  job.set_failed_count(static_cast<int32_t>(row.Int(10)));
  job.set_points_moved(row.Int(11));
  job.set_total_amount(row.Int(12));
  base::SetTimestamp(row.Time(13), job.mutable_create_time());
  if (!row.IsNull(14)) base::SetTimestamp(row.Time(14), job.mutable_start_time());
  if (!row.IsNull(15)) base::SetTimestamp(row.Time(15), job.mutable_end_time());
  out.fence = row.Int(16);
  if (!row.IsNull(17)) out.chunk_us = row.Int(17);
  if (!row.IsNull(18)) out.chunk_end = static_cast<int>(row.Int(18));
  return out;
}

absl::StatusOr<JobRecord> GetJobRecord(db::Tx& tx, const base::Uuid& program_id,
                                       const base::Uuid& job_id) {
  LAUREL_ASSIGN_OR_RETURN(const db::Rows rows, tx.Query("find_job", program_id, job_id));
  if (rows.empty()) return status::NotFound("JOB_NOT_FOUND", "There is no such job.");
  return JobOf(rows[0]);
}

JobRowRecord JobRowOf(const db::Row& row) {
  JobRowRecord out;
  out.member_id = row.Uuid(1);
  out.accrual_id = row.OptionalUuid(2).value_or(base::Uuid{});
  v1::JobRowResult& result = out.result;
  result.set_index(static_cast<int32_t>(row.Int(0)));
  result.mutable_row()->set_member_id(base::EncodeId("mem", out.member_id));
  if (!out.accrual_id.IsZero()) {
    result.mutable_row()->set_accrual_entry_id(base::EncodeId("ent", out.accrual_id));
  }
  result.mutable_row()->set_amount(row.Int(3));
  result.mutable_row()->set_reason(std::string(row.Text(4)));
  result.set_state(static_cast<v1::JobRowState>(row.Int(5)));
  if (const auto entry = row.OptionalUuid(6)) result.set_entry_id(base::EncodeId("ent", *entry));
  result.set_points(row.Int(7));
  if (!row.IsNull(8)) result.set_error_reason(std::string(row.Text(8)));
  if (!row.IsNull(9)) result.set_error_message(std::string(row.Text(9)));
  return out;
}

absl::Status InsertJob(db::Tx& tx, const base::Uuid& program_id, const base::Uuid& job_id,
                       const std::string& wallet_type, const v1::CreateJobRequest& request,
                       std::string_view creator, absl::Time now) {
  LAUREL_RETURN_IF_ERROR(tx.Query("insert_job", program_id, job_id,
                                  static_cast<int>(request.kind()), wallet_type, request.reason(),
                                  creator, request.rows_size(), TotalOf(request), now)
                             .status());
  db::ArrayBuilder numbers, members, accruals, amounts, reasons;
  for (int i = 0; i < request.rows_size(); ++i) {
    const v1::JobRow& row = request.rows(i);
    numbers.Add(i);
    members.Add(base::DecodeId("mem", row.member_id()).value_or(base::Uuid{}));
    if (const auto accrual = base::DecodeId("ent", row.accrual_entry_id())) {
      accruals.Add(*accrual);
    } else {
      accruals.AddNull();
    }
    amounts.Add(row.amount());
    reasons.Add(std::string_view(row.reason()));
  }
  return tx
      .Query("insert_job_rows", program_id, job_id, numbers.Take(), members.Take(), accruals.Take(),
             amounts.Take(), reasons.Take())
      .status();
}

absl::StatusOr<int64_t> RecordJobRows(db::Tx& tx, const JobRecord& job,
                                      const std::vector<JobRowRecord>& rows) {
  db::ArrayBuilder numbers, states, entries, points, reasons, messages;
  for (const JobRowRecord& row : rows) {
    const v1::JobRowResult& result = row.result;
    numbers.Add(result.index());
    states.Add(static_cast<int>(result.state()));
    if (const auto entry = base::DecodeId("ent", result.entry_id())) {
      entries.Add(*entry);
      reasons.AddNull();
      messages.AddNull();
    } else {
      entries.AddNull();
      reasons.Add(std::string_view(result.error_reason()));
      messages.Add(std::string_view(result.error_message()));
    }
    points.Add(result.points());
  }
  LAUREL_ASSIGN_OR_RETURN(
      const db::Rows written,
      tx.Query("record_job_rows", job.program_id, job.job_id, numbers.Take(), states.Take(),
               entries.Take(), points.Take(), reasons.Take(), messages.Take()));
  return static_cast<int64_t>(written.affected());
}

}  // namespace laurel::members
