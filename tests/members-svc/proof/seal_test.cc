// Sealed roots: made once, by whoever is first, and proof against what the chain alone cannot show.
#include <gmock/gmock.h>

#include <thread>

#include "tests/members-svc/proof/history.h"

namespace laurel::members {
namespace {

using ::testing::HasSubstr;
using testing::History;
using testing::kStart;
using testing::Process;
using ::testing::Test;

class SealTest : public Test {
 protected:
  static void SetUpTestSuite() { world_ = new History; }
  static void TearDownTestSuite() { delete world_; }

  std::string Count(const std::string& what) {
    return world_->database.Admin("SELECT count(*) FROM sealed_roots WHERE " + what)[0];
  }
  static constexpr char kHour[] = "program_id = '00000000-0000-0000-0000-000000000000'";

  static History* world_;
};
History* SealTest::world_ = nullptr;

TEST_F(SealTest, AnHourIsSealedSomeMinutesAfterItsEndAndOnce) {
  const std::string member = world_->Enrol("sealed");
  world_->EarnMiles(member, 5, "a");
  world_->Seal();
  world_->clock.Advance(absl::Hours(1) + kSealAfter - absl::Seconds(1));
  EXPECT_EQ(world_->Seal(), 1) << "the empty hour before";
  EXPECT_EQ(Count("NOT " + std::string(kHour)), "0");
  world_->clock.Advance(absl::Seconds(1));
  EXPECT_EQ(world_->Seal(), 1);
  EXPECT_EQ(world_->Seal(), 0);
  EXPECT_EQ(Count("wallet_count = 1 AND NOT " + std::string(kHour)), "1");
  EXPECT_EQ(world_->VerifyText(), "");
}

TEST_F(SealTest, TwoProcessesAtOnceSealEachHourOnce) {
  const std::string member = world_->Enrol("twice");
  for (int i = 0; i < 6; ++i) {
    world_->EarnMiles(member, 5, "b" + std::to_string(i));
    world_->clock.Advance(absl::Hours(5));
  }
  Process other(world_->database, world_->clock);
  const auto seal_all = [this](db::Pool& pool) {
    for (;;) {
      const auto more = SealNextHour(pool, world_->clock);
      ASSERT_TRUE(more.ok()) << more.status();
      if (!*more) return;
    }
  };
  std::thread second([&] { seal_all(*other.pool); });
  seal_all(*world_->process->pool);
  second.join();
  EXPECT_EQ(Count("NOT " + std::string(kHour)), "7");
  EXPECT_EQ(world_->VerifyText(), "");
}

TEST_F(SealTest, ADeletedNewestEntryWithItsHeadRewrittenIsFoundAfterSealing) {
  const std::string member = world_->Enrol("rewritten");
  world_->EarnMiles(member, 5, "c1");
  world_->clock.Advance(absl::Hours(2));
  world_->EarnMiles(member, 6, "c2");
  const std::string owner = " owner_id = '" + History::OwnerOf(member) + "'";
  const auto rewrite = [&] {
    world_->database.Admin("CREATE TABLE kept AS SELECT * FROM entries WHERE seq = 2 AND" + owner);
    world_->database.Admin("CREATE TABLE kept_head AS SELECT * FROM wallets WHERE" + owner);
    world_->database.Admin("DELETE FROM entries WHERE seq = 2 AND" + owner);
    world_->database.Admin(
        "UPDATE wallets w SET seq = 1, active = 5, lifetime_earned = 5, last_us = e.create_us, "
        "hash = e.hash, lots = substring(w.lots for 16) || '\\x0000000000000005'::bytea "
        "FROM entries e WHERE e.owner_id = w.owner_id AND e.seq = 1 AND w." +
        owner.substr(1));
  };
  const auto restore = [&] {
    world_->database.Admin("INSERT INTO entries SELECT * FROM kept");
    world_->database.Admin("DELETE FROM wallets WHERE" + owner);
    world_->database.Admin("INSERT INTO wallets SELECT * FROM kept_head");
    world_->database.Admin("DROP TABLE kept, kept_head");
  };
  const std::string hour = world_->database.Admin(
      "SELECT to_char(to_timestamp(create_us / 1000000) AT TIME ZONE 'UTC', "
      "'YYYY-MM-DD\"T\"HH24:00:00\"Z\"') FROM entries WHERE seq = 2 AND" +
      owner)[0];
  rewrite();
  EXPECT_EQ(world_->VerifyText(), "") << "nothing is wrong within the wallet";
  restore();
  ASSERT_EQ(world_->VerifyText(), "");
  world_->clock.Advance(absl::Hours(2));
  world_->Seal();
  ASSERT_EQ(world_->VerifyText(), "");
  rewrite();
  const v1::VerifyLedgerResponse found = world_->Verify();
  ASSERT_EQ(found.faults_size(), 1) << found.DebugString();
  EXPECT_EQ(found.faults(0).what(),
            "the hour of " + hour + ": its wallets' newest entries are not those that were sealed");
  EXPECT_TRUE(world_->VerifyMember(member).valid()) << "a seal is of all members";
  restore();
  EXPECT_EQ(world_->VerifyText(), "");
}

TEST_F(SealTest, AnHourWithoutARowIsNamedThoughNothingWasRecordedInIt) {
  const std::string empty =
      "NOT EXISTS (SELECT FROM sealed_roots p WHERE p.start_us = s.start_us AND p." +
      std::string(kHour).replace(11, 1, "<>") + ")";
  for (const std::string& which : {std::string("min"), std::string("max")}) {
    const std::string row = " WHERE start_us = (SELECT " + which +
                            "(start_us) FROM sealed_roots s WHERE " + empty +
                            " AND start_us < (SELECT max(start_us) FROM sealed_roots))";
    const std::string hour = world_->database.Admin(
        "SELECT to_char(to_timestamp(start_us / 1000000) AT TIME ZONE 'UTC', "
        "'YYYY-MM-DD\"T\"HH24:00:00\"Z\"') FROM sealed_roots" +
        row)[0];
    world_->database.Admin("CREATE TABLE kept AS SELECT * FROM sealed_roots" + row);
    world_->database.Admin("DELETE FROM sealed_roots" + row);
    EXPECT_THAT(world_->VerifyText(), HasSubstr("the hour of " + hour + ": its seal is missing"));
    world_->database.Admin("INSERT INTO sealed_roots SELECT * FROM kept");
    world_->database.Admin("DROP TABLE kept");
    EXPECT_EQ(world_->VerifyText(), "");
  }
}

TEST_F(SealTest, RootsAreListedAndChained) {
  const auto page = [&](const std::string& token) {
    v1::ListSealedRootsRequest request;
    request.set_page_size(2);
    request.set_page_token(token);
    return world_->Ask(handlers::ListSealedRoots, request);
  };
  auto roots = page("");
  ASSERT_EQ(roots.roots_size(), 2);
  EXPECT_EQ(roots.roots(0).root().size(), 64U);
  EXPECT_GT(roots.roots(0).start_time().seconds(), roots.roots(1).start_time().seconds());
  int listed = 2;
  while (!roots.next_page_token().empty()) {
    roots = page(roots.next_page_token());
    listed += roots.roots_size();
  }
  EXPECT_EQ(std::to_string(listed), Count("NOT " + std::string(kHour)));
  // A seal taken out of the middle is missed, and the one after it hangs in the air.
  const std::string middle = "NOT " + std::string(kHour) +
                             " AND start_us = (SELECT min(start_us) FROM sealed_roots WHERE NOT " +
                             kHour + ")";
  world_->database.Admin("CREATE TABLE kept AS SELECT * FROM sealed_roots WHERE " + middle);
  world_->database.Admin("DELETE FROM sealed_roots WHERE " + middle);
  EXPECT_THAT(world_->VerifyText(), HasSubstr("its seal is missing"));
  world_->database.Admin("INSERT INTO sealed_roots SELECT * FROM kept");
  EXPECT_EQ(world_->VerifyText(), "");
}

TEST_F(SealTest, TheApplicationMayNotChangeASeal) {
  for (const char* right : {"UPDATE", "DELETE", "TRUNCATE"}) {
    EXPECT_EQ(world_->database.Admin("SELECT has_table_privilege('members_app', "
                                     "'members.sealed_roots', '" +
                                     std::string(right) + "')")[0],
              "f");
  }
}

}  // namespace
}  // namespace laurel::members
