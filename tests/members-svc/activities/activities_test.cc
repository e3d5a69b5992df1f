// Activities over the handlers and a database: what they earn, what refuses them, who may see them.
#include <gmock/gmock.h>

#include "members-svc/handlers/ledger_handlers.h"
#include "tests/members-svc/activities/fixture.h"

namespace laurel::members::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Pair;

TEST_F(ActivityTest, EarnsWhatItsCampaignsGiveAndTheEntrySaysFor) {
  ASSERT_TRUE(Create(Survey()).ok());
  const v1::Campaign campaign = Activate(50, "survey");
  const std::string ada = world_.Enrol("ada");
  auto request = Of(ada, "survey", {{"score", "9"}});
  request.set_key("survey-2026");
  const auto activity = Record(request);
  ASSERT_TRUE(activity.ok()) << activity.status();
  EXPECT_THAT(activity->points_earned(), ElementsAre(Pair("points", 50)));
  EXPECT_THAT(activity->attributes(), ElementsAre(Pair("score", "9")));
  EXPECT_EQ(world_.Balance(ada).active(), 50);
  const auto entries = world_.Entries(ada);
  ASSERT_EQ(entries.size(), 1U);
  EXPECT_EQ(entries[0].entry_id(), activity->entry_ids(0));
  EXPECT_EQ(entries[0].occurrence().trigger(), "activity/survey");
  EXPECT_EQ(entries[0].occurrence().ref(), "survey-2026");
  EXPECT_EQ(entries[0].occurrence().activity_id(), activity->activity_id());
  ASSERT_EQ(entries[0].rule_results_size(), 1);
  EXPECT_EQ(entries[0].rule_results(0).campaign_id(), campaign.campaign_id());
  EXPECT_EQ(entries[0].rule_results(0).points(), 50);
  EXPECT_TRUE(world_.Verify().valid()) << world_.Verify().DebugString();
}

TEST_F(ActivityTest, TriggersTheCampaignsThatAskForItsAttributesOnly) {
  ASSERT_TRUE(Create(Survey()).ok());
  ASSERT_TRUE(Create(Plain("review")).ok());
  Activate(7, "survey", {{"score", "10"}});
  Activate(1, "review");
  const std::string ada = world_.Enrol("ada");
  EXPECT_THAT(Record(Of(ada, "survey", {{"score", "9"}}))->points_earned(), IsEmpty());
  EXPECT_THAT(Record(Of(ada, "survey", {{"score", "010"}}))->points_earned(),
              ElementsAre(Pair("points", 7)));
}

TEST_F(ActivityTest, WithoutACampaignItIsRecordedAndEarnsNothingNotLaterEither) {
  ASSERT_TRUE(Create(Plain("review")).ok());
  const std::string ada = world_.Enrol("ada");
  const auto request = Of(ada, "review");
  const auto first = Record(request);
  ASSERT_TRUE(first.ok()) << first.status();
  EXPECT_THAT(first->points_earned(), IsEmpty());
  EXPECT_EQ(Count("occurrences"), 1);
  EXPECT_EQ(Count("entries"), 0);
  Activate(50, "review");
  EXPECT_EQ(Record(request)->SerializeAsString(), first->SerializeAsString());
  EXPECT_EQ(Count("entries"), 0);
  ASSERT_EQ(Told().size(), 1U) << "told, and told once";
  EXPECT_EQ(Told()[0].activity_recorded().activity_id(), first->activity_id());
  EXPECT_EQ(Told()[0].activity_recorded().activity_type(), "review");
  EXPECT_EQ(Told()[0].member_id(), ada);
}

