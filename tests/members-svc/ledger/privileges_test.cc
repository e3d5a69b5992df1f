// What the application may not do, tried as the application: what is written is never changed.
#include <gtest/gtest.h>

#include "members-svc/jobs/seal_roots.h"
#include "tests/members-svc/ledger/fixture.h"
#include "tests/testing/session.h"

namespace laurel::members {
namespace {

using testing::kProgram;
using testing::World;

constexpr char kInsufficientPrivilege[] = "42501";

class PrivilegesTest : public ::testing::Test {
 protected:
  // A row in every table, so that whatever were allowed would change something.
  static void SetUpTestSuite() {
    world_ = new World;
    world_->MakeProgram();
    const std::string member = world_->Enrol("member");
    World::Check(world_->Earn(member, 100, "earn").status());
    v1::RefundPointsRequest refund;
    refund.set_program_id(kProgram);
    refund.set_member_id(member);
    refund.set_request_id("refund");
    refund.set_spend_entry_id(world_->Spend(member, 10, "spend")->entry_id());
    v1::RefundPointsResponse refunded;
    World::Check(world_->process->Call(handlers::RefundPoints, refund, &refunded));
    v1::RecordOrderRequest order;
    order.set_program_id(kProgram);
    order.set_member_id(member);
    order.set_request_id("order");
    order.set_currency_code("USD");
    order.add_lines()->set_amount_minor_units(100);
    v1::RecordOrderResponse recorded;
    World::Check(world_->process->Call(handlers::RecordOrder, order, &recorded));
    v1::ReturnOrderRequest back;
    back.set_program_id(kProgram);
    back.set_order_id(recorded.order().order_id());
    back.set_request_id("return");
    v1::ReturnOrderResponse returned;
    World::Check(
        handlers::ReturnOrder(world_->process->deps, world_->process->call, back, &returned));
    world_->clock.Advance(absl::Hours(2));
    World::Check(SealNextHour(*world_->process->pool, world_->clock).status());
  }
  static void TearDownTestSuite() { delete world_; }

  static std::vector<std::string> PartitionsOf(const std::string& table) {
    return world_->database.Admin(
        "SELECT inhrelid::regclass::text FROM pg_inherits WHERE "
        "inhparent = 'members." +
        table + "'::regclass");
  }
  // The partition of a day that has rows.
  static std::string PartitionOf(const std::string& table) {
    for (const std::string& partition : PartitionsOf(table)) {
      if (RowsOf(partition) > 0) return partition;
    }
    ADD_FAILURE() << table << " is empty";
    return table;
  }
  static int RowsOf(const std::string& table) {
    return std::stoi(world_->database.Admin("SELECT count(*) FROM " + table)[0]);
  }
  static std::string FirstColumnOf(const std::string& table) {
    return world_->database.Admin(
        "SELECT attname FROM pg_attribute WHERE attnum = 1 AND attrelid = "
        "'members." +
        table + "'::regclass")[0];
  }
  // Why PostgreSQL refuses the application this; empty: it was done.
  static std::string RefusalOf(const std::string& sql) {
    laurel::testing::Session application(world_->database.app_dsn(), "members");
    EXPECT_EQ(application.Query("SELECT current_user")[0], "members_app");
    return application.RefusalOf(sql);
  }

  static World* world_;
};
World* PrivilegesTest::world_ = nullptr;

TEST_F(PrivilegesTest, WhatIsWrittenIsNeitherUpdatedNorDeletedNorTruncated) {
  for (const std::string& table : std::vector<std::string>{
           "entries", PartitionOf("entries"), "orders", PartitionOf("orders"), "order_returns",
           "refunds", "sealed_roots", "order_directory", "wallet_types"}) {
    const int rows = RowsOf(table);
    ASSERT_GT(rows, 0) << table;
    const std::string column = FirstColumnOf(table);
    EXPECT_EQ(RefusalOf("UPDATE " + table + " SET " + column + " = " + column),
              kInsufficientPrivilege)
        << table;
    EXPECT_EQ(RefusalOf("DELETE FROM " + table), kInsufficientPrivilege) << table;
    EXPECT_EQ(RefusalOf("TRUNCATE " + table), kInsufficientPrivilege) << table;
    EXPECT_EQ(RefusalOf("DROP TABLE " + table), kInsufficientPrivilege) << table;
    EXPECT_EQ(RowsOf(table), rows) << table;
  }
  EXPECT_TRUE(world_->Verify().valid());
}

TEST_F(PrivilegesTest, EveryDaysPartitionIsClosedToo) {
  for (const std::string& table : {std::string("entries"), std::string("orders")}) {
    const auto partitions = PartitionsOf(table);
    EXPECT_GE(partitions.size(), 3U) << "yesterday, today, tomorrow";
    for (const std::string& partition : partitions) {
      EXPECT_EQ(RefusalOf("UPDATE " + partition + " SET create_us = 0"), kInsufficientPrivilege);
      EXPECT_EQ(RefusalOf("DELETE FROM " + partition), kInsufficientPrivilege);
      EXPECT_EQ(RefusalOf("TRUNCATE " + partition), kInsufficientPrivilege);
      EXPECT_EQ(RefusalOf("ALTER TABLE " + table + " DETACH PARTITION " + partition),
                kInsufficientPrivilege);
    }
  }
}

TEST_F(PrivilegesTest, TheHeadsAreUpdatedButNeverRemoved) {
  for (const char* name : {"wallets", "reservations", "entry_marks", "campaign_counters"}) {
    const std::string table = name;
    EXPECT_EQ(RefusalOf("DELETE FROM " + table), kInsufficientPrivilege) << table;
    EXPECT_EQ(RefusalOf("TRUNCATE " + table), kInsufficientPrivilege) << table;
  }
}

TEST_F(PrivilegesTest, TheApplicationIsNobodyElse) {
  EXPECT_EQ(RefusalOf("SET ROLE members_owner"), kInsufficientPrivilege);
  EXPECT_EQ(RefusalOf("SET session_replication_role = replica"), kInsufficientPrivilege);
  // PostgreSQL only warns that nothing was granted.
  EXPECT_EQ(RefusalOf("GRANT DELETE ON entries TO members_app"), "");
  EXPECT_EQ(RefusalOf("DELETE FROM entries"), kInsufficientPrivilege);
  EXPECT_EQ(RefusalOf("CREATE TABLE members.entries_of_mine (a int)"), kInsufficientPrivilege);
}

}  // namespace
}  // namespace laurel::members
