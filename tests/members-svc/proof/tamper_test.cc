// What a superuser changes in the ledger is named: every column of every ledger table there is, one
// at a time, read from the catalogue, so that a new column cannot be forgotten; values where there
// were none, none where there were values; rows that are gone, and rows that were never written.
#include <gmock/gmock.h>

#include <map>
#include <set>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "tests/members-svc/proof/history.h"

namespace laurel::members {
namespace {

using ::testing::Contains;
using ::testing::HasSubstr;
using testing::History;
using ::testing::IsEmpty;

// Rows that VerifyLedger proves, and what names one of them: expressions over the row `t`.
struct Proved {
  std::string table;
  std::string rows = "true";
  std::string owner = "NULL";   // null: no member is named
  std::string wallet_no = "0";  // 0: no wallet type is named
  std::string seq = "0";
  std::string what = "''";              // what the fault's text holds
  std::set<std::string> unproved = {};  // columns, with their reason in docs/invariants.md
  // What makes a row of `t` one that was never written.
  std::string never_written = {};
};

constexpr char kHour[] =
    "'the hour of ' || to_char(to_timestamp(t.TIME / 1000000) AT TIME ZONE 'UTC', "
    "'YYYY-MM-DD\"T\"HH24:00:00\"Z\"')";

std::string Hour(const std::string& column) {
  std::string out = kHour;
  return out.replace(out.find("TIME"), 4, column);
}

const std::vector<Proved> kTables = {
    {.table = "entries",
     .owner = "t.owner_id",
     .wallet_no = "t.wallet_no",
     .seq = "t.seq",
     .never_written = "seq = (SELECT max(seq) + 1 FROM entries e WHERE e.owner_id = t.owner_id AND "
                      "e.wallet_no = t.wallet_no), request_key = NULL"},
    {.table = "wallets",
     .rows = "seq > 0",
     .owner = "t.owner_id",
     .wallet_no = "t.wallet_no",
     .never_written = "owner_id = '01890000-0000-7000-8000-00000000000a'"},
    {.table = "orders",
     .what = Hour("create_us"),
     .never_written = "order_id = '01890000-0000-7000-8000-00000000000a', request_key = "
                      "'01890000-0000-7000-8000-00000000000a'"},
    {.table = "order_returns",
     .what = Hour("create_us"),
     .never_written = "order_id = '01890000-0000-7000-8000-00000000000a', request_key = "
                      "'01890000-0000-7000-8000-00000000000a'"},
    {.table = "order_directory",
     .owner = "(SELECT o.member_id FROM orders o WHERE o.order_id = t.order_id)",
     .what = "'the directory of orders does not lead to it'"},
    {.table = "reservations",
     .owner = "t.owner_id",
     .wallet_no = "t.wallet_no",
     .seq = "(SELECT coalesce(min(e.seq), 0) FROM entries e WHERE e.reservation_id = "
            "t.reservation_id)",
     .never_written = "reservation_id = '01890000-0000-7000-8000-00000000000a'"},
    {.table = "refunds",
     .owner = "t.owner_id",
     .wallet_no = "t.wallet_no",
     .seq = "t.refund_seq",
     .never_written = "redemption_seq = t.redemption_seq + 1000"},
    {.table = "entry_marks",
     .owner = "t.owner_id",
     .wallet_no = "t.wallet_no",
     .seq = "t.seq",
     .never_written = "seq = t.seq + 1000"},
    {.table = "adjustments",
     .rows = "entry_id IS NOT NULL",
     .owner = "t.member_id",
     .wallet_no = "2",
     .seq = "(SELECT max(e.seq) FROM entries e WHERE e.owner_id = t.member_id AND e.kind = 9)",
     .unproved = {"create_us", "decide_us"},
     .never_written = "adjustment_id = '01890000-0000-7000-8000-00000000000a'"},
    {.table = "sealed_roots",
     .rows = "program_id = '00000000-0000-0000-0000-000000000000'",
     .what = Hour("start_us"),
     .never_written = "start_us = t.start_us - 3600000000"},
    {.table = "sealed_roots",
     .rows = "program_id <> '00000000-0000-0000-0000-000000000000'",
     .what = Hour("start_us"),
     .never_written = "start_us = t.start_us - 3600000000"},
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
    {"campaign_counters", "what limits have left"},
    {"adjustment_limits", "rules"},
    {"jobs", "how far bulk work is; what was carried out is an entry"},
    {"daily_runs", "how far the daily work is"},
    {"job_rows", "lists; what was carried out is an entry"},
    {"replays", "what would have been earned"},
    {"tier_sets", "rules"},
    {"campaign_approvals", "what people have decided"},
    {"program_changes", "settings"},
    {"tier_set_versions", "rules"},
    {"manual_tiers", "what people have decided"},
    {"member_tiers", "computed from history; tier and time are compared with it (TierProofTest)"},
    {"activity_types", "rules"},
    {"activity_type_versions", "rules"},
    {"places", "rules"},
    {"consents", "what members have decided"},
    {"occurrences", "what was recorded; what it earned is an entry, which says for what"},
    {"unmatched_orders",
     "nothing has been earned; ways and links to them are proved (UnmatchedProofTest)"},
    {"member_attributes", "people"},
    {"segments", "rules"},
    {"segment_versions", "rules"},
    {"segment_programs", "rules, and how far members have been looked at"},
    {"segment_members", "lists, and what follows from history"},
    {"segment_looks", "computed from history"},
    {"occasions", "what the ledger is to record; what it has is an occurrence"},
    {"unmatched_identifiers", "whose they may be"},
    {"request_keys", "answers to repeated requests"},
    {"outbox", "events under way"},
    {"outbox_leases", "who delivers"},
    {"inbox_events", "events of others that were taken"},
    {"inbox_fences", "who delivered"},
    {"schema_migrations", "the schema"},
};

struct Column {
  std::string name;
  std::string type;
  bool nullable = false;
};

// Where a row is named: what a fault must say.
struct Place {
  std::string member_id;
  std::string wallet_type;
  int64_t seq = 0;
  std::string what;
};
bool operator==(const v1::LedgerFault& fault, const Place& place) {
  return fault.member_id() == place.member_id && fault.wallet_type() == place.wallet_type &&
         fault.seq() == place.seq && fault.what().find(place.what) != std::string::npos;
}
void PrintTo(const Place& place, std::ostream* out) {
  *out << place.member_id << " " << place.wallet_type << " " << place.seq << " " << place.what;
}

class TamperTest : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    world_ = new History;
    world_->MakeCampaign("points");
    member_ = world_->Live("victim");
    neighbour_ = world_->Live("neighbour");
    world_->clock.Advance(absl::Hours(24 * 40));
    // Settles: the rest expires.
    world_->EarnMiles(member_, 1, "m1");
    EXPECT_TRUE(world_->Earn(member_, 5, "p1").ok());
    world_->Correct(member_, world_->Enrol("receiver"));
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