TEST_F(ActivityTest, BadInputHasItsReasonAndPathAndMovesNothing) {
  ASSERT_TRUE(Create(Survey()).ok());
  ASSERT_TRUE(Create(Plain("review")).ok());
  v1::ActivityType check_in = Plain("check_in");
  check_in.set_check_in(true);
  ASSERT_TRUE(Create(check_in).ok());
  CreatePlace("north");
  Activate(50, "survey");
  const std::string ada = world_.Enrol("ada");
  const auto before = Rows();
  const auto refuse = [&](const v1::RecordActivityRequest& request, const std::string& reason,
                          const std::vector<std::string>& paths = {}) {
    const auto refused = Record(request);
    EXPECT_REFUSED(refused, reason);
    EXPECT_EQ(PathsOf(refused.status()), paths) << reason;
  };
  refuse(Of(ada, "survey"), "ACTIVITY_INVALID", {"attributes.score"});
  refuse(Of(ada, "survey", {{"score", "11"}, {"mood", "x"}}), "ACTIVITY_INVALID",
         {"attributes.score", "attributes.mood"});
  refuse(Of(ada, "no_such_type"), "ACTIVITY_TYPE_NOT_FOUND");
  refuse(Of("mem_01jd0000000000000000000099", "review"), "MEMBER_NOT_FOUND");
  refuse(Of("", "review"), "INVALID_REQUEST", {"memberId"});
  auto request = Of("", "review");
  request.set_member_external_id("nobody");
  refuse(request, "MEMBER_NOT_FOUND");
  request = Of(ada, "review");
  base::SetTimestamp(world_.clock.Now() + absl::Hours(1), request.mutable_occur_time());
  refuse(request, "OCCUR_TIME_OUT_OF_RANGE");
  base::SetTimestamp(world_.clock.Now() - absl::Hours(24 * 31), request.mutable_occur_time());
  refuse(request, "OCCUR_TIME_OUT_OF_RANGE");
  request = Of(ada, "review");
  request.set_place("north");
  refuse(request, "ACTIVITY_INVALID", {"place"});
  request = Of(ada, "check_in");
  refuse(request, "ACTIVITY_INVALID", {"place"});
  request.set_place("south");
  refuse(request, "PLACE_NOT_FOUND");
  request.set_qr_code("laurel1.north.1.00");
  refuse(request, "ACTIVITY_INVALID", {"place"});
  request.clear_place();
  refuse(request, "QR_CODE_INVALID");
  EXPECT_EQ(Rows(), before);
}

TEST_F(ActivityTest, TheSameKeyIsTheSameActivityWhoeverSendsItHowever) {
  ASSERT_TRUE(Create(Survey()).ok());
  Activate(50, "survey");
  const std::string ada = world_.Enrol("ada");
  auto request = Of(ada, "survey", {{"score", "9"}});
  request.set_key("survey-17");
  const auto first = Record(request);
  ASSERT_TRUE(first.ok()) << first.status();
  auto again = Of("", "survey", {{"score", "09"}});
  again.set_member_external_id("ada");
  again.set_key("survey-17");
  const server::Call client = AsClient();
  const auto second = Record(again, &client);
  ASSERT_FALSE(second.ok()) << "another spelling of what was sent is another content";
  (*again.mutable_attributes())["score"] = "9";
  EXPECT_EQ(Record(again, &client)->activity_id(), first->activity_id());
  (*again.mutable_attributes())["score"] = "8";
  const auto other = Record(again, &client);
  EXPECT_REFUSED(other, "ACTIVITY_EXISTS");
  // A request id means the same request, whatever its key.
  request.set_key("survey-18");
  EXPECT_REFUSED(Record(request), "REQUEST_ID_REUSED");
  // The key is the member's own.
  const std::string bob = world_.Enrol("bob");
  auto of_bob = Of(bob, "survey", {{"score", "9"}});
  of_bob.set_key("survey-17");
  EXPECT_NE(Record(of_bob)->activity_id(), first->activity_id());
  EXPECT_EQ(world_.Balance(ada).active(), 50);
  EXPECT_EQ(Count("occurrences"), 2);
}

