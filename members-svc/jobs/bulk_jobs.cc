#include "members-svc/jobs/bulk_jobs.h"

#include <algorithm>
#include <map>

#include "absl/time/clock.h"
#include "lib/base/strings.h"
#include "lib/status/error.h"
#include "members-svc/ledger/answers.h"
#include "members-svc/ledger/request_key.h"
#include "members-svc/store/ledger_rows.h"

namespace laurel::members {
namespace {

// Request ids of the day of recording and the day after are found for good, others for 48 hours.
constexpr absl::Duration kRenewAfter = absl::Hours(12);

absl::Time Soon() { return absl::Now() + absl::Seconds(5); }

// The request id of a row that is carried out under the time of its chunk.
base::Uuid RequestIdOf(const JobRecord& job, const JobRowRecord& row) {
  base::Uuid id =
      base::HashedUuid("job row" + base::ToBytes(job.job_id) + std::to_string(row.result.index()));
  id.high = static_cast<uint64_t>(*job.chunk_us / 1000) << 16 | 0x7000 | (id.high & 0xFFF);
  id.low = 2ULL << 62 | (id.low & ~(3ULL << 62));
  return id;
}

std::string ActorOf(const v1::Job& job) {
  return job.starter() == job.creator() ? job.creator() : job.creator() + " " + job.starter();
}

Command CommandOf(const JobRecord& record, const JobRowRecord& row) {
  const v1::Job& job = record.job;
  Command command;
  command.program_id = record.program_id;
  command.member_id = row.member_id;
  command.request_id = base::ToString(RequestIdOf(record, row));
  command.request_key = RequestKeyOf({.program_id = base::EncodeId("prg", record.program_id),
                                      .principal = "job",
                                      .method = "BulkJob",
                                      .owner_id = row.result.row().member_id(),
                                      .request_id = command.request_id});
  command.content_hash = job.job_id() + "/" + std::to_string(row.result.index());
  command.wait_until = Soon();
  const std::string& own = row.result.row().reason();
  const std::string reason = own.empty() ? job.reason() : own;
  switch (job.kind()) {
    case v1::JOB_KIND_ADJUST:
      // Whether one person may was decided for the whole job when it was started.
      command.what = AdjustPoints{.wallet_type = job.wallet_type(),
                                  .delta = row.result.row().amount(),
                                  .reason = reason,
                                  .actor = ActorOf(job),
                                  .approved = true};
      break;
    case v1::JOB_KIND_EXPIRE:
      command.what = ExpirePoints{.wallet_type = job.wallet_type(),
                                  .amount = row.result.row().amount(),
                                  .reason = reason,
                                  .actor = ActorOf(job)};
      break;
    default:
      command.what = EndPending{.activate = job.kind() == v1::JOB_KIND_ACTIVATE,
                                .wallet_type = job.wallet_type(),
                                .accrual_entry_id = row.accrual_id,
                                .reason = reason,
                                .actor = ActorOf(job)};
  }
  return command;
}

void SetDone(const v1::Entry& entry, v1::JobRowResult& result) {
  result.set_state(v1::JOB_ROW_STATE_DONE);
  result.set_entry_id(entry.entry_id());
  result.set_points(std::max(std::abs(entry.active_delta()), std::abs(entry.pending_delta())));
}

void SetFailed(const absl::Status& refusal, v1::JobRowResult& result) {
  const std::string reason = status::ReasonOf(refusal);
  result.set_state(v1::JOB_ROW_STATE_FAILED);
  result.set_error_reason(reason.empty() ? absl::StatusCodeToString(refusal.code()) : reason);
  // What is wrong inside is for the log.
  if (!reason.empty()) result.set_error_message(std::string(base::FromAbsl(refusal.message())));
}

absl::Status OpenRows(db::Tx& tx, const JobRecord& job) {
  return tx
      .Query("open_job_rows", job.program_id, job.job_id, job.fence, *job.chunk_us, job.chunk_end)
      .status();
}

// Takes the rows that have ended out of `rows`.
std::vector<JobRowRecord> TakeEnded(std::vector<JobRowRecord>& rows) {
  const auto waits = std::stable_partition(rows.begin(), rows.end(), [](const JobRowRecord& row) {
    return row.result.state() != v1::JOB_ROW_STATE_WAITING;
  });
  std::vector<JobRowRecord> ended(std::make_move_iterator(rows.begin()),
                                  std::make_move_iterator(waits));
  rows.erase(rows.begin(), waits);
  return ended;
}

}  // namespace

BulkJobs::BulkJobs(db::Pool& pool, const base::Clock& clock, base::IdSource& ids, Ledger& ledger,
                   BulkJobOptions options)
    : pool_(pool),
      clock_(clock),
      ledger_(ledger),
      options_(options),
      holder_(ids.Next(clock.Now())) {}

absl::StatusOr<bool> BulkJobs::Round() {
  LAUREL_ASSIGN_OR_RETURN(Work work, Claim());
  if (work.none) return false;
  if (work.rows.empty()) return true;
  const absl::Status unanswered = CarryOut(work);
  const size_t count = work.rows.size();
  const std::vector<JobRowRecord> ended = TakeEnded(work.rows);
  LAUREL_RETURN_IF_ERROR(pool_.Transact(
      Soon(), [&](db::Tx& tx) { return Record(tx, work.job, ended, ended.size() == count); }));
  if (ended.empty()) return unanswered;
  return true;
}

absl::StatusOr<BulkJobs::Work> BulkJobs::Claim() {
  Work work;
  LAUREL_RETURN_IF_ERROR(pool_.Transact(Soon(), [&](db::Tx& tx) -> absl::Status {
    work = {};
    // The lease runs by the machine's clock: a manual clock that stands still must not freeze it.
    const absl::Time now = absl::Now();
    LAUREL_ASSIGN_OR_RETURN(const db::Rows rows,
                            tx.Query("claim_job", holder_, now, now + options_.lease));
    if (rows.empty()) return absl::OkStatus();
    work.none = false;
    work.job = JobOf(rows[0]);
    return ReadRows(tx, work);
  }));
  return work;
}

absl::Status BulkJobs::ReadRows(db::Tx& tx, Work& work) {
  JobRecord& job = work.job;
  const int end = job.chunk_us ? job.chunk_end : job.job.row_count();
  LAUREL_ASSIGN_OR_RETURN(const db::Rows rows, tx.Query("waiting_job_rows", job.program_id,
                                                        job.job_id, end, options_.rows));
  for (size_t i = 0; i < rows.size(); ++i) work.rows.push_back(JobRowOf(rows[i]));
  if (work.rows.empty()) return Record(tx, job, {}, true);
  const int64_t now_us = absl::ToUnixMicros(clock_.Now());
  if (job.chunk_us) {
    const bool old = now_us - *job.chunk_us > absl::ToInt64Microseconds(kRenewAfter);
    return old ? Renew(tx, work) : absl::OkStatus();
  }
  job.chunk_us = now_us;
  job.chunk_end = work.rows.back().result.index() + 1;
  return OpenRows(tx, job);
}

absl::Status BulkJobs::Renew(db::Tx& tx, Work& work) {
  db::ColumnBuilder<int32_t> days;
  db::ColumnBuilder<base::Uuid> keys;
  std::map<base::Uuid, JobRowRecord*> rows;
  for (JobRowRecord& row : work.rows) {
    const base::Uuid key = CommandOf(work.job, row).request_key;
    rows[key] = &row;
    for (const int day : DaysOf(key, clock_.Now())) {
      keys.Add(key);
      days.Add(day);
    }
  }
  LAUREL_ASSIGN_OR_RETURN(const db::Rows found,
                          tx.Query("find_entries_on_days", keys.Take(), days.Take()));
  for (size_t i = 0; i < found.size(); ++i) {
    LAUREL_ASSIGN_OR_RETURN(const WrittenEntry written, EntryOf(found[i]));
    SetDone(ToProto(written.wallet, work.job.job.wallet_type(), written.entry),
            rows.at(written.entry.request_key)->result);
  }
  const std::vector<JobRowRecord> ended = TakeEnded(work.rows);
  LAUREL_RETURN_IF_ERROR(Record(tx, work.job, ended, work.rows.empty()));
  if (work.rows.empty()) return absl::OkStatus();
  work.job.chunk_us = absl::ToUnixMicros(clock_.Now());
  return OpenRows(tx, work.job);
}

absl::Status BulkJobs::CarryOut(Work& work) {
  std::vector<Command> commands;
  commands.reserve(work.rows.size());
  for (const JobRowRecord& row : work.rows) commands.push_back(CommandOf(work.job, row));
  const auto outcomes = ledger_.RunAll(std::move(commands));
  absl::Status open;
  for (size_t i = 0; i < outcomes.size(); ++i) {
    v1::JobRowResult& result = work.rows[i].result;
    if (outcomes[i].ok()) {
      SetDone(std::get<v1::Entry>(*outcomes[i]), result);
    } else if (!MayBeRunAgain(outcomes[i].status())) {
      SetFailed(outcomes[i].status(), result);
    } else {
      open = outcomes[i].status();
    }
  }
  return open;
}

absl::Status BulkJobs::Record(db::Tx& tx, const JobRecord& job,
                              const std::vector<JobRowRecord>& ended, bool all) {
  int done = 0;
  int64_t points = 0;
  for (const JobRowRecord& row : ended) {
    if (row.result.state() == v1::JOB_ROW_STATE_DONE) ++done;
    points += row.result.points();
  }
  const int failed = static_cast<int>(ended.size()) - done;
  // First the job, guarded by the fence: whoever holds the lease now does all of this again.
  LAUREL_ASSIGN_OR_RETURN(const db::Rows closed,
                          tx.Query("close_job_rows", job.program_id, job.job_id, job.fence, done,
                                   failed, points, all, clock_.Now()));
  if (closed.affected() != 1) return absl::CancelledError("the job's lease is another's");
  if (ended.empty()) return absl::OkStatus();
  LAUREL_ASSIGN_OR_RETURN(const int64_t written, RecordJobRows(tx, job, ended));
  if (written == static_cast<int64_t>(ended.size())) return absl::OkStatus();
  return absl::InternalError("rows of a job have ended twice");
}

}  // namespace laurel::members