  static std::vector<std::string> Admin(const std::string& sql) {
    return world_->database.Admin(sql);
  }
  static std::string Quoted(const std::string& text) { return "'" + text + "'"; }

  static std::vector<Column> ColumnsOf(const std::string& table) {
    std::vector<Column> out;
    for (const std::string& line :
         Admin("SELECT concat_ws('|', attname, format_type(atttypid, NULL), attnotnull) FROM "
               "pg_attribute WHERE attrelid = 'members." +
               table + "'::regclass AND attnum > 0 AND NOT attisdropped ORDER BY attnum")) {
      const std::vector<std::string> parts = absl::StrSplit(line, '|');
      out.push_back({parts[0], parts[1], parts[2] == "f"});
    }
    return out;
  }

  // A value beside the one that is there.
  static std::string Other(const Column& column) {
    const std::string& name = column.name;
    if (column.type == "bytea") {
      return absl::StrCat("set_byte(", name, ", length(", name, ") - 1, (get_byte(", name,
                          ", length(", name, ") - 1) + 1) % 256)");
    }
    if (column.type == "text") return name + " || 'x'";
    if (column.type == "uuid") return "'01890000-0000-7000-8000-000000000001'::uuid";
    // The greatest number stands for never.
    if (name == "next_due_us") return name + " - 1000";
    return name + " + 1000";
  }
  // A value where there is none.
  static std::string Some(const Column& column) {
    if (column.type == "bytea") return "'\\x07'";
    if (column.type == "text") return "'x'";
    if (column.type == "uuid") return "'01890000-0000-7000-8000-000000000001'";
    return "1000";
  }

  // Rows of `proved` for which `which` holds, as text; the first.
  static std::vector<std::string> FirstRow(const Proved& proved, const std::string& which) {
    return Admin("SELECT t::text FROM " + proved.table + " t WHERE (" + proved.rows + ") AND " +
                 which + " ORDER BY 1 LIMIT 1");
  }
  static std::string At(const std::string& row) { return " WHERE t::text = " + Quoted(row); }

  static Place PlaceOf(const Proved& proved, const std::string& row) {
    const std::vector<std::string> parts = absl::StrSplit(
        Admin("SELECT concat(" + proved.owner + ", '|', " + proved.wallet_no + ", '|', " +
              proved.seq + ", '|', " + proved.what + ") FROM " + proved.table + " t" + At(row))[0],
        '|');
    Place place;
    place.what = parts[3];
    if (const auto owner = base::ParseUuid(parts[0]))
      place.member_id = base::EncodeId("mem", *owner);
    if (parts[1] != "0") place.wallet_type = parts[1] == "1" ? "points" : "miles";
    EXPECT_TRUE(absl::SimpleAtoi(parts[2], &place.seq));
    return place;
  }