TEST_F(ActivityTest, CountsSoOftenPerPeriodByWhenItHappened) {
  v1::ActivityType type = Plain("page_shared");
  type.mutable_member_limit()->set_max_activities(2);
  type.mutable_member_limit()->set_period(v1::EarningLimit::PERIOD_DAY);
  ASSERT_TRUE(Create(type).ok());
  Activate(5, "page_shared");
  const std::string ada = world_.Enrol("ada");
  const auto first = Of(ada, "page_shared");
  ASSERT_TRUE(Record(first).ok());
  ASSERT_TRUE(Record(Of(ada, "page_shared")).ok());
  const auto before = Rows();
  EXPECT_REFUSED(Record(Of(ada, "page_shared")), "ACTIVITY_LIMIT_REACHED");
  EXPECT_EQ(Rows(), before);
  EXPECT_TRUE(Record(first).ok()) << "what was recorded is answered as it was";
  auto yesterday = Of(ada, "page_shared");
  base::SetTimestamp(world_.clock.Now() - absl::Hours(24), yesterday.mutable_occur_time());
  EXPECT_TRUE(Record(yesterday).ok()) << "another day";
  EXPECT_TRUE(Record(Of(world_.Enrol("bob"), "page_shared")).ok()) << "another member";
  world_.clock.Advance(absl::Hours(24));
  EXPECT_TRUE(Record(Of(ada, "page_shared")).ok()) << "the next day";
  EXPECT_EQ(world_.Balance(ada).active(), 20);
}

TEST_F(ActivityTest, ACheckInNamesItsPlaceByCodeOrByItsQrCode) {
  v1::ActivityType type = Plain("check_in");
  type.set_check_in(true);
  type.set_by_members(true);
  ASSERT_TRUE(Create(type).ok());
  Activate(3, "check_in");
  const v1::Place place = CreatePlace("cafe-north", "store-7");
  const std::string ada = world_.Enrol("ada");
  auto request = Of(ada, "check_in");
  request.set_place("cafe-north");
  const auto by_code = Record(request);
  ASSERT_TRUE(by_code.ok()) << by_code.status();
  EXPECT_EQ(by_code->place(), "cafe-north");
  EXPECT_EQ(by_code->store(), "store-7");
  const server::Call member = AsMember(ada);
  request = Of(ada, "check_in");
  request.set_place("cafe-north");
  EXPECT_EQ(PathsOf(Record(request, &member).status()), std::vector<std::string>{"place"});
  request.clear_place();
  request.set_qr_code(place.qr_code());
  EXPECT_EQ(Record(request, &member)->place(), "cafe-north");
  EXPECT_EQ(world_.Balance(ada).active(), 6);

  v1::UpdatePlaceRequest update;
  update.set_program_id(kProgram);
  update.set_code("cafe-north");
  update.mutable_place()->set_display_name("North");
  update.set_new_qr_code(true);
  const auto updated = Ask(handlers::UpdatePlace, update);
  ASSERT_TRUE(updated.ok()) << updated.status();
  EXPECT_EQ(updated->place().qr_version(), 2);
  request.set_request_id("another");
  EXPECT_REFUSED(Record(request, &member), "QR_CODE_INVALID");
  request.set_qr_code(updated->place().qr_code());
  EXPECT_TRUE(Record(request, &member).ok());
  update.mutable_place()->set_closed(true);
  update.set_new_qr_code(false);
  ASSERT_TRUE(Ask(handlers::UpdatePlace, update).ok());
  request.set_request_id("a third");
  EXPECT_REFUSED(Record(request, &member), "PLACE_CLOSED");
  v1::ListPlacesRequest list;
  list.set_program_id(kProgram);
  const auto places = Ask(handlers::ListPlaces, list);
  ASSERT_EQ(places->places_size(), 1);
  EXPECT_EQ(places->places(0).qr_code(), updated->place().qr_code());
  update.set_code("nowhere");
  EXPECT_REFUSED(Ask(handlers::UpdatePlace, update), "PLACE_NOT_FOUND");
  v1::CreatePlaceRequest create;
  create.set_program_id(kProgram);
  create.mutable_place()->set_code("cafe-north");
  EXPECT_REFUSED(Ask(handlers::CreatePlace, create), "PLACE_EXISTS");
}

