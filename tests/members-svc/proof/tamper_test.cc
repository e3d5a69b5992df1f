// What a superuser changes in the ledger is named: every column of every ledger table there is, one
// at a time, read from the catalogue, so that a new column cannot be forgotten.
#include <map>
#include <set>
#include <vector>

#include "tests/members-svc/proof/history.h"

namespace laurel::members {
namespace {

using testing::History;

// Rows that VerifyLedger proves. A column that it cannot would be listed here, and with its reason
// in docs/invariants.md.
struct Proved {
  std::string table;
  std::string rows = "true";
};
const std::vector<Proved> kTables = {
    {"entries"},
    {"wallets"},
    {"orders"},
    {"reservations"},
    {"refunds"},
    {"sealed_roots", "program_id = '00000000-0000-0000-0000-000000000000'"},
    {"sealed_roots", "program_id <> '00000000-0000-0000-0000-000000000000'"},
};

// All others, with why nothing in them is proved: the rules and people that entries only name, what
// decides about requests to come, and what is under way.
const std::map<std::string, std::string> kOtherTables = {
    {"programs", "rules"},
    {"wallet_types", "rules"},
    {"campaigns", "rules"},
    {"campaign_versions", "rules; an explanation that no longer gives the amount shows a change"},
    {"members", "people"},
    {"member_directory", "people"},
    {"household_members", "people"},
    {"api_clients", "access"},
    {"api_keys", "access"},
    {"order_directory", "which external ids are taken"},
    {"campaign_counters", "what limits have left"},
    {"entry_marks", "what may still be taken back or reinstated"},
    {"adjustments", "proposals; what was carried out is an entry"},
    {"adjustment_limits", "rules"},
    {"jobs", "how far bulk work is; what was carried out is an entry"},
    {"daily_runs", "how far the daily work is"},
    {"job_rows", "lists; what was carried out is an entry"},
    {"request_keys", "answers to repeated requests"},
    {"outbox", "events under way"},
    {"outbox_leases", "who delivers"},
    {"inbox_events", "events of others that were taken"},
    {"inbox_fences", "who delivered"},
    {"schema_migrations", "the schema"},
};

class TamperTest : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    world_ = new History;
    world_->MakeCampaign("points");
    member_ = world_->Live("victim");
    world_->Live("neighbour");
    world_->clock.Advance(absl::Hours(24 * 40));
    // Settles: the rest expires.
    world_->EarnMiles(member_, 1, "m1");
    EXPECT_TRUE(world_->Earn(member_, 5, "p1").ok());
    world_->clock.Advance(absl::Hours(2));
    world_->Seal();
    // A superuser is held by no constraint, and moves rows to days as he likes.
    world_->database.Admin(
        "SELECT ensure_day(day + 1000) FROM (SELECT day FROM entries UNION "
        "SELECT day FROM orders) AS days");
    world_->database.Admin(
        "DO $$ DECLARE c record; BEGIN FOR c IN SELECT conrelid::regclass AS t, conname FROM "
        "pg_constraint WHERE contype = 'c' AND coninhcount = 0 AND connamespace = "
        "'members'::regnamespace LOOP EXECUTE format('ALTER TABLE %s DROP CONSTRAINT %I', c.t, "
        "c.conname); END LOOP; END $$");
  }
  static void TearDownTestSuite() { delete world_; }

  struct Column {
    std::string name;
    std::string type;
  };
  static std::vector<Column> ColumnsOf(const std::string& table) {
    std::vector<Column> out;
    for (const std::string& both : world_->database.Admin(
             "SELECT attname || ' ' || format_type(atttypid, NULL) FROM pg_attribute WHERE "
             "attrelid = 'members." +
             table + "'::regclass AND attnum > 0 AND NOT attisdropped ORDER BY attnum")) {
      out.push_back({both.substr(0, both.find(' ')), both.substr(both.find(' ') + 1)});
    }
    return out;
  }

  // A value beside the one that is there.
  static std::string Other(const Column& column) {
    if (column.type == "bytea") {
      return "set_byte(" + column.name + ", length(" + column.name + ") - 1, (get_byte(" +
             column.name + ", length(" + column.name + ") - 1) + 1) % 256)";
    }
    if (column.type == "uuid") return "'01890000-0000-7000-8000-000000000001'::uuid";
    // The greatest number stands for never.
    if (column.name == "next_due_us") return column.name + " - 1000";
    return column.name + " + 1000";
  }

  static std::string Quoted(const std::string& text) { return "'" + text + "'"; }

  static History* world_;
  static std::string member_;
};
History* TamperTest::world_ = nullptr;
std::string TamperTest::member_;

