// A year of purchases, imported and then replayed: what it was given, and what more would cost.
#include <gtest/gtest.h>

#include <atomic>
#include <cstdlib>
#include <filesystem>

#include "cli/import/run.h"
#include "lib/base/timestamps.h"
#include "lib/status/error.h"
#include "members-svc/handlers/trial_handlers.h"
#include "members-svc/jobs/replay_orders.h"
#include "tests/cli/members_server.h"

namespace laurel::import {
namespace {

namespace pb = members::v1;

class ReplayYearTest : public ::testing::Test {
 protected:
  void Import(const std::string& folder) {
    RunOptions options;
    options.folder = folder;
    options.rejects_path = std::filesystem::temp_directory_path() / "laurel-replay-rejects";
    options.strict = true;
    options.send.program_id = program_;
    options.send.run_id = "replay";
    options.send.batch = 256;
    options.send.patience = absl::Seconds(10);
    ASSERT_EQ(RunImport(server_.Channel(), options), absl::OkStatus());
  }

  pb::Replay Replay(const std::vector<pb::Campaign>& drafts) {
    server::Call call;
    call.deadline = absl::Now() + absl::Seconds(30);
    call.caller.program_id = program_;
    call.caller.kind = laurel::api::v1::CALLER_KIND_STAFF;
    call.caller.subject = "ann";
    pb::CreateReplayRequest create;
    create.set_program_id(program_);
    create.set_request_id("replay " + std::to_string(++count_));
    base::SetTimestamp(absl::UnixEpoch(), create.mutable_start_time());
    base::SetTimestamp(end_, create.mutable_end_time());
    for (const pb::Campaign& draft : drafts) *create.add_drafts() = draft;
    pb::CreateReplayResponse created;
    EXPECT_EQ(members::handlers::CreateReplay(server_.deps(), call, create, &created),
              absl::OkStatus());
    const members::Deps& deps = server_.deps();
    members::ReplayOrders job({deps.pool, deps.clock, deps.ids, deps.campaigns});
    const std::atomic<bool> stopping = false;
    EXPECT_TRUE(job.Round(stopping).ok());
    pb::GetReplayRequest get;
    get.set_program_id(program_);
    get.set_replay_id(created.replay().replay_id());
    pb::GetReplayResponse got;
    EXPECT_EQ(members::handlers::GetReplay(deps, call, get, &got), absl::OkStatus());
    EXPECT_EQ(got.replay().state(), pb::REPLAY_STATE_DONE);
    return got.replay();
  }

  void ExpectYear(const std::string& folder, int64_t orders, int64_t members, int64_t points) {
    Import(folder);
    const pb::ReplayResult same = Replay({}).result();
    EXPECT_EQ(same.orders(), orders);
    EXPECT_EQ(same.members(), members);
    EXPECT_EQ(same.orders_changed(), 0);
    ASSERT_EQ(same.wallets_size(), 1);
    EXPECT_EQ(same.wallets(0).points_given(), points);
    EXPECT_EQ(same.wallets(0).points_replayed(), points);
    EXPECT_EQ(Replay({}).result().digest(), same.digest());
    // Twice as much for everybody.
    pb::Campaign twice;
    twice.set_display_name("twice");
    twice.mutable_multiplier()->set_factor_bps(20000);
    const pb::ReplayResult more = Replay({twice}).result();
    EXPECT_EQ(more.wallets(0).points_replayed(), 2 * points);
    EXPECT_EQ(more.wallets(0).losers_size(), 0);
    EXPECT_NE(more.digest(), same.digest());
  }

  testing::MembersServer server_;
  const std::string program_ = "prg_01jd000000000000000000000r";
  int count_ = 0;
  const absl::Time end_ = absl::Now() + absl::Hours(1);  // beyond what is imported
};

TEST_F(ReplayYearTest, MadeUpPurchases) { ExpectYear(LAUREL_TEST_DATA, 137, 39, 2870); }

TEST_F(ReplayYearTest, RealPurchases) {
  const char* folder = std::getenv("REAL_DATA");
  if (folder == nullptr) GTEST_SKIP() << "REAL_DATA names no real purchases";
  ExpectYear(folder, 47243, 2377, 209739);
}

}  // namespace
}  // namespace laurel::import