TEST_F(ActivityTest, MembersRecordWhatTheyMayAndWhatHappensNow) {
  v1::ActivityType app = Plain("app_opened");
  app.set_by_members(true);
  ASSERT_TRUE(Create(app).ok());
  ASSERT_TRUE(Create(Survey()).ok());
  const std::string ada = world_.Enrol("ada");
  const server::Call member = AsMember(ada);
  EXPECT_TRUE(Record(Of(ada, "app_opened"), &member).ok());
  EXPECT_REFUSED(Record(Of(ada, "survey", {{"score", "9"}}), &member), "ROLE_REQUIRED");
  auto earlier = Of(ada, "app_opened");
  base::SetTimestamp(world_.clock.Now() - absl::Hours(1), earlier.mutable_occur_time());
  EXPECT_EQ(PathsOf(Record(earlier, &member).status()), std::vector<std::string>{"occurTime"});
}

TEST_F(ActivityTest, ATypeChangesByVersionsAndIsRetired) {
  ASSERT_TRUE(Create(Survey()).ok());
  EXPECT_REFUSED(Create(Survey()), "ACTIVITY_TYPE_EXISTS");
  EXPECT_REFUSED(Create(v1::ActivityType()), "ACTIVITY_TYPE_INVALID");
  const std::string ada = world_.Enrol("ada");
  const auto answered = Of(ada, "survey", {{"score", "9"}});
  ASSERT_TRUE(Record(answered).ok());
  v1::UpdateActivityTypeRequest update;
  update.set_program_id(kProgram);
  update.set_code("survey");
  *update.mutable_activity_type() = Survey();
  update.mutable_activity_type()->mutable_attributes(0)->set_most(5);
  update.set_version(1);
  const auto updated = Ask(handlers::UpdateActivityType, update);
  ASSERT_TRUE(updated.ok()) << updated.status();
  EXPECT_EQ(updated->activity_type().version(), 2);
  EXPECT_REFUSED(Ask(handlers::UpdateActivityType, update), "ACTIVITY_TYPE_CHANGED");
  EXPECT_REFUSED(Record(Of(ada, "survey", {{"score", "9"}})), "ACTIVITY_INVALID");
  EXPECT_EQ(Record(answered)->activity_type_version(), 1) << "what was recorded stays";
  EXPECT_EQ(Record(Of(ada, "survey", {{"score", "5"}}))->activity_type_version(), 2);
  update.set_version(2);
  update.mutable_activity_type()->set_retired(true);
  ASSERT_TRUE(Ask(handlers::UpdateActivityType, update).ok());
  EXPECT_REFUSED(Record(Of(ada, "survey", {{"score", "5"}})), "ACTIVITY_TYPE_RETIRED");
  v1::GetActivityTypeRequest get;
  get.set_program_id(kProgram);
  get.set_code("survey");
  EXPECT_EQ(Ask(handlers::GetActivityType, get)->activity_type().version(), 3);
  v1::ListActivityTypesRequest list;
  list.set_program_id(kProgram);
  EXPECT_EQ(Ask(handlers::ListActivityTypes, list)->activity_types_size(), 1);
  EXPECT_EQ(Count("activity_type_versions"), 3);
}

