// Bulk jobs and their rows in the database.
#pragma once

#include <optional>
#include <vector>

#include "absl/status/statusor.h"
#include "laurel/members/v1/job.pb.h"
#include "lib/base/uuid.h"
#include "lib/db/pool.h"

namespace laurel::members {

struct JobRecord {
  members::v1::Job job;
  base::Uuid program_id;
  base::Uuid job_id;
  int64_t fence = 0;                // of the lease
  std::optional<int64_t> chunk_us;  // rows before chunk_end are under way under this time
  int chunk_end = 0;
};
JobRecord JobOf(const db::Row& row);
// NOT_FOUND, JOB_NOT_FOUND.
absl::StatusOr<JobRecord> GetJobRecord(db::Tx& tx, const base::Uuid& program_id,
                                       const base::Uuid& job_id);

struct JobRowRecord {
  members::v1::JobRowResult result;
  base::Uuid member_id;
  base::Uuid accrual_id;  // zero: none
};
JobRowRecord JobRowOf(const db::Row& row);

// Stores a job that has been checked, and its rows.
absl::Status InsertJob(db::Tx& tx, const base::Uuid& program_id, const base::Uuid& job_id,
                       const std::string& wallet_type, const members::v1::CreateJobRequest& request,
                       std::string_view creator, absl::Time now);

// Writes what has come of rows that wait; each has its state. How many did wait.
absl::StatusOr<int64_t> RecordJobRows(db::Tx& tx, const JobRecord& job,
                                      const std::vector<JobRowRecord>& rows);

}  // namespace laurel::members