  static std::vector<v1::LedgerFault> Faults(const v1::VerifyLedgerResponse& found) {
    EXPECT_EQ(found.valid(), found.faults().empty());
    return {found.faults().begin(), found.faults().end()};
  }
  static std::vector<v1::LedgerFault> Faults() { return Faults(world_->Verify()); }

  // `column` becomes `value` in `row`: that is named, and mended again.
  static void Change(const Proved& proved, const Column& column, const std::string& row,
                     const std::string& value) {
    Place place = PlaceOf(proved, row);
    if (proved.table == "orders" && column.name == "day") {
      place = {base::EncodeId(
                   "mem", *base::ParseUuid(Admin("SELECT member_id FROM orders t" + At(row))[0])),
               "", 0, "its day is not that of its time"};
    }
    const std::string old = Admin("SELECT coalesce(quote_literal(" + column.name +
                                  "), 'NULL') FROM " + proved.table + " t" + At(row))[0];
    const auto changed = Admin("UPDATE " + proved.table + " t SET " + column.name + " = " + value +
                               At(row) + " RETURNING t::text");
    ASSERT_EQ(changed.size(), 1U);
    EXPECT_THAT(Faults(), Contains(place));
    // Exactly as it was.
    EXPECT_EQ(Admin("UPDATE " + proved.table + " t SET " + column.name + " = " + old +
                    "::" + column.type + At(changed[0]) + " RETURNING t::text"),
              std::vector<std::string>{row});
  }

  static History* world_;
  static std::string member_;
  static std::string neighbour_;
};
History* TamperTest::world_ = nullptr;
std::string TamperTest::member_;
std::string TamperTest::neighbour_;

TEST_F(TamperTest, EveryColumnOfEveryLedgerTable) {
  ASSERT_THAT(Faults(), IsEmpty());
  for (const Proved& proved : kTables) {
    const auto columns = ColumnsOf(proved.table);
    ASSERT_GE(columns.size(), 4U) << proved.table;
    for (const Column& column : columns) {
      SCOPED_TRACE(proved.table + "." + column.name);
      if (proved.unproved.contains(column.name)) continue;
      const auto rows = FirstRow(
          proved, column.name + " IS NOT NULL" +
                      (column.type == "bytea" ? " AND length(" + column.name + ") > 0" : ""));
      ASSERT_EQ(rows.size(), 1U) << "no row with a value to change";
      Change(proved, column, rows[0], Other(column));
      if (column.nullable) Change(proved, column, rows[0], "NULL");
    }
    ASSERT_THAT(Faults(), IsEmpty()) << proved.table;
  }
}

TEST_F(TamperTest, AValueWhereThereWasNone) {
  int columns_without = 0;
  for (const Proved& proved : kTables) {
    for (const Column& column : ColumnsOf(proved.table)) {
      SCOPED_TRACE(proved.table + "." + column.name);
      if (!column.nullable || proved.unproved.contains(column.name)) continue;
      const auto rows = FirstRow(proved, column.name + " IS NULL");
      if (rows.empty()) continue;  // of adjustments that were carried out every column has a value
      ++columns_without;
      Change(proved, column, rows[0], Some(column));
    }
    ASSERT_THAT(Faults(), IsEmpty()) << proved.table;
  }
  EXPECT_GE(columns_without, 10);
}

TEST_F(TamperTest, WhatAnEmptyValueStandsForIsWrittenAsNoValue) {
  const Proved& entries = kTables[0];
  for (const auto& [column, value] :
       std::map<std::string, std::string>{{"activate_us", "0"},
                                          {"expire_us", "9223372036854775807"},
                                          {"order_id", "'00000000-0000-0000-0000-000000000000'"},
                                          {"refunded_seq", "0"},
                                          {"lots", "''"}}) {
    SCOPED_TRACE(column);
    const auto rows = FirstRow(entries, column + " IS NULL");
    ASSERT_EQ(rows.size(), 1U);
    for (const Column& known : ColumnsOf("entries")) {
      if (known.name == column) Change(entries, known, rows[0], value);
    }
  }
}

TEST_F(TamperTest, EveryTableIsProvedOrItIsSaidWhyNot) {
  std::set<std::string> expected;
  for (const auto& proved : kTables) expected.insert(proved.table);
  for (const auto& [table, reason] : kOtherTables) expected.insert(table);
  std::set<std::string> there;
  for (const std::string& table :
       Admin("SELECT relname FROM pg_class WHERE relnamespace = 'members'::regnamespace AND "
             "relkind IN ('r', 'p') AND NOT relispartition")) {
    there.insert(table);
  }
  EXPECT_EQ(there, expected);
}

TEST_F(TamperTest, WhenAnOpenLotExpires) {
  const std::string head =
      " WHERE wallet_no = 1 AND owner_id = '" + History::OwnerOf(member_) + "'";
  const std::string old = Admin("SELECT lots FROM wallets" + head)[0];
  Admin("UPDATE wallets SET lots = set_byte(lots, 15, 7)" + head);
  const auto found = Faults();
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].member_id(), member_);
  EXPECT_EQ(found[0].wallet_type(), "points");
  EXPECT_EQ(found[0].what(), "the head's lots are not what the entries have left");
  Admin("UPDATE wallets SET lots = '" + old + "'" + head);
  EXPECT_THAT(Faults(), IsEmpty());
}

