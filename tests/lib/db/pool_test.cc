// Connections and transactions against the real database: what is retried, what is told apart, and
// that a killed backend costs nobody an answer.
#include "lib/db/pool.h"

#include <gtest/gtest.h>

#include <limits>
#include <thread>

#include "absl/time/clock.h"
#include "lib/db/migrate.h"
#include "lib/db/pipeline.h"
#include "lib/status/error.h"
#include "tests/testing/database.h"

namespace laurel::db {
namespace {

const std::vector<SqlText> kMigrations = {
    {"0001_counters",
     "CREATE TABLE counters (id int PRIMARY KEY, value bigint NOT NULL CHECK (value >= 0), "
     "data bytea, at_us bigint); GRANT SELECT, INSERT, UPDATE ON counters TO {app};"}};
const std::vector<SqlText> kStatements = {
    {"insert_counter", "INSERT INTO counters (id, value, data, at_us) VALUES ($1, $2, $3, $4)"},
    {"get_counter", "SELECT value, data, at_us, NULL::bigint FROM counters WHERE id = $1"},
    {"set_counter", "UPDATE counters SET value = $2 WHERE id = $1"},
    {"wait", "SELECT pg_sleep($1)"},
    {"kill_me", "SELECT pg_terminate_backend(pg_backend_pid())"},
    {"backend", "SELECT pg_backend_pid()"},
    {"idle_limit", "SELECT current_setting('idle_in_transaction_session_timeout')"},
    {"set_idle_limit", "SELECT set_config('idle_in_transaction_session_timeout', '1', true)"},
    {"echo_columns",
     "SELECT a, b, c, d, e FROM unnest($1::smallint[], $2::int[], $3::bigint[], $4::uuid[], "
     "$5::bytea[]) AS k(a, b, c, d, e)"},
    {"make_day", "CREATE TABLE IF NOT EXISTS pg_temp.day_7 AS SELECT 7 AS id"},
    {"read_day", "SELECT id FROM pg_temp.day_{day} WHERE id = ANY ($1::int[])"}};

class PoolTest : public ::testing::Test {
 protected:
  PoolTest() : database_("members", kStatements, kMigrations, 2) {}
  Pool& pool() { return database_.pool(); }
  absl::Time Soon() { return absl::Now() + absl::Seconds(10); }
  testing::TestDatabase database_;
};

TEST_F(PoolTest, ValuesComeBackAsTheyWentIn) {
  const std::string bytes("\0\xff\"\\{},", 7);
  const absl::Time time = absl::FromUnixMicros(1700000000123456);
  ASSERT_TRUE(pool()
                  .Transact(Soon(),
                            [&](Tx& tx) {
                              return tx.Query("insert_counter", 1, 5, Bytes{bytes}, time).status();
                            })
                  .ok());
  ASSERT_TRUE(pool()
                  .Read(Soon(),
                        [&](Tx& tx) -> absl::Status {
                          LAUREL_ASSIGN_OR_RETURN(const Rows rows, tx.Query("get_counter", 1));
                          EXPECT_EQ(rows.size(), 1U);
                          EXPECT_EQ(rows[0].Int(0), 5);
                          EXPECT_EQ(rows[0].Bytes(1), bytes);
                          EXPECT_EQ(rows[0].Time(2), time);
                          EXPECT_TRUE(rows[0].IsNull(3));
                          return absl::OkStatus();
                        })
                  .ok());
}

TEST_F(PoolTest, ColumnsComeBackAsTheyWentIn) {
  const std::string bytes("\0\xff\"\\{},", 7);
  const base::Uuid id{0x0123456789abcdefULL, 0x8edcba9876543210ULL};
  ColumnBuilder<int16_t> small;
  ColumnBuilder<int32_t> medium;
  ColumnBuilder<int64_t> large;
  ColumnBuilder<base::Uuid> ids;
  ColumnBuilder<Bytes> texts;
  const auto rows_of = [&] {
    absl::StatusOr<Rows> rows = absl::UnknownError("not run");
    EXPECT_TRUE(pool()
                    .Read(Soon(),
                          [&](Tx& tx) {
                            rows = tx.Query("echo_columns", small.Take(), medium.Take(),
                                            large.Take(), ids.Take(), texts.Take());
                            return rows.status();
                          })
                    .ok());
    return *rows;
  };
  EXPECT_TRUE(rows_of().empty());
  for (const int sign : {1, -1}) {
    small.Add(static_cast<int16_t>(sign * 32767));
    medium.Add(sign * 2147483647);
    large.Add(sign * std::numeric_limits<int64_t>::max());
    ids.Add(id);
    texts.Add(Bytes{bytes});
  }
  small.AddNull();
  medium.Add(0);
  large.AddNull();
  ids.AddNull();
  texts.Add(Bytes{""});
  const Rows rows = rows_of();
  ASSERT_EQ(rows.size(), 3U);
  for (const size_t i : {0U, 1U}) {
    const int64_t sign = i == 0 ? 1 : -1;
    EXPECT_EQ(rows[i].Int(0), sign * 32767);
    EXPECT_EQ(rows[i].Int(1), sign * 2147483647);
    EXPECT_EQ(rows[i].Int(2), sign * std::numeric_limits<int64_t>::max());
    EXPECT_EQ(rows[i].Uuid(3), id);
    EXPECT_EQ(rows[i].Bytes(4), bytes);
  }
  EXPECT_TRUE(rows[2].IsNull(0));
  EXPECT_EQ(rows[2].Int(1), 0);
  EXPECT_TRUE(rows[2].IsNull(2));
  EXPECT_TRUE(rows[2].IsNull(3));
  EXPECT_EQ(rows[2].Bytes(4), "");
}

TEST_F(PoolTest, AStatementPerDayIsPreparedWhenADayIsFirstAskedFor) {
  const auto read = [&](Pipeline& tx, int day) -> absl::StatusOr<size_t> {
    ColumnBuilder<int32_t> ids;
    ids.Add(7);
    tx.SendDay("read_day", day, ids.Take());
    LAUREL_ASSIGN_OR_RETURN(const std::vector<Rows> rows, tx.Flush());
    return rows.back().size();
  };
  ASSERT_TRUE(pool()
                  .TransactOnce([&](Pipeline& tx) -> absl::Status {
                    LAUREL_RETURN_IF_ERROR(tx.Query("make_day").status());
                    for (int i = 0; i < 2; ++i) EXPECT_EQ(*read(tx, 7), 1U);
                    return absl::OkStatus();
                  })
                  .ok());
  EXPECT_EQ(pool().TransactOnce([&](Pipeline& tx) { return read(tx, 8).status(); }).code(),
            absl::StatusCode::kInternal);
}

TEST_F(PoolTest, AnErrorRollsBack) {
  const absl::Status refused = status::Error(absl::StatusCode::kFailedPrecondition, "NO", "no");
  EXPECT_EQ(pool().Transact(Soon(),
                            [&](Tx& tx) -> absl::Status {
                              LAUREL_RETURN_IF_ERROR(
                                  tx.Query("insert_counter", 2, 1, std::nullopt, 0).status());
                              return refused;
                            }),
            refused);
  ASSERT_TRUE(pool()
                  .Read(Soon(),
                        [&](Tx& tx) -> absl::Status {
                          LAUREL_ASSIGN_OR_RETURN(const Rows rows, tx.Query("get_counter", 2));
                          EXPECT_TRUE(rows.empty());
                          return absl::OkStatus();
                        })
                  .ok());
}

TEST_F(PoolTest, ErrorsAreToldApart) {
  const auto once = [&](int id, int value) {
    return pool().TransactOnce(
        [&](Tx& tx) { return tx.Query("insert_counter", id, value, std::nullopt, 0).status(); });
  };
  ASSERT_TRUE(once(3, 1).ok());
  EXPECT_EQ(once(3, 1).code(), absl::StatusCode::kAlreadyExists);
  EXPECT_EQ(once(4, -1).code(), absl::StatusCode::kInternal);
  EXPECT_TRUE(IsDatabaseError(once(4, -1)));
  EXPECT_EQ(SqlStateOf(once(4, -1)), "23514");
}

TEST_F(PoolTest, ADeadlineEndsAStatement) {
  const absl::Status late = pool().Read(absl::Now() + absl::Milliseconds(200),
                                        [&](Tx& tx) { return tx.Query("wait", "30").status(); });
  EXPECT_EQ(late.code(), absl::StatusCode::kDeadlineExceeded);
  EXPECT_TRUE(pool().Read(Soon(), [&](Tx& tx) { return tx.Query("wait", "0").status(); }).ok());
}

TEST_F(PoolTest, WaitingForAConnectionEndsAtTheDeadline) {
  std::thread holder([&] {
    EXPECT_TRUE(pool()
                    .Read(Soon(),
                          [&](Tx&) {
                            return pool().Read(Soon(), [&](Tx&) {
                              // Both connections are held.
                              EXPECT_EQ(pool()
                                            .Read(absl::Now() + absl::Milliseconds(50),
                                                  [](Tx&) { return absl::OkStatus(); })
                                            .code(),
                                        absl::StatusCode::kDeadlineExceeded);
                              return absl::OkStatus();
                            });
                          })
                    .ok());
  });
  holder.join();
}

TEST_F(PoolTest, AKilledBackendIsReplacedAndTheTransactionRunAgain) {
  int runs = 0;
  EXPECT_TRUE(pool()
                  .Transact(Soon(),
                            [&](Tx& tx) -> absl::Status {
                              if (++runs == 1) return tx.Query("kill_me").status();
                              return tx.Query("insert_counter", 9, 1, std::nullopt, 0).status();
                            })
                  .ok());
  EXPECT_EQ(runs, 2);
}

TEST_F(PoolTest, ATransactionThatWasForgottenIsEndedByTheServerAndRunAgain) {
  int runs = 0;
  const absl::Status done = pool().Transact(Soon(), [&](Tx& tx) -> absl::Status {
    LAUREL_ASSIGN_OR_RETURN(const Rows limit, tx.Query("idle_limit"));
    EXPECT_EQ(limit[0].Text(0), "1min");
    LAUREL_ASSIGN_OR_RETURN(const Rows backend, tx.Query("backend"));
    if (++runs == 1) {
      const std::string pid = std::to_string(backend[0].Int(0));
      LAUREL_RETURN_IF_ERROR(tx.Query("set_idle_limit").status());
      // As if this process had been stopped for longer than the limit.
      while (database_.Admin("SELECT count(*) FROM pg_stat_activity WHERE pid = " + pid)[0] !=
             "0") {
      }
    }
    return tx.Query("insert_counter", 9, 1, std::nullopt, 0).status();
  });
  EXPECT_TRUE(done.ok()) << done;
  EXPECT_EQ(runs, 2);
}

TEST_F(PoolTest, ConnectionsThatDiedIdleAreNoticed) {
  for (int i = 0; i < 2; ++i) {
    ASSERT_TRUE(pool().Read(Soon(), [&](Tx& tx) { return tx.Query("backend").status(); }).ok());
  }
  database_.Admin(
      "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() "
      "AND usename = 'members_app'");
  EXPECT_TRUE(pool().Read(Soon(), [&](Tx& tx) { return tx.Query("backend").status(); }).ok());
}

TEST_F(PoolTest, ConflictsAreRunAgainAndRefusalsAreNot) {
  int runs = 0;
  EXPECT_TRUE(pool()
                  .Transact(Soon(),
                            [&](Tx&) {
                              return ++runs < 3 ? Conflict("somebody was faster")
                                                : absl::OkStatus();
                            })
                  .ok());
  EXPECT_EQ(runs, 3);
}

TEST_F(PoolTest, ABrokenStatementStopsTheStart) {
  const auto pool =
      Pool::Open({.dsn = database_.app_dsn()}, {{"broken", "SELECT no_such_column FROM counters"}});
  EXPECT_FALSE(pool.ok());
}

TEST_F(PoolTest, AMigrationIsAppliedOnceAndNeverEdited) {
  std::vector<std::string> applied;
  EXPECT_TRUE(Migrate(database_.owner_dsn(), "members_app", kMigrations, &applied).ok());
  EXPECT_TRUE(applied.empty());
  EXPECT_FALSE(
      Migrate(database_.owner_dsn(), "members_app", {{"0001_counters", "SELECT 1"}}, &applied)
          .ok());
}

}  // namespace
}  // namespace laurel::db