TEST_F(ActivityTest, OfABatchEachIsAnsweredForItself) {
  ASSERT_TRUE(Create(Survey()).ok());
  Activate(50, "survey");
  const std::string ada = world_.Enrol("ada");
  v1::BatchRecordActivitiesRequest batch;
  batch.set_program_id(kProgram);
  *batch.add_requests() = Of(ada, "survey", {{"score", "1"}});
  *batch.add_requests() = Of(ada, "survey", {{"score", "11"}});
  *batch.add_requests() = batch.requests(0);
  *batch.add_requests() = Of(ada, "nothing");
  batch.add_requests()->set_activity_type("survey");
  const auto answered = Ask(handlers::BatchRecordActivities, batch);
  ASSERT_TRUE(answered.ok()) << answered.status();
  ASSERT_EQ(answered->results_size(), 5);
  EXPECT_TRUE(answered->results(0).has_activity());
  EXPECT_TRUE(answered->results(1).has_error());
  EXPECT_EQ(answered->results(2).activity().activity_id(),
            answered->results(0).activity().activity_id())
      << "the same one";
  EXPECT_TRUE(answered->results(3).has_error());
  EXPECT_TRUE(answered->results(4).has_error());
  EXPECT_EQ(world_.Balance(ada).active(), 50);
}

TEST_F(ActivityTest, AreListedByPagesAndByType) {
  ASSERT_TRUE(Create(Plain("review")).ok());
  ASSERT_TRUE(Create(Plain("app_opened")).ok());
  const std::string ada = world_.Enrol("ada");
  std::vector<std::string> ids;
  for (const char* type : {"review", "app_opened", "review"}) {
    world_.clock.Advance(absl::Seconds(1));
    ids.push_back(Record(Of(ada, type))->activity_id());
  }
  v1::ListActivitiesRequest request;
  request.set_program_id(kProgram);
  request.set_member_id(ada);
  request.set_page_size(2);
  auto page = Ask(handlers::ListActivities, request);
  ASSERT_EQ(page->activities_size(), 2);
  EXPECT_EQ(page->activities(0).activity_id(), ids[2]);
  request.set_page_token(page->next_page_token());
  page = Ask(handlers::ListActivities, request);
  ASSERT_EQ(page->activities_size(), 1);
  EXPECT_EQ(page->activities(0).activity_id(), ids[0]);
  EXPECT_EQ(page->next_page_token(), "");
  EXPECT_EQ(List(ada, AsClient(), "app_opened").size(), 1U);
  EXPECT_THAT(List(world_.Enrol("bob"), AsClient()), IsEmpty());
}

TEST_F(ActivityTest, TriedItSaysWhatRecordingGivesAndWritesNothing) {
  ASSERT_TRUE(Create(Survey()).ok());
  v1::Campaign limited;
  limited.mutable_member_limit()->set_max_points(80);
  const v1::Campaign campaign = Activate(50, "survey", {}, limited);
  Activate(7, "survey", {{"score", "10"}});
  const std::string ada = world_.Enrol("ada");
  for (const int64_t expected : {50, 30, 0}) {
    v1::SimulateActivityRequest request;
    request.set_program_id(kProgram);
    *request.mutable_activity() = Of(ada, "survey", {{"score", "9"}});
    const auto before = Rows();
    const auto tried = Ask(handlers::SimulateActivity, request);
    ASSERT_TRUE(tried.ok()) << tried.status();
    EXPECT_EQ(Rows(), before);
    const auto points = tried->points_earned().find("points");
    EXPECT_EQ(points == tried->points_earned().end() ? 0 : points->second, expected);
    ASSERT_EQ(tried->campaigns_size(), 2);
    EXPECT_EQ(tried->campaigns(0).campaign_id(), campaign.campaign_id());
    EXPECT_EQ(tried->campaigns(0).verdict(),
              expected == 0 ? v1::CAMPAIGN_VERDICT_LIMIT_REACHED : v1::CAMPAIGN_VERDICT_APPLIED);
    EXPECT_EQ(tried->campaigns(1).verdict(), v1::CAMPAIGN_VERDICT_CONDITION_FAILED);
    EXPECT_EQ(tried->campaigns(1).failed_path(), "trigger");
    const auto recorded = Record(Of(ada, "survey", {{"score", "9"}}));
    ASSERT_TRUE(recorded.ok()) << recorded.status();
    EXPECT_EQ(recorded->points_earned().size(), tried->points_earned().size());
  }
  EXPECT_EQ(world_.Balance(ada).active(), 80);
  v1::SimulateActivityRequest draft;
  draft.set_program_id(kProgram);
  *draft.mutable_activity() = Of(ada, "survey", {{"score", "9"}});
  v1::Campaign& tried = *draft.add_drafts();
  tried.set_display_name("draft");
  tried.mutable_fixed_points()->set_points(11);
  tried.mutable_trigger()->mutable_activity()->set_activity_type("survey");
  draft.set_replace_active(true);
  EXPECT_THAT(Ask(handlers::SimulateActivity, draft)->points_earned(),
              ElementsAre(Pair("points", 11)));
  (*draft.mutable_activity()->mutable_attributes())["score"] = "99";
  EXPECT_REFUSED(Ask(handlers::SimulateActivity, draft), "ACTIVITY_INVALID");
}

