// The verifier over the rows of tiers: what the history does not say is named.
#include <gmock/gmock.h>

#include "tests/members-svc/tiers/fixture.h"

namespace laurel::members {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using testing::SetOf;
using testing::TierTest;
using Downgrade = v1::TierDowngrade;

class TierProofTest : public TierTest {
 protected:
  std::vector<std::string> Faults() {
    std::vector<std::string> out;
    const v1::VerifyLedgerResponse found = world_.Verify();
    for (const v1::LedgerFault& fault : found.faults()) {
      out.push_back(fault.member_id() + " " + fault.what());
    }
    return out;
  }
  // With a column of the member's row set to something else; then it is put back.
  std::vector<std::string> FaultsWith(const std::string& column, const std::string& value,
                                      const std::string& member) {
    const std::string row =
        " WHERE member_id = '" + base::ToString(*base::DecodeId("mem", member)) + "'";
    const std::string table = "members.member_tiers";
    const std::string before =
        world_.database.Admin("SELECT " + column + "::text FROM " + table + row)[0];
    world_.database.Admin("UPDATE " + table + " SET " + column + " = " + value + row);
    std::vector<std::string> faults = Faults();
    world_.database.Admin("UPDATE " + table + " SET " + column + " = '" + before + "'" + row);
    return faults;
  }
};

TEST_F(TierProofTest, ARowThatTheHistoryDoesNotSayIsNamed) {
  CreateAndSweep(
      SetOf({0, 10000, 50000}, v1::TIER_WINDOW_CALENDAR_YEAR, Downgrade::FORM_PERIOD_END));
  const std::string ada = world_.Enrol("ada");
  const std::string bob = world_.Enrol("bob");
  Buy(ada, 12000);
  Buy(bob, 500);
  RunWorker();
  ASSERT_TRUE(Give(bob, "gold").ok());
  world_.clock.Advance(absl::Hours(30));
  EXPECT_THAT(Faults(), IsEmpty());
  EXPECT_THAT(FaultsWith("tier", "'gold'", ada),
              ElementsAre(ada + " its tier in club: it says gold where the history says silver"));
  EXPECT_THAT(FaultsWith("tier", "'bronze'", bob),
              ElementsAre(bob + " its tier in club: it says bronze where the history says gold"));
  EXPECT_THAT(FaultsWith("tier", "'lead'", ada),
              ElementsAre(ada + " its tier in club: no version has its tier"));
  EXPECT_THAT(FaultsWith("since_us", "since_us + 1", ada),
              ElementsAre(ada + " its tier in club: its time is not that of the history"));
  EXPECT_THAT(FaultsWith("seen_us", "seen_us + 1", ada),
              ElementsAre(ada + " its tier in club: what it was made from is not there"));
  EXPECT_THAT(FaultsWith("newest_version", "2", ada),
              ElementsAre(ada + " its tier in club: its version is not there"));
  EXPECT_THAT(FaultsWith("set_no", "2", ada),
              ElementsAre(ada + " its tier in tier set 2: there is no such tier set"));
}

TEST_F(TierProofTest, WhatIsAboutToBeEvaluatedIsNotWrong) {
  CreateAndSweep(SetOf({0, 10000}, v1::TIER_WINDOW_CALENDAR_YEAR, Downgrade::FORM_PERIOD_END));
  const std::string ada = world_.Enrol("ada");
  Buy(ada, 500);
  RunWorker();
  world_.clock.Advance(absl::Hours(1));
  Buy(ada, 12000);
  EXPECT_THAT(Faults(), IsEmpty()) << "the order is newer than the row";
  RunWorker();
  GoTo(absl::CivilSecond(2028, 3, 1));
  EXPECT_THAT(Faults(), IsEmpty()) << "the daily work has not yet been there";
  RunDays();
  EXPECT_THAT(Faults(), IsEmpty());
  ASSERT_TRUE(Update(SetOf({0, 100}, v1::TIER_WINDOW_LIFETIME, Downgrade::FORM_NONE)).ok());
  EXPECT_THAT(Faults(), IsEmpty()) << "the sweep has not yet been there";
  RunWorker();
  EXPECT_EQ(Counts(), "bronze:0 silver:1 ");
  EXPECT_THAT(Faults(), IsEmpty());
}

}  // namespace
}  // namespace laurel::members
