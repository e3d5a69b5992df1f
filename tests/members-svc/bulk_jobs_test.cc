// Bulk work: CreateJob, StartJob, PauseJob, CancelJob, GetJob, ListJobs, ListJobRows, and the
// driver.
#include "members-svc/jobs/bulk_jobs.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <future>

#include "google/rpc/error_details.pb.h"
#include "lib/status/error.h"
#include "members-svc/handlers/adjustment_handlers.h"
#include "members-svc/handlers/job_handlers.h"
#include "tests/members-svc/world.h"

namespace laurel::members::testing {
namespace {

using namespace handlers;  // NOLINT: the rpcs under test

server::Call As(const World& world, const std::string& who) {
  server::Call call = world.AsStaff();
  call.caller.subject = who;
  return call;
}

// A world in which one process drives jobs, and another can.
class BulkJobsTest : public ::testing::Test {
 protected:
  BulkJobsTest() {
    world_.database().Admin("DELETE FROM job_rows");
    world_.database().Admin("DELETE FROM jobs");
  }

  std::string NewMember() { return world_.Enrol("b" + std::to_string(++members_)).member_id(); }

  v1::CreateJobRequest Adjusting(const std::vector<std::pair<std::string, int64_t>>& rows) {
    v1::CreateJobRequest request;
    request.set_program_id(world_.program_id());
    request.set_request_id(world_.NewRequestId());
    request.set_kind(v1::JOB_KIND_ADJUST);
    request.set_reason("the shop burned down");
    for (const auto& [member, amount] : rows) {
      v1::JobRow& row = *request.add_rows();
      row.set_member_id(member);
      row.set_amount(amount);
    }
    return request;
  }
  absl::StatusOr<v1::Job> Create(const v1::CreateJobRequest& request,
                                 const std::string& who = "ann") {
    const auto answer = Ask(CreateJob, world_, As(world_, who), request);
    if (!answer.ok()) return answer.status();
    return answer->job();
  }
  template <typename Response, typename Request>
  absl::StatusOr<v1::Job> Tell(absl::Status (*handler)(const Deps&, const server::Call&,
                                                       const Request&, Response*),
                               const std::string& id, const std::string& who = "ann") {
    Request request;
    request.set_program_id(world_.program_id());
    request.set_job_id(id);
    const auto answer = Ask(handler, world_, As(world_, who), request);
    if (!answer.ok()) return answer.status();
    return answer->job();
  }
  std::vector<v1::JobRowResult> RowsOf(const std::string& id, int page_size = 1000) {
    v1::ListJobRowsRequest request;
    request.set_program_id(world_.program_id());
    request.set_job_id(id);
    request.set_page_size(page_size);
    std::vector<v1::JobRowResult> out;
    do {
      const auto page = Ask(ListJobRows, world_, world_.AsStaff(), request);
      EXPECT_TRUE(page.ok()) << page.status();
      EXPECT_LE(page->rows_size(), page_size);
      out.insert(out.end(), page->rows().begin(), page->rows().end());
      request.set_page_token(page->next_page_token());
    } while (!request.page_token().empty());
    return out;
  }
  int64_t ActiveOf(const std::string& member) {
    v1::ListBalancesRequest request;
    request.set_program_id(world_.program_id());
    request.set_member_id(member);
    return Ask(ListBalances, world_, world_.AsStaff(), request)->balances(0).active();
  }
  std::string EntriesOf(const std::string& member) {
    return world_.Look("SELECT count(*) FROM entries WHERE owner_id = '" +
                       base::ToString(*base::DecodeId("mem", member)) + "'");
  }
  BulkJobs Driver(BulkJobOptions options = {}) {
    return BulkJobs(world_.deps().pool, world_.clock(), world_.ids(), world_.deps().ledger,
                    options);
  }
  void RunAll() {
    BulkJobs driver = Driver();
    for (auto more = driver.Round();; more = driver.Round()) {
      ASSERT_TRUE(more.ok()) << more.status();
      if (!*more) return;
    }
  }