// Points of at most 60 a day.
class CappedActivityTest : public ActivityTest {
 protected:
  CappedActivityTest() : ActivityTest({Points()}) {}
  static v1::WalletType Points() {
    v1::WalletType points;
    points.set_code("points");
    points.set_singular("point");
    points.set_plural("points");
    v1::EarningCap& cap = *points.add_earning_caps();
    cap.set_amount(60);
    cap.set_period(v1::EarningLimit::PERIOD_DAY);
    cap.set_scope(v1::CAP_SCOPE_PER_MEMBER);
    cap.set_effect(v1::CAP_EFFECT_TRIM);
    return points;
  }
};

TEST_F(CappedActivityTest, CapsCutWhatItEarnsAndEachEntryIsExplained) {
  ASSERT_TRUE(Create(Plain("review")).ok());
  Activate(40, "review");
  v1::Campaign pending;
  pending.mutable_lots()->mutable_pending()->set_days(7);
  Activate(30, "review", {}, pending);
  const std::string ada = world_.Enrol("ada");
  const auto activity = Record(Of(ada, "review"));
  ASSERT_TRUE(activity.ok()) << activity.status();
  EXPECT_THAT(activity->points_earned(), ElementsAre(Pair("points", 60)));
  EXPECT_THAT(activity->points_over_caps(), ElementsAre(Pair("points", 10)));
  ASSERT_EQ(activity->entry_ids_size(), 2);
  for (const v1::Entry& entry : world_.Entries(ada)) {
    v1::ExplainEntryRequest request;
    request.set_program_id(kProgram);
    request.set_member_id(ada);
    request.set_entry_id(entry.entry_id());
    const auto explained = Ask(handlers::ExplainEntry, request);
    ASSERT_TRUE(explained.ok()) << explained.status();
    EXPECT_EQ(explained->recomputed_amount(), entry.active_delta() + entry.pending_delta());
    EXPECT_THAT(explained->summary(), HasSubstr("for activity/review"));
  }
  EXPECT_THAT(Record(Of(ada, "review"))->points_earned(), IsEmpty()) << "recorded all the same";
  EXPECT_EQ(Count("occurrences"), 2);
  EXPECT_TRUE(world_.Verify().valid()) << world_.Verify().DebugString();
}

TEST_F(ActivityTest, ABlockedMemberRecordsNothing) {
  ASSERT_TRUE(Create(Plain("review")).ok());
  const std::string ada = world_.Enrol("ada");
  const auto before_block = Of(ada, "review");
  ASSERT_TRUE(Record(before_block).ok());
  world_.database.Admin("UPDATE members SET state = 2");
  EXPECT_REFUSED(Record(Of(ada, "review")), "MEMBER_BLOCKED");
  EXPECT_TRUE(Record(before_block).ok());
}

}  // namespace
}  // namespace laurel::members::testing