TEST_F(TamperTest, EveryColumnOfEveryLedgerTable) {
  ASSERT_EQ(world_->VerifyText(), "");
  for (const auto& [table, which] : kTables) {
    const auto columns = ColumnsOf(table);
    ASSERT_GE(columns.size(), 6U) << table;
    for (const Column& column : columns) {
      SCOPED_TRACE(table + "." + column.name);
      const auto rows = world_->database.Admin(
          "SELECT t::text FROM " + table + " t WHERE " + which + " AND " + column.name +
          " IS NOT NULL" + (column.type == "bytea" ? " AND length(" + column.name + ") > 0" : "") +
          " ORDER BY 1 LIMIT 1");
      ASSERT_EQ(rows.size(), 1U) << "no row with a value to change";
      const std::string row = " WHERE t::text = " + Quoted(rows[0]);
      const std::string old =
          world_->database.Admin("SELECT " + column.name + "::text FROM " + table + " t" + row)[0];
      const auto changed =
          world_->database.Admin("UPDATE " + table + " t SET " + column.name + " = " +
                                 Other(column) + row + " RETURNING t::text");
      ASSERT_EQ(changed.size(), 1U);
      EXPECT_NE(world_->VerifyText(), "");
      // Exactly as it was.
      EXPECT_EQ(world_->database.Admin("UPDATE " + table + " t SET " + column.name + " = " +
                                       Quoted(old) + "::" + column.type + " WHERE t::text = " +
                                       Quoted(changed[0]) + " RETURNING t::text"),
                rows);
    }
    ASSERT_EQ(world_->VerifyText(), "") << table;
  }
}

TEST_F(TamperTest, EveryTableIsProvedOrItIsSaidWhyNot) {
  std::set<std::string> expected;
  for (const auto& proved : kTables) expected.insert(proved.table);
  for (const auto& [table, reason] : kOtherTables) expected.insert(table);
  std::set<std::string> there;
  for (const std::string& table : world_->database.Admin(
           "SELECT relname FROM pg_class WHERE relnamespace = 'members'::regnamespace AND relkind "
           "IN ('r', 'p') AND NOT relispartition")) {
    there.insert(table);
  }
  EXPECT_EQ(there, expected);
}

TEST_F(TamperTest, WhenAnOpenLotExpires) {
  const std::string head =
      " WHERE wallet_no = 1 AND owner_id = '" + History::OwnerOf(member_) + "'";
  const std::string old = world_->database.Admin("SELECT lots FROM wallets" + head)[0];
  world_->database.Admin("UPDATE wallets SET lots = set_byte(lots, 15, 7)" + head);
  const auto found = world_->Verify();
  ASSERT_EQ(found.faults_size(), 1);
  EXPECT_EQ(found.faults(0).member_id(), member_);
  EXPECT_EQ(found.faults(0).wallet_type(), "points");
  EXPECT_EQ(found.faults(0).what(), "the head's lots are not what the entries have left");
  world_->database.Admin("UPDATE wallets SET lots = '" + old + "'" + head);
  EXPECT_EQ(world_->VerifyText(), "");
}

TEST_F(TamperTest, AMissingRowOfEveryLedgerTable) {
  for (const auto& [table, which] : kTables) {
    SCOPED_TRACE(table);
    const std::string row =
        " WHERE t::text = " +
        Quoted(world_->database.Admin("SELECT t::text FROM " + table + " t WHERE " + which +
                                      " ORDER BY 1 LIMIT 1")[0]);
    world_->database.Admin("CREATE TABLE kept AS SELECT * FROM " + table + " t" + row);
    world_->database.Admin("DELETE FROM " + table + " t" + row);
    EXPECT_NE(world_->VerifyText(), "");
    world_->database.Admin("INSERT INTO " + table + " SELECT * FROM kept");
    world_->database.Admin("DROP TABLE kept");
    ASSERT_EQ(world_->VerifyText(), "");
  }
}

TEST_F(TamperTest, AMiddleEntryThatIsDeletedIsNamed) {
  const std::string where =
      " WHERE seq = 3 AND wallet_no = 1 AND owner_id = '" + History::OwnerOf(member_) + "'";
  world_->database.Admin("CREATE TABLE kept AS SELECT * FROM entries" + where);
  world_->database.Admin("DELETE FROM entries" + where);
  const auto found = world_->Verify();
  ASSERT_GE(found.faults_size(), 1);
  EXPECT_EQ(found.faults(0).member_id(), member_);
  EXPECT_EQ(found.faults(0).seq(), 4);
  EXPECT_EQ(found.faults(0).what(), "an entry is missing before this one");
  world_->database.Admin("INSERT INTO entries SELECT * FROM kept");
  world_->database.Admin("DROP TABLE kept");
  EXPECT_EQ(world_->VerifyText(), "");
}

}  // namespace
}  // namespace laurel::members
