// Activities that say something of a member that is nobody's business: recorded while the member
// consents, sealed, and seen by few.
#include <gmock/gmock.h>

#include "members-svc/handlers/activity_command.h"
#include "members-svc/ledger/ledger.h"
#include "tests/members-svc/activities/fixture.h"

namespace laurel::members::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::Pair;
using ::testing::UnorderedElementsAre;

TEST_F(ActivityTest, ASensitiveOneIsRecordedWhileTheMemberConsentsOnly) {
  ASSERT_TRUE(Create(BloodPressure()).ok());
  Activate(10, "blood_pressure");
  const std::string ada = world_.Enrol("ada");
  const Attributes values = {{"systolic", "121"}, {"diastolic", "79"}};
  const auto before = Rows();
  EXPECT_REFUSED(Record(Of(ada, "blood_pressure", values)), "CONSENT_REQUIRED");
  EXPECT_EQ(Rows(), before);
  const auto granted = Grant(ada, "blood_pressure");
  ASSERT_TRUE(granted.ok()) << granted.status();
  EXPECT_EQ(granted->wording(), "terms of 2026");
  EXPECT_EQ(Grant(ada, "blood_pressure")->SerializeAsString(), granted->SerializeAsString());
  const auto measured = Of(ada, "blood_pressure", values);
  const auto first = Record(measured);
  ASSERT_TRUE(first.ok()) << first.status();
  EXPECT_THAT(first->points_earned(), ElementsAre(Pair("points", 10)));
  EXPECT_REFUSED(Record(Of(world_.Enrol("bob"), "blood_pressure", values)), "CONSENT_REQUIRED");
  ASSERT_TRUE(Withdraw(ada, "blood_pressure").ok());
  EXPECT_REFUSED(Record(Of(ada, "blood_pressure", values)), "CONSENT_REQUIRED");
  EXPECT_EQ(Record(measured)->activity_id(), first->activity_id()) << "answered as it was";
  EXPECT_REFUSED(Withdraw(ada, "blood_pressure"), "NO_CONSENT");
  ASSERT_TRUE(Grant(ada, "blood_pressure").ok()) << "at once, the clock standing still";
  EXPECT_TRUE(Record(Of(ada, "blood_pressure", values)).ok());
  v1::ListConsentsRequest list;
  list.set_program_id(kProgram);
  list.set_member_id(ada);
  const auto consents = Ask(handlers::ListConsents, list);
  ASSERT_EQ(consents->consents_size(), 2);
  EXPECT_FALSE(consents->consents(0).has_withdraw_time());
  EXPECT_TRUE(consents->consents(1).has_withdraw_time());
  EXPECT_EQ(world_.Balance(ada).active(), 20);
  ASSERT_TRUE(Create(Plain("review")).ok());
  EXPECT_REFUSED(Grant(ada, "review"), "CONSENT_NOT_NEEDED");
  EXPECT_REFUSED(Grant(ada, "nothing"), "ACTIVITY_TYPE_NOT_FOUND");
}