  World world_;
  static int members_;
};
int BulkJobsTest::members_ = 0;

TEST_F(BulkJobsTest, NothingMovesBeforeTheStartAndEachRowHasItsResult) {
  const std::string ada = NewMember();
  const std::string bob = NewMember();
  v1::CreateJobRequest request = Adjusting({{ada, 50}, {bob, -10}, {bob, 7}});
  request.mutable_rows(2)->set_reason("a gift");
  const auto job = Create(request);
  ASSERT_TRUE(job.ok()) << job.status();
  EXPECT_EQ(job->state(), v1::JOB_STATE_CREATED);
  EXPECT_EQ(job->total_amount(), 67);
  EXPECT_EQ(Create(request)->job_id(), job->job_id()) << "the same request again";
  RunAll();
  EXPECT_EQ(ActiveOf(ada), 0);
  ASSERT_TRUE(Tell(StartJob, job->job_id()).ok());
  RunAll();
  const auto done = Tell(GetJob, job->job_id());
  EXPECT_EQ(done->state(), v1::JOB_STATE_DONE);
  EXPECT_EQ(done->done_count(), 2);
  EXPECT_EQ(done->failed_count(), 1);
  EXPECT_EQ(done->points_moved(), 57);
  EXPECT_TRUE(done->has_end_time());
  const auto rows = RowsOf(job->job_id(), 2);
  ASSERT_EQ(rows.size(), 3U);
  EXPECT_EQ(rows[0].state(), v1::JOB_ROW_STATE_DONE);
  EXPECT_EQ(rows[0].points(), 50);
  EXPECT_FALSE(rows[0].entry_id().empty());
  EXPECT_EQ(rows[1].state(), v1::JOB_ROW_STATE_FAILED);
  EXPECT_EQ(rows[1].error_reason(), "INSUFFICIENT_POINTS");
  EXPECT_EQ(rows[2].row().reason(), "a gift");
  EXPECT_EQ(ActiveOf(ada), 50);
  EXPECT_EQ(ActiveOf(bob), 7);
  v1::ListEntriesRequest entries;
  entries.set_program_id(world_.program_id());
  entries.set_member_id(ada);
  const auto entry = Ask(ListEntries, world_, world_.AsStaff(), entries)->entries(0);
  EXPECT_EQ(entry.actor(), "staff:ann");
  EXPECT_EQ(entry.reason(), "the shop burned down");
  EXPECT_EQ(Tell(StartJob, job->job_id())->state(), v1::JOB_STATE_DONE) << "nothing to start";
}

TEST_F(BulkJobsTest, BadRowsAreNamedByIndexAndNothingIsStored) {
  const std::string ada = NewMember();
  const auto bad = Create(Adjusting({{ada, 5}, {"mem_01jd0000000000000000000000", 5}, {ada, 0}}));
  EXPECT_REASON(bad.status(), "JOB_ROWS_INVALID");
  EXPECT_THAT(std::string(bad.status().message()),
              ::testing::AllOf(::testing::HasSubstr("rows[1].memberId"),
                               ::testing::HasSubstr("rows[2].amount"),
                               ::testing::Not(::testing::HasSubstr("rows[0]"))));
  v1::CreateJobRequest accruals = Adjusting({{ada, 0}});
  accruals.set_kind(v1::JOB_KIND_ACTIVATE);
  EXPECT_REASON(Create(accruals).status(), "JOB_ROWS_INVALID");
  accruals.set_wallet_type("none");
  EXPECT_REASON(Create(accruals).status(), "WALLET_TYPE_NOT_FOUND");
  EXPECT_EQ(world_.Count("SELECT count(*) FROM jobs"), 0);
  EXPECT_REASON(Tell(GetJob, "job_01jd0000000000000000000000").status(), "JOB_NOT_FOUND");
}

TEST_F(BulkJobsTest, ATotalAboveTheLimitIsStartedByASecondPerson) {
  v1::SetAdjustmentLimitRequest limit;
  limit.set_program_id(world_.program_id());
  limit.set_request_id(world_.NewRequestId());
  limit.set_max_delta(100);
  ASSERT_TRUE(Ask(SetAdjustmentLimit, world_, world_.AsStaff(), limit).ok());
  const std::string ada = NewMember();
  const std::string bob = NewMember();
  const auto job = Create(Adjusting({{ada, 60}, {bob, 60}}));
  EXPECT_REASON(Tell(StartJob, job->job_id(), "ann").status(), "SECOND_PERSON_REQUIRED");
  RunAll();
  EXPECT_EQ(ActiveOf(ada), 0);
  const auto started = Tell(StartJob, job->job_id(), "cid");
  ASSERT_TRUE(started.ok()) << started.status();
  EXPECT_EQ(started->starter(), "staff:cid");
  RunAll();
  EXPECT_EQ(ActiveOf(ada) + ActiveOf(bob), 120);
  const auto late = Create(Adjusting({{ada, 60}, {bob, 60}}));
  world_.clock().Advance(absl::Hours(24));
  EXPECT_REASON(Tell(StartJob, late->job_id(), "cid").status(), "PROPOSAL_EXPIRED");
  const auto small = Create(Adjusting({{ada, 50}, {bob, 50}}));
  EXPECT_TRUE(Tell(StartJob, small->job_id(), "ann").ok()) << "within the limit one is enough";
}

TEST_F(BulkJobsTest, APausedJobGoesOnAndACancelledOneNever) {
  const std::string ada = NewMember();
  const auto job = Create(Adjusting({{ada, 1}, {ada, 2}, {ada, 4}}));
  EXPECT_REASON(Tell(PauseJob, job->job_id()).status(), "JOB_STATE");
  ASSERT_TRUE(Tell(StartJob, job->job_id()).ok());
  BulkJobs driver = Driver({.rows = 1});
  ASSERT_TRUE(*driver.Round());
  EXPECT_EQ(Tell(PauseJob, job->job_id())->done_count(), 1);
  EXPECT_FALSE(*driver.Round());
  EXPECT_EQ(ActiveOf(ada), 1);
  ASSERT_TRUE(Tell(StartJob, job->job_id()).ok());
  ASSERT_TRUE(*driver.Round());
  ASSERT_TRUE(Tell(CancelJob, job->job_id()).ok());
  EXPECT_FALSE(*driver.Round());
  EXPECT_EQ(ActiveOf(ada), 3);
  const auto rows = RowsOf(job->job_id());
  EXPECT_EQ(rows[1].state(), v1::JOB_ROW_STATE_DONE);
  EXPECT_EQ(rows[2].state(), v1::JOB_ROW_STATE_WAITING);
  EXPECT_REASON(Tell(StartJob, job->job_id()).status(), "JOB_STATE");
  EXPECT_TRUE(Tell(CancelJob, job->job_id()).ok()) << "cancelled again is cancelled";
}

TEST_F(BulkJobsTest, AfterACrashBetweenTheLedgerAndTheResultNoRowHappensTwice) {
  for (const int hours : {0, 24 * 6}) {  // days later an undated request id would be forgotten
    const std::string ada = NewMember();
    const auto job = Create(Adjusting({{ada, 10}, {ada, 20}}));
    ASSERT_TRUE(Tell(StartJob, job->job_id()).ok());
    BulkJobs driver = Driver();
    // As if the process had died before it wrote what the ledger had answered: the rows are open.
    world_.database().Admin(
        "ALTER TABLE job_rows ADD CONSTRAINT crash CHECK (state = 1) NOT VALID");
    EXPECT_FALSE(driver.Round().ok());
    world_.database().Admin("ALTER TABLE job_rows DROP CONSTRAINT crash");
    EXPECT_EQ(ActiveOf(ada), 30);
    EXPECT_EQ(Tell(GetJob, job->job_id())->done_count(), 0);
    BulkJobs other = Driver();
    EXPECT_FALSE(*other.Round()) << "the lease is the first one's";
    world_.clock().Advance(absl::Hours(hours));
    world_.database().Admin("UPDATE jobs SET until_us = 0");
    ASSERT_TRUE(*other.Round());
    EXPECT_EQ(ActiveOf(ada), 30);
    EXPECT_EQ(EntriesOf(ada), "2");
    const auto done = Tell(GetJob, job->job_id());
    EXPECT_EQ(done->state(), v1::JOB_STATE_DONE);
    EXPECT_EQ(done->points_moved(), 30);
  }
}

TEST_F(BulkJobsTest, RowsThatWereOpenAndNotCarriedOutAreDaysLater) {
  const std::string ada = NewMember();
  const auto job = Create(Adjusting({{ada, 10}, {ada, 20}}));
  ASSERT_TRUE(Tell(StartJob, job->job_id()).ok());
  // As if it had died before the ledger took the first row.
  const int64_t now_us = absl::ToUnixMicros(world_.clock().Now());
  world_.database().Admin("UPDATE jobs SET chunk_end = 2, chunk_us = " + std::to_string(now_us));
  world_.clock().Advance(absl::Hours(24 * 6));
  RunAll();
  EXPECT_EQ(ActiveOf(ada), 30);
  EXPECT_EQ(Tell(GetJob, job->job_id())->state(), v1::JOB_STATE_DONE);
}

TEST_F(BulkJobsTest, APausedJobsOpenRowsEndAndAreCounted) {
  const std::string ada = NewMember();
  const auto job = Create(Adjusting({{ada, 10}, {ada, 20}}));
  ASSERT_TRUE(Tell(StartJob, job->job_id()).ok());
  world_.database().Admin("UPDATE jobs SET chunk_end = 1, chunk_us = " +
                          std::to_string(absl::ToUnixMicros(world_.clock().Now())));
  ASSERT_TRUE(Tell(PauseJob, job->job_id()).ok());
  RunAll();
  const auto paused = Tell(GetJob, job->job_id());
  EXPECT_EQ(paused->state(), v1::JOB_STATE_PAUSED);
  EXPECT_EQ(paused->done_count(), 1);
  EXPECT_EQ(ActiveOf(ada), 10);
}

TEST_F(BulkJobsTest, ALostLeaseWritesNothing) {
  const std::string ada = NewMember();
  const auto job = Create(Adjusting({{ada, 10}, {ada, 20}, {ada, 40}}));
  ASSERT_TRUE(Tell(StartJob, job->job_id()).ok());
  BulkJobs slow = Driver({.rows = 1, .lease = -absl::Seconds(1)});
  BulkJobs other = Driver({.rows = 1});
  ASSERT_TRUE(*slow.Round());
  ASSERT_TRUE(*other.Round());
  EXPECT_FALSE(*slow.Round()) << "one process drives a job at a time";
  RunAll();
  for (auto more = other.Round(); *more; more = other.Round()) {
  }
  EXPECT_EQ(ActiveOf(ada), 70);
  EXPECT_EQ(EntriesOf(ada), "3");
}

TEST_F(BulkJobsTest, ExpireTakesWhatWouldExpireFirstOrAll) {
  const std::string ada = NewMember();
  const std::string bob = NewMember();
  const std::string cid = NewMember();
  const auto give = Create(Adjusting({{ada, 30}, {bob, 30}}));
  ASSERT_TRUE(Tell(StartJob, give->job_id()).ok());
  RunAll();
  v1::CreateJobRequest expire = Adjusting({{ada, 0}, {bob, 12}, {cid, 0}});
  expire.set_kind(v1::JOB_KIND_EXPIRE);
  const auto job = Create(expire);
  ASSERT_TRUE(job.ok()) << job.status();
  ASSERT_TRUE(Tell(StartJob, job->job_id()).ok());
  RunAll();
  EXPECT_EQ(ActiveOf(ada), 0);
  EXPECT_EQ(ActiveOf(bob), 18);
  const auto rows = RowsOf(job->job_id());
  EXPECT_EQ(rows[0].points(), 30);
  EXPECT_EQ(rows[2].error_reason(), "INSUFFICIENT_POINTS");
}

TEST_F(BulkJobsTest, ActivateAndCancelNameTheAccruals) {
  v1::CreateWalletTypeRequest type;
  type.set_program_id(world_.program_id());
  type.set_request_id(world_.NewRequestId());
  type.mutable_wallet_type()->set_code("waiting");
  type.mutable_wallet_type()->set_singular("point");
  type.mutable_wallet_type()->set_plural("points");
  type.mutable_wallet_type()->set_pending_event_days(10);
  ASSERT_TRUE(Ask(CreateWalletType, world_, world_.AsStaff(), type).ok());
  const std::string ada = NewMember();
  std::vector<std::string> accruals;
  for (int i = 0; i < 2; ++i) {
    v1::EarnPointsRequest earn;
    earn.set_program_id(world_.program_id());
    earn.set_member_id(ada);
    earn.set_request_id(world_.NewRequestId());
    earn.set_wallet_type("waiting");
    earn.set_amount(10 + i);
    v1::EarnPointsResponse response;
    std::promise<absl::Status> done;
    handlers::EarnPoints(world_.deps(), world_.AsStaff(), earn, &response,
                         [&done](absl::Status status) { done.set_value(std::move(status)); });
    ASSERT_TRUE(done.get_future().get().ok());
    accruals.push_back(response.entry().entry_id());
  }
  v1::CreateJobRequest twice = Adjusting({{ada, 0}, {ada, 0}});
  twice.set_wallet_type("waiting");
  twice.set_kind(v1::JOB_KIND_CANCEL);
  for (v1::JobRow& row : *twice.mutable_rows()) row.set_accrual_entry_id(accruals[0]);
  EXPECT_REASON(Create(twice).status(), "JOB_ROWS_INVALID");
  for (const auto& [kind, points] :
       {std::pair(v1::JOB_KIND_ACTIVATE, 10), std::pair(v1::JOB_KIND_CANCEL, 11)}) {
    v1::CreateJobRequest request = Adjusting({{ada, 0}});
    request.set_wallet_type("waiting");
    request.set_kind(kind);
    request.mutable_rows(0)->set_accrual_entry_id(accruals[static_cast<size_t>(points - 10)]);
    const auto job = Create(request);
    ASSERT_TRUE(job.ok()) << job.status();
    ASSERT_TRUE(Tell(StartJob, job->job_id()).ok());
    RunAll();
    EXPECT_EQ(Tell(GetJob, job->job_id())->points_moved(), points);
  }
}

TEST_F(BulkJobsTest, AreListedByStateAndPage) {
  const std::string ada = NewMember();
  std::vector<std::string> ids;
  for (int i = 0; i < 3; ++i) ids.push_back(Create(Adjusting({{ada, 1}}))->job_id());
  ASSERT_TRUE(Tell(CancelJob, ids[1]).ok());
  v1::ListJobsRequest request;
  request.set_program_id(world_.program_id());
  request.set_state(v1::JOB_STATE_CREATED);
  request.set_page_size(1);
  const auto first = Ask(ListJobs, world_, world_.AsStaff(), request);
  ASSERT_TRUE(first.ok()) << first.status();
  ASSERT_EQ(first->jobs_size(), 1);
  EXPECT_EQ(first->jobs(0).job_id(), ids[0]);
  request.set_page_token(first->next_page_token());
  const auto second = Ask(ListJobs, world_, world_.AsStaff(), request);
  ASSERT_TRUE(second.ok()) << second.status();
  EXPECT_EQ(second->jobs(0).job_id(), ids[2]);
  EXPECT_TRUE(second->next_page_token().empty());
}

}  // namespace
}  // namespace laurel::members::testing
