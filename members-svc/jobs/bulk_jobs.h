// Carries out bulk jobs, some rows at a time, through the ledger's batches like any other command,
// with few rows in flight, so that writes of others take turns with it.
//
// Each row happens once. Before rows are carried out, the job's row says which and under what time;
// their request ids follow from job, row and that time. After a crash at any point, whoever holds
// the job's lease next asks the ledger for the same rows under the same ids: what had been carried
// out answers with its entry. One process drives a job at a time; a lease that runs out lets
// another take over, and its fence keeps the first from writing results. Several jobs take turns.
#pragma once

#include "absl/status/statusor.h"
#include "lib/base/clock.h"
#include "lib/base/uuid.h"
#include "lib/db/pool.h"
#include "members-svc/ledger/ledger.h"
#include "members-svc/store/job_store.h"

namespace laurel::members {

struct BulkJobOptions {
  int64_t rows = 128;  // under way at once
  absl::Duration lease = absl::Seconds(10);
};

class BulkJobs {
 public:
  // All must outlive it.
  BulkJobs(db::Pool& pool, const base::Clock& clock, base::IdSource& ids, Ledger& ledger,
           BulkJobOptions options = {});

  // Some rows of one job; false: no job is under way, or others drive them all. Errors: the
  // database's, or the ledger's when it gave no answer for any of the rows.
  absl::StatusOr<bool> Round();

 private:
  struct Work {
    JobRecord job;
    std::vector<JobRowRecord> rows;
    bool none = true;
  };
  absl::StatusOr<Work> Claim();
  // Opens the next rows, or reads those that are open.
  absl::Status ReadRows(db::Tx& tx, Work& work);
  // Rows were left open for so long that their ids may soon be forgotten: those that the ledger has
  // carried out get their entries, the others go under the present time.
  absl::Status Renew(db::Tx& tx, Work& work);
  // Sets the state of every row that the ledger gave a final answer for; the first other answer.
  absl::Status CarryOut(Work& work);
  // Writes what has come of the rows that have ended; `all`: none is open any more.
  absl::Status Record(db::Tx& tx, const JobRecord& job, const std::vector<JobRowRecord>& ended,
                      bool all);

  db::Pool& pool_;
  const base::Clock& clock_;
  Ledger& ledger_;
  const BulkJobOptions options_;
  const base::Uuid holder_;
};

}  // namespace laurel::members