TEST_F(ActivityTest, WhatIsSensitiveIsSealedAndSeenByTheMemberAndWhoHelpsItOnly) {
  ASSERT_TRUE(Create(BloodPressure()).ok());
  Activate(10, "blood_pressure");
  v1::CreateCampaignRequest asking;
  asking.set_program_id(kProgram);
  asking.mutable_campaign()->set_display_name("asks for what nobody sees");
  asking.mutable_campaign()->mutable_fixed_points()->set_points(10);
  auto& trigger = *asking.mutable_campaign()->mutable_trigger()->mutable_activity();
  trigger.set_activity_type("blood_pressure");
  (*trigger.mutable_attributes())["systolic"] = "1212121";
  EXPECT_THAT(PathsOf(Ask(handlers::CreateCampaign, asking).status()),
              ElementsAre("campaign.trigger.activity.attributes.systolic"));
  const std::string ada = world_.Enrol("ada");
  ASSERT_TRUE(Grant(ada, "blood_pressure").ok());
  const Attributes values = {{"systolic", "1212121"}, {"diastolic", "7979797"}};
  const auto activity = Record(Of(ada, "blood_pressure", values));
  ASSERT_TRUE(activity.ok()) << activity.status();
  EXPECT_THAT(activity->attributes(), IsEmpty());
  std::string everything;
  for (const char* table : {"occurrences", "entries", "outbox", "request_keys"}) {
    for (const std::string& row : world_.database.Admin(
             absl::StrCat("SELECT encode(convert_to(query_to_xml('SELECT * FROM members.", table,
                          "', true, false, '')::text, 'UTF8'), 'escape')"))) {
      everything += row;
    }
  }
  EXPECT_THAT(everything, HasSubstr("activity/blood_pressure"));
  for (const char* secret : {"1212121", "7979797"}) {
    EXPECT_THAT(everything, Not(HasSubstr(secret)));
    EXPECT_THAT(everything, Not(HasSubstr(absl::BytesToHexString(secret))));
  }
  const auto sees = [&](const server::Call& call) {
    const auto listed = List(ada, call);
    EXPECT_EQ(listed.size(), 1U);
    return !listed.empty() && listed[0].attributes_size() == 2;
  };
  EXPECT_TRUE(sees(AsMember(ada)));
  EXPECT_TRUE(sees(AsAgent()));
  EXPECT_FALSE(sees(AsClient()));
  EXPECT_THAT(List(ada, AsMember(ada))[0].attributes(),
              UnorderedElementsAre(Pair("systolic", "1212121"), Pair("diastolic", "7979797")));
}

// Withdrawn after the handler has looked, before the batch is written: as if it had waited in line.
TEST_F(ActivityTest, NothingIsWrittenAfterAWithdrawalWasAcknowledged) {
  ASSERT_TRUE(Create(BloodPressure()).ok());
  const std::string ada = world_.Enrol("ada");
  ASSERT_TRUE(Grant(ada, "blood_pressure").ok());
  const auto request = Of(ada, "blood_pressure", {{"systolic", "121"}, {"diastolic", "79"}});
  const auto command = [&] {
    auto commands = handlers::ActivityCommands(world_.process->deps, world_.process->call, kProgram,
                                               {&request});
    World::Check(commands.status());
    World::Check((*commands)[0].status());
    return *std::move((*commands)[0]);
  };
  const auto run = [&](Command waiting) {
    return world_.process->deps.ledger.Run(std::move(waiting)).status();
  };
  Command waiting = command();
  ASSERT_TRUE(Withdraw(ada, "blood_pressure").ok());
  const auto before = Rows();
  EXPECT_EQ(status::ReasonOf(run(std::move(waiting))), "CONSENT_REQUIRED");
  EXPECT_EQ(Rows(), before);
  ASSERT_TRUE(Grant(ada, "blood_pressure").ok());
  EXPECT_TRUE(run(command()).ok());
}

TEST_F(ActivityTest, ASealedAttributeServesNowhereElse) {
  ASSERT_TRUE(Create(BloodPressure()).ok());
  const std::string ada = world_.Enrol("ada");
  ASSERT_TRUE(Grant(ada, "blood_pressure").ok());
  ASSERT_TRUE(Record(Of(ada, "blood_pressure", {{"systolic", "1"}, {"diastolic", "2"}})).ok());
  ASSERT_TRUE(Record(Of(ada, "blood_pressure", {{"systolic", "3"}, {"diastolic", "4"}})).ok());
  world_.database.Admin(
      "UPDATE occurrences SET sealed = (SELECT sealed FROM occurrences ORDER BY sealed LIMIT 1)");
  v1::ListActivitiesRequest request;
  request.set_program_id(kProgram);
  request.set_member_id(ada);
  const server::Call agent = AsAgent();
  EXPECT_EQ(Ask(handlers::ListActivities, request, &agent).status().code(),
            absl::StatusCode::kDataLoss);
}

}  // namespace
}  // namespace laurel::members::testing
