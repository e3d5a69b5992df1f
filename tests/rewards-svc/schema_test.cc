// What the database itself refuses, and what the application's role may not do.
#include <gtest/gtest.h>

#include "tests/rewards-svc/matchers.h"
#include "tests/rewards-svc/world.h"

namespace laurel::rewards {
namespace {

// The SQLSTATE-like end of a statement that must fail: the name of the constraint in its message.
std::string Refusal(World& world, const std::string& statement) {
  const std::string name = "refusal_of_statement";
  world.database().Admin(
      "CREATE OR REPLACE FUNCTION " + name + "(s text) RETURNS text LANGUAGE plpgsql AS $f$ " +
      "BEGIN EXECUTE s; RETURN 'accepted'; EXCEPTION WHEN OTHERS THEN RETURN SQLSTATE; END $f$");
  const auto answer = world.database().Admin("SELECT " + name + "($s$" + statement + "$s$)");
  world.database().Admin("DROP FUNCTION " + name + "(text)");
  return answer.at(0);
}

constexpr char kCheckViolation[] = "23514";
constexpr char kUniqueViolation[] = "23505";

TEST(Schema, HoldsTheInvariants) {
  World world;
  const std::string reward = world.MakeReward(5, 1).reward_id();
  ASSERT_THAT(world.Redeem(world.NewMember(5), reward, "r-1"), IsOk());
  for (const char* statement :
       {"UPDATE reward_stock SET stock = -1", "UPDATE redemptions SET state = 7",
        // Issued without points spent, or points spent without anything issued.
        "UPDATE redemptions SET spend_entry_id = NULL",
        "UPDATE redemptions SET state = 4, reason = 'x', stock_held = false",
        // A saga that nobody would ever pick up.
        "UPDATE redemptions SET state = 5, refund_request_id = gen_random_uuid()",
        "UPDATE redemptions SET state = 6, refund_request_id = gen_random_uuid()",  // stock held
        "UPDATE redemptions SET state = 5, next_try_us = 1",  // no id to ask for the refund with
        "UPDATE redemptions SET points = 0", "UPDATE redemptions SET coupon_code = ''",
        "UPDATE rewards SET price_points = 0", "UPDATE rewards SET start_us = 5, end_us = 5"}) {
    EXPECT_EQ(Refusal(world, statement), kCheckViolation) << statement;
  }
  EXPECT_EQ(Refusal(world,
                    "INSERT INTO coupon_codes SELECT bucket, code_hash, program_id, "
                    "gen_random_uuid() FROM coupon_codes"),
            kUniqueViolation);
  EXPECT_EQ(world.database().Admin("SELECT state FROM redemptions"), std::vector<std::string>{"2"});
}

TEST(Schema, TheApplicationMayNotRewriteThePast) {
  World world;
  const auto may = [&](const std::string& call) {
    return world.database().Admin("SELECT " + call)[0] == "t";
  };
  for (const char* table : {"rewards", "reward_stock", "redemptions", "coupon_codes"}) {
    const std::string name(table);
    EXPECT_TRUE(may("has_table_privilege('rewards_app', '" + name + "', 'INSERT')")) << table;
    EXPECT_FALSE(may("has_table_privilege('rewards_app', '" + name + "', 'DELETE')")) << table;
    EXPECT_FALSE(may("has_table_privilege('rewards_app', '" + name + "', 'TRUNCATE')")) << table;
    EXPECT_FALSE(may("has_table_privilege('rewards_app', '" + name + "', 'UPDATE')")) << table;
  }
  for (const char* column : {"points", "member_id", "coupon_code", "spend_request_id"}) {
    EXPECT_FALSE(may("has_column_privilege('rewards_app', 'redemptions', '" + std::string(column) +
                     "', 'UPDATE')"))
        << column;
  }
}

TEST(Schema, CodesAreFoundByTheirHash) {
  World world;
  const std::string reward = world.MakeReward(5, 1).reward_id();
  const auto issued = world.Redeem(world.NewMember(5), reward, "r-1");
  ASSERT_THAT(issued, IsOk());
  const auto found = world.database().Admin(
      "SELECT r.redemption_id FROM coupon_codes c JOIN redemptions r USING (redemption_id) WHERE "
      "c.code_hash = sha256(uuid_send(c.program_id) || convert_to('" +
      issued->coupon_code() + "', 'UTF8'))");
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(base::EncodeId("rdm", *base::ParseUuid(found[0])), issued->redemption_id());
}

}  // namespace
}  // namespace laurel::rewards
