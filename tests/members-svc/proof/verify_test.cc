// What no wallet shows alone, or only the clock: transfers that sum to zero over the whole ledger,
// one effect for a request id, reservations that outlive their expiry, and the limit below zero.
#include <gmock/gmock.h>

#include "absl/strings/escaping.h"
#include "tests/members-svc/proof/history.h"

namespace laurel::members {
namespace {

using ::testing::HasSubstr;
using testing::History;

class VerifyTest : public ::testing::Test {
 protected:
  static void SetUpTestSuite() { world_ = new History; }
  static void TearDownTestSuite() { delete world_; }

  static std::string OwnedBy(const std::string& member) {
    return " WHERE owner_id = '" + History::OwnerOf(member) + "'";
  }
  // As if the member had never had a wallet.
  static void Forget(const std::string& member) {
    for (const std::string table : {"entries", "wallets", "entry_marks"}) {
      world_->database.Admin("DELETE FROM " + table + OwnedBy(member));
    }
  }
  static void Restore(const std::string& member, const std::string& kept) {
    for (const std::string table : {"entries", "wallets", "entry_marks"}) {
      world_->database.Admin("INSERT INTO " + table + " SELECT * FROM " + kept + "_" + table);
    }
    EXPECT_EQ(world_->VerifyMember(member).faults_size(), 0);
  }
  static void Keep(const std::string& member, const std::string& kept) {
    for (const std::string table : {"entries", "wallets", "entry_marks"}) {
      world_->database.Admin("CREATE TABLE " + kept + "_" + table + " AS SELECT * FROM " + table +
                             OwnedBy(member));
    }
  }
  static std::string Named(const std::string& member, const std::string& wallet_type, int64_t seq) {
    return "member_id: \"" + member + "\" wallet_type: \"" + wallet_type +
           "\" seq: " + std::to_string(seq) + " ";
  }