TEST_F(TamperTest, AMissingRowOfEveryLedgerTable) {
  for (const Proved& proved : kTables) {
    SCOPED_TRACE(proved.table);
    const std::string row = FirstRow(proved, "true")[0];
    const Place place = PlaceOf(proved, row);
    Admin("CREATE TABLE kept AS SELECT * FROM " + proved.table + " t" + At(row));
    Admin("DELETE FROM " + proved.table + " t" + At(row));
    EXPECT_THAT(Faults(), Contains(place));
    Admin("INSERT INTO " + proved.table + " SELECT * FROM kept");
    Admin("DROP TABLE kept");
    ASSERT_THAT(Faults(), IsEmpty());
  }
}

TEST_F(TamperTest, ARowOfEveryLedgerTableThatWasNeverWritten) {
  for (const Proved& proved : kTables) {
    if (proved.never_written.empty()) continue;  // docs/invariants.md says why
    SCOPED_TRACE(proved.table);
    const std::string row = FirstRow(proved, "true")[0];
    Admin("CREATE TABLE made AS SELECT * FROM " + proved.table + " t" + At(row));
    Admin("UPDATE made t SET " + proved.never_written);
    const std::string made = Admin("SELECT t::text FROM made t")[0];
    Admin("INSERT INTO " + proved.table + " SELECT * FROM made");
    // Some are known by their wallet alone.
    Place place = PlaceOf(proved, made);
    if (proved.table == "wallets") place.seq = 1;  // the first of the entries that it would have
    EXPECT_THAT(Faults(), Contains(place));
    Admin("DELETE FROM " + proved.table + " t" + At(made));
    Admin("DROP TABLE made");
    ASSERT_THAT(Faults(), IsEmpty());
  }
}

TEST_F(TamperTest, OnlyTheVictimIsFaultyWhenMembersAreVerifiedOneByOne) {
  ASSERT_THAT(Faults(world_->VerifyMember(member_)), IsEmpty());
  for (const Proved& proved : kTables) {
    if (proved.wallet_no == "0") continue;  // orders and seals are nobody's wallet
    SCOPED_TRACE(proved.table);
    const std::string whose = proved.table == "adjustments" ? "member_id" : "owner_id";
    const auto rows = FirstRow(proved, whose + " = " + Quoted(History::OwnerOf(member_)));
    ASSERT_EQ(rows.size(), 1U);
    const Place place = PlaceOf(proved, rows[0]);
    Admin("CREATE TABLE kept AS SELECT * FROM " + proved.table + " t" + At(rows[0]));
    Admin("DELETE FROM " + proved.table + " t" + At(rows[0]));
    EXPECT_THAT(Faults(world_->VerifyMember(member_)), Contains(place));
    EXPECT_THAT(Faults(world_->VerifyMember(neighbour_)), IsEmpty());
    Admin("INSERT INTO " + proved.table + " SELECT * FROM kept");
    Admin("DROP TABLE kept");
  }
  EXPECT_THAT(Faults(world_->VerifyMember(member_)), IsEmpty());
}

TEST_F(TamperTest, AMiddleEntryThatIsDeletedIsNamed) {
  const std::string where =
      " WHERE seq = 3 AND wallet_no = 1 AND owner_id = '" + History::OwnerOf(member_) + "'";
  Admin("CREATE TABLE kept AS SELECT * FROM entries" + where);
  Admin("DELETE FROM entries" + where);
  const auto found = Faults();
  ASSERT_GE(found.size(), 1U);
  EXPECT_EQ(found[0], (Place{member_, "points", 3, "the entry is missing"}));
  Admin("INSERT INTO entries SELECT * FROM kept");
  Admin("DROP TABLE kept");
  EXPECT_THAT(Faults(), IsEmpty());
}

}  // namespace
}  // namespace laurel::members