  static History* world_;
};
History* VerifyTest::world_ = nullptr;

TEST_F(VerifyTest, ATransferWithoutItsOtherSideIsNamed) {
  const std::string giver = world_->Enrol("giver");
  const std::string taker = world_->Enrol("taker");
  const std::string bystander = world_->Enrol("bystander");
  world_->EarnMiles(giver, 100, "t1");
  world_->EarnMiles(bystander, 100, "t2");
  // Two processes record at one instant.
  world_->clock.Advance(absl::Seconds(1));
  const std::string another = world_->Enrol("another");
  auto process = std::make_unique<testing::Process>(world_->database, world_->clock);
  world_->Transfer(giver, taker, 20, "t3");
  process.swap(world_->process);
  world_->Transfer(bystander, another, 20, "t4");
  process.swap(world_->process);
  ASSERT_EQ(
      world_->database.Admin("SELECT count(DISTINCT create_us) FROM entries WHERE account = 6"),
      std::vector<std::string>{"1"});
  ASSERT_EQ(world_->VerifyText(), "");
  Keep(taker, "one_side");
  Forget(taker);
  const auto found = world_->Verify();
  ASSERT_EQ(found.faults_size(), 1) << found.DebugString();
  EXPECT_THAT(world_->VerifyText(), HasSubstr(Named(giver, "miles", 2)));
  EXPECT_EQ(found.faults(0).what(), "a transfer whose sides do not sum to zero");
  EXPECT_TRUE(world_->VerifyMember(giver).valid()) << "one member's wallets cannot show it";
  Restore(taker, "one_side");
  EXPECT_EQ(world_->VerifyText(), "");
}

TEST_F(VerifyTest, WhatUndoesATransferHasTwoSidesToo) {
  const std::string giver = world_->Enrol("regretful");
  const std::string taker = world_->Enrol("disappointed");
  world_->EarnMiles(giver, 100, "u1");
  const v1::Entry given = world_->Transfer(giver, taker, 20, "u2");
  world_->clock.Advance(absl::Hours(30));
  world_->Reverse(giver, given.entry_id(), "u3");
  ASSERT_EQ(world_->VerifyText(), "");
  Keep(taker, "undone");
  Forget(taker);
  const std::string found = world_->VerifyText();
  EXPECT_THAT(found, HasSubstr(Named(giver, "miles", 2)));
  EXPECT_THAT(found, HasSubstr(Named(giver, "miles", 3)));
  Restore(taker, "undone");
  EXPECT_EQ(world_->VerifyText(), "");
}

TEST_F(VerifyTest, ARequestIdThatHadTwoEffectsWithinTwoDaysIsNamed) {
  const std::string member = world_->Enrol("repeated");
  world_->EarnMiles(member, 5, "again");
  const std::string first = OwnedBy(member) + " AND seq = 1";
  const std::string key = world_->database.Admin("SELECT request_key FROM entries" + first)[0];
  // Whoever hides the first for a moment gets a second, and both are chained as they should be.
  world_->database.Admin("UPDATE entries SET request_key = '01890000-0000-7000-8000-000000000001'" +
                         first);
  world_->clock.Advance(absl::Hours(24));
  world_->EarnMiles(member, 5, "again");
  world_->database.Admin("UPDATE entries SET request_key = '" + key + "'" + first);
  const auto found = world_->Verify();
  ASSERT_EQ(found.faults_size(), 1) << found.DebugString();
  EXPECT_THAT(world_->VerifyText(), HasSubstr(Named(member, "miles", 2)));
  EXPECT_EQ(found.faults(0).what(), "its request id made another entry before");
  EXPECT_EQ(world_->VerifyMember(member).faults_size(), 1);
  Forget(member);
}

TEST_F(VerifyTest, ARequestIdThatIsUsedAgainAfterItWasForgottenIsNone) {
  const std::string member = world_->Enrol("forgetful");
  world_->EarnMiles(member, 5, "weekly");
  world_->clock.Advance(absl::Hours(24 * 7));
  world_->EarnMiles(member, 5, "weekly");
  EXPECT_EQ(world_->BalanceOf(member, "miles").active(), 10);
  EXPECT_EQ(world_->VerifyText(), "");
}

TEST_F(VerifyTest, AReservationThatOutlivesItsExpiryByAMinuteIsNamed) {
  const std::string member = world_->Enrol("holding");
  ASSERT_TRUE(world_->Earn(member, 100, "h1").ok());
  world_->EarnMiles(member, 5, "h0");
  world_->clock.Advance(absl::Hours(25));
  world_->Hold(member, 40, "h2");
  const std::string expiry =
      world_->database.Admin("SELECT expire_us FROM reservations" + OwnedBy(member))[0];
  world_->clock.Advance(absl::FromUnixMicros(std::stoll(expiry)) + absl::Seconds(59) -
                        world_->clock.Now());
  EXPECT_EQ(world_->VerifyText(), "");
  world_->clock.Advance(absl::Seconds(1));
  const auto found = world_->Verify();
  ASSERT_EQ(found.faults_size(), 1) << found.DebugString();
  EXPECT_THAT(world_->VerifyText(), HasSubstr(Named(member, "points", 3)));
  EXPECT_THAT(found.faults(0).what(), HasSubstr("more than a minute after its expiry"));
  ASSERT_TRUE(
      ExpireReservations(*world_->process->pool, world_->clock, world_->process->ledger).ok());
  EXPECT_EQ(world_->VerifyText(), "");
}

TEST_F(VerifyTest, WhatStandsInAPoolIsNamedByItsHousehold) {
  const std::string member = world_->Enrol("pooled");
  world_->EarnMiles(member, 5, "p1");
  const std::string owner = History::OwnerOf(member);
  world_->database.Admin("UPDATE members SET state = 3, external_id = NULL WHERE member_id = '" +
                         owner + "'");
  world_->database.Admin(
      "UPDATE wallets SET owner_state = 3, last_us = last_us + 1 WHERE owner_id = '" + owner + "'");
  EXPECT_THAT(
      world_->VerifyText(),
      HasSubstr("member_id: \"" + base::EncodeId("hsh", *base::DecodeId("mem", member)) + "\""));
  Forget(member);
}

// The rules of an overdraft are taken away from a ledger that has made use of it. Last: no policy
// is ever changed otherwise.
TEST_F(VerifyTest, ActiveBelowTheLimitIsNamed) {
  const auto policy = [](int64_t limit) {
    v1::WalletType miles;
    miles.set_code("miles");
    miles.set_singular("miles");
    miles.set_plural("miles");
    miles.set_transfers(v1::TRANSFER_POLICY_KEEP_EXPIRY);
    if (limit > 0) {
      miles.set_below_zero(v1::BELOW_ZERO_POLICY_OVERDRAFT);
      miles.set_overdraft_limit(limit);
    }
    world_->database.Admin("UPDATE wallet_types SET policy = '\\x" +
                           absl::BytesToHexString(miles.SerializeAsString()) +
                           "' WHERE code = 'miles'");
    world_->database.Admin("UPDATE programs SET rules_version = rules_version + 1");
  };
  policy(50);
  const std::string member = world_->Enrol("overdrawn");
  world_->EarnMiles(member, 10, "o1");
  v1::SpendPointsRequest spend;
  spend.set_program_id(testing::kProgram);
  spend.set_member_id(member);
  spend.set_request_id("o2");
  spend.set_wallet_type("miles");
  spend.set_amount(40);
  v1::SpendPointsResponse response;
  History::Check(world_->process->Call(handlers::SpendPoints, spend, &response));
  EXPECT_EQ(world_->VerifyText(), "");
  policy(30);
  EXPECT_EQ(world_->VerifyText(), "");
  policy(29);
  EXPECT_THAT(world_->VerifyText(), HasSubstr(Named(member, "miles", 2)));
  EXPECT_EQ(world_->Verify().faults(0).what(), "it takes active below the wallet's limit");
}

}  // namespace
}  // namespace laurel::members
