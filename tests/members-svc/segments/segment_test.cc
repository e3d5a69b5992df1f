// Segments over the real database, through months of a manual clock: rows, events and answers.
#include <gmock/gmock.h>

#include <set>

#include "members-svc/handlers/tier_handlers.h"
#include "tests/members-svc/segments/fixture.h"

namespace laurel::members {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using testing::kProgram;
using testing::SegmentTest;
using ::testing::UnorderedElementsAre;
using testing::World;
using Second = absl::CivilSecond;

TEST_F(SegmentTest, AListTakesItsMembersOnceAndTellsItOnce) {
  const std::string list = Create("list");
  const std::string ada = world_.Enrol("ada");
  const std::string berta = world_.Enrol("berta");
  EXPECT_EQ(AddTo(list, {ada, berta, ada}), 2);
  EXPECT_EQ(AddTo(list, {ada}), 0);
  EXPECT_THAT(Told(), ElementsAre("+list", "+list"));
  EXPECT_THAT(MembersOf(list), UnorderedElementsAre(ada, berta));
  ASSERT_EQ(SegmentsOf(ada).segments_size(), 1);
  EXPECT_EQ(SegmentsOf(ada).segments(0).display_name(), "list");
  EXPECT_EQ(SegmentsOf(ada).segments(0).enter_time().seconds(),
            absl::ToUnixSeconds(testing::kStart));
  RunWorker();
  RunDays();
  EXPECT_EQ(Counts(), "list:2 ") << "no evaluation takes anybody out of a list";
  EXPECT_EQ(TakeOut(list, {ada}), 1);
  EXPECT_EQ(TakeOut(list, {ada}), 0);
  EXPECT_THAT(Told(), ElementsAre("+list", "+list", "-list"));
  EXPECT_EQ(Counts(), "list:1 ");
}

TEST_F(SegmentTest, ARequestIdPutsMembersIntoAListOnce) {
  auto request = Ask<v1::AddSegmentMembersRequest>();
  request.set_segment_id(Create("list"));
  request.add_member_ids(world_.Enrol("ada"));
  request.set_request_id("once");
  EXPECT_EQ(Get(handlers::AddSegmentMembers, request).added_count(), 1);
  EXPECT_EQ(Get(handlers::AddSegmentMembers, request).added_count(), 1) << "the same answer";
  EXPECT_THAT(Told(), ElementsAre("+list"));
  request.add_member_ids(world_.Enrol("berta"));
  EXPECT_EQ(Refusal(handlers::AddSegmentMembers, request), "REQUEST_ID_REUSED");
}

TEST_F(SegmentTest, AnOrderBringsItsMemberInAndItsReturnTakesItOut) {
  const std::string vip = CreateAndSweep("vip", Spent(10000));
  const std::string ada = world_.Enrol("ada");
  Buy(ada, 8000);
  RunWorker();
  EXPECT_THAT(Told(), IsEmpty());
  const std::string order = Buy(ada, 2000);
  RunWorker();
  EXPECT_THAT(Told(), ElementsAre("+vip"));
  EXPECT_THAT(MembersOf(vip), ElementsAre(ada));
  RunWorker();
  RunDays();
  EXPECT_THAT(Told(), ElementsAre("+vip"));
  world_.clock.Advance(absl::Hours(1));
  Cancel(order);
  RunWorker();
  EXPECT_THAT(Told(), ElementsAre("+vip", "-vip"));
  EXPECT_THAT(MembersOf(vip), IsEmpty());
}

TEST_F(SegmentTest, TimeAloneTakesMembersOutAtTheirMidnight) {
  CreateAndSweep("vip", Spent(10000));
  const std::string ada = world_.Enrol("ada");
  Buy(ada, 10000);  // 10 March
  RunWorker();
  GoTo(Second(2026, 4, 8, 23));
  RunDays();
  EXPECT_EQ(Counts(), "vip:1 ");
  GoTo(Second(2026, 4, 9));
  RunDays();
  EXPECT_EQ(Counts(), "vip:0 ") << "30 days back";
  EXPECT_THAT(Told(), ElementsAre("+vip", "-vip"));
}

TEST_F(SegmentTest, WhoJoinsIsLookedAtSoon) {
  v1::SegmentCondition condition;
  condition.mutable_joined()->set_most_days(6);
  CreateAndSweep("newcomers", condition);
  world_.Enrol("ada");
  RunWorker();
  EXPECT_THAT(Told(), ElementsAre("+newcomers"));
  world_.clock.Advance(absl::Hours(24 * 7));
  RunDays();
  EXPECT_THAT(Told(), ElementsAre("+newcomers", "-newcomers"));
}

TEST_F(SegmentTest, ABirthdayIsFoundByItsHashAndStaysSealed) {
  auto request = Ask<v1::EnrolMemberRequest>();
  request.set_external_id("ada");
  request.mutable_profile()->mutable_birth_date()->set_year(1990);
  request.mutable_profile()->mutable_birth_date()->set_month(3);
  request.mutable_profile()->mutable_birth_date()->set_day(20);
  const std::string ada = Get(handlers::EnrolMember, request).member().member_id();
  world_.Enrol("berta");
  v1::SegmentCondition condition;
  condition.mutable_birthday()->set_days_before(7);
  EXPECT_EQ(Preview(condition).member_count(), 0) << "10 March";
  EXPECT_THAT(world_.database.Admin("SELECT count(*) FROM members WHERE birthday_hash IS NULL"),
              ElementsAre("2"))
      << "a preview writes nothing";
  CreateAndSweep("birthday", condition);
  EXPECT_THAT(world_.database.Admin("SELECT count(*) FROM members WHERE birthday_hash IS NULL"),
              ElementsAre("0"));
  GoTo(Second(2026, 3, 13));
  EXPECT_THAT(Preview(condition).sample_member_ids(), ElementsAre(ada));
  RunDays();
  EXPECT_THAT(Told(), ElementsAre("+birthday"));
  GoTo(Second(2026, 3, 21));
  RunDays();
  EXPECT_THAT(Told(), ElementsAre("+birthday", "-birthday"));
}

TEST_F(SegmentTest, AnAttributeCountsAndItsRemovalIsFoundByTheDailyWork) {
  v1::SegmentCondition condition;
  condition.mutable_attribute()->set_name("diet");
  condition.mutable_attribute()->add_values("vegan");
  CreateAndSweep("vegans", condition);
  const std::string ada = world_.Enrol("ada");
  RunWorker();
  world_.database.Admin(
      "INSERT INTO member_attributes (bucket, member_id, name, program_id, value, update_us) "
      "SELECT bucket, member_id, 'diet', program_id, 'vegan', 7 FROM members");
  world_.clock.Advance(absl::Hours(24));
  RunDays();
  EXPECT_THAT(Told(), ElementsAre("+vegans"));
  world_.database.Admin("DELETE FROM member_attributes");
  world_.clock.Advance(absl::Hours(24));
  RunDays();
  EXPECT_THAT(Told(), ElementsAre("+vegans", "-vegans"));
}

TEST_F(SegmentTest, ATierThatAnOrderBringsCountsAtOnce) {
  auto request = Ask<v1::CreateTierSetRequest>();
  v1::TierSet* set = request.mutable_tier_set();
  set->set_code("club");
  set->set_display_name("Club");
  set->set_metric(v1::TIER_METRIC_SPEND);
  set->set_window(v1::TIER_WINDOW_LIFETIME);
  for (const char* code : {"bronze", "silver"}) {
    set->add_tiers()->set_code(code);
    set->mutable_tiers()->rbegin()->set_display_name(code);
  }
  set->mutable_tiers(1)->set_threshold(100);
  Get(handlers::CreateTierSet, request);
  v1::SegmentCondition condition;
  condition.mutable_tier()->set_tier_set("club");
  condition.mutable_tier()->add_tiers("silver");
  CreateAndSweep("silver", condition);
  const std::string ada = world_.Enrol("ada");
  Buy(ada, 100);
  RunWorker();
  EXPECT_THAT(Told(), ElementsAre("+silver"));
  Buy(world_.Enrol("berta"), 60);
  RunWorker();
  EXPECT_EQ(Counts(), "silver:1 ");
  auto update = Ask<v1::UpdateTierSetRequest>();
  update.set_code("club");
  *update.mutable_tier_set() = *set;
  update.mutable_tier_set()->mutable_tiers(1)->set_threshold(50);
  Get(handlers::UpdateTierSet, update);
  RunWorker();
  EXPECT_EQ(Counts(), "silver:2 ") << "so does one that a change of the tier set brings";
  condition.mutable_tier()->add_tiers("gold");
  auto wrong = Ask<v1::PreviewSegmentRequest>();
  *wrong.mutable_condition() = condition;
  EXPECT_EQ(Refusal(handlers::PreviewSegment, wrong), "SEGMENT_INVALID");
}

TEST_F(SegmentTest, StoresAndCategoriesAreThoseOfTheOrders) {
  v1::SegmentCondition north, tea;
  north.mutable_purchases()->add_stores("north");
  north.mutable_purchases()->set_least_orders(2);
  tea.mutable_purchases()->mutable_lines()->add_categories("tea");
  tea.mutable_purchases()->set_least_minor_units(500);
  const std::string ada = world_.Enrol("ada");
  const std::string berta = world_.Enrol("berta");
  Buy(ada, 300, "north", "tea");
  Buy(ada, 300, "north", "cups");
  Buy(berta, 300, "south", "tea");
  Buy(berta, 200, "north", "tea");
  Create("north", &north);
  CreateAndSweep("tea", tea);
  ASSERT_EQ(SegmentsOf(ada).segments_size(), 1);
  EXPECT_EQ(SegmentsOf(ada).segments(0).display_name(), "north");
  ASSERT_EQ(SegmentsOf(berta).segments_size(), 1);
  EXPECT_EQ(SegmentsOf(berta).segments(0).display_name(), "tea");
}

TEST_F(SegmentTest, APreviewWritesNothingAndIsWhatTheSegmentThenHas) {
  std::set<std::string> rich;
  for (int i = 0; i < 40; ++i) {
    const std::string member = world_.Enrol(std::to_string(i));
    Buy(member, i % 3 == 0 ? 20000 : 100);
    if (i % 3 == 0) rich.insert(member);
  }
  const v1::PreviewSegmentResponse preview = Preview(Spent(10000), 100);
  EXPECT_EQ(preview.member_count(), static_cast<int64_t>(rich.size()));
  EXPECT_EQ(preview.estimated_count(), preview.member_count());
  EXPECT_EQ(preview.looked_at_count(), 40);
  EXPECT_TRUE(preview.complete());
  const std::set<std::string> sample(preview.sample_member_ids().begin(),
                                     preview.sample_member_ids().end());
  EXPECT_EQ(sample, rich);
  EXPECT_EQ(Preview(Spent(10000)).sample_member_ids_size(), 10);
  for (const char* table : {"segments", "segment_programs", "segment_looks", "segment_members"}) {
    EXPECT_EQ(RowsOf(table), 0) << table;
  }
  EXPECT_THAT(Told(), IsEmpty());
  const std::string vip = CreateAndSweep("vip", Spent(10000));
  const auto members = MembersOf(vip);
  EXPECT_EQ(std::set<std::string>(members.begin(), members.end()), rich);
  EXPECT_EQ(Told().size(), rich.size());
}

TEST_F(SegmentTest, ANewVersionMovesEverybodyAndIsKeptWithWhoMadeIt) {
  const std::string vip = CreateAndSweep("vip", Spent(10000));
  const std::string ada = world_.Enrol("ada");
  Buy(ada, 6000);
  RunWorker();
  EXPECT_EQ(Counts(), "vip:0 ");
  auto request = Ask<v1::UpdateSegmentRequest>();
  request.set_segment_id(vip);
  request.set_version(1);
  request.mutable_segment()->set_display_name("vip");
  request.mutable_segment()->set_kind(v1::SEGMENT_KIND_DYNAMIC);
  *request.mutable_segment()->mutable_condition() = Spent(5000);
  EXPECT_EQ(Get(handlers::UpdateSegment, request).segment().version(), 2);
  EXPECT_EQ(Refusal(handlers::UpdateSegment, request), "SEGMENT_CHANGED");
  EXPECT_FALSE(Get(handlers::CountMembersBySegment, Ask<v1::CountMembersBySegmentRequest>())
                   .counts(0)
                   .up_to_date());
  RunWorker();
  EXPECT_EQ(Counts(), "vip:1 ");
  EXPECT_TRUE(Get(handlers::CountMembersBySegment, Ask<v1::CountMembersBySegmentRequest>())
                  .counts(0)
                  .up_to_date());
  EXPECT_THAT(Told(), ElementsAre("+vip"));
  EXPECT_THAT(world_.database.Admin("SELECT principal FROM segment_versions ORDER BY version"),
              ElementsAre(call().caller.Principal(), call().caller.Principal()));
  request.set_version(0);
  request.mutable_segment()->set_kind(v1::SEGMENT_KIND_STATIC);
  request.mutable_segment()->clear_condition();
  EXPECT_EQ(Refusal(handlers::UpdateSegment, request), "SEGMENT_INVALID") << "its kind is for ever";
}

TEST_F(SegmentTest, ScoresGoByQuintilesThatTheSweepComputes) {
  std::vector<std::string> members;
  for (int i = 0; i < 10; ++i) {
    members.push_back(world_.Enrol(std::to_string(i)));
    for (int order = 0; order <= i; ++order) Buy(members.back(), 100);
  }
  const std::string nobody = world_.Enrol("nobody");
  EXPECT_EQ(SegmentsOf(members[9]).scores().frequency(), 0) << "no quintiles yet";
  v1::SegmentCondition condition;
  condition.mutable_scores()->mutable_frequency()->set_least(5);
  condition.mutable_scores()->mutable_frequency()->set_most(5);
  const std::string often = CreateAndSweep("often", condition);
  // 2, 4, 6 and 8 orders: what 20, 40, 60 and 80 % do not lie above.
  const auto settings = Get(handlers::GetSegmentSettings, Ask<v1::GetSegmentSettingsRequest>());
  EXPECT_THAT(settings.bounds().orders(), ElementsAre(2, 4, 6, 8));
  EXPECT_THAT(settings.bounds().minor_units(), ElementsAre(200, 400, 600, 800));
  for (int i = 0; i < 10; ++i) {
    EXPECT_EQ(SegmentsOf(members[static_cast<size_t>(i)]).scores().frequency(), i / 2 + 1);
    EXPECT_EQ(SegmentsOf(members[static_cast<size_t>(i)]).scores().monetary(), i / 2 + 1);
  }
  EXPECT_EQ(SegmentsOf(members[0]).scores().recency(), 5);
  EXPECT_EQ(SegmentsOf(nobody).scores().recency(), 0);
  EXPECT_FALSE(SegmentsOf(nobody).scores().has_days_since_last_order());
  EXPECT_THAT(MembersOf(often), UnorderedElementsAre(members[8], members[9]));
  EXPECT_EQ(Told().size(), 2u);
}

TEST_F(SegmentTest, StagesFollowTheSettingsAndAreCounted) {
  v1::SegmentCondition condition;
  condition.add_lifecycle_stages(v1::LIFECYCLE_STAGE_LAPSED);
  CreateAndSweep("lapsed", condition);
  const std::string ada = world_.Enrol("ada");
  EXPECT_EQ(SegmentsOf(ada).lifecycle_stage(), v1::LIFECYCLE_STAGE_NEW);
  world_.clock.Advance(absl::Hours(24 * 40));
  RunDays();
  EXPECT_EQ(SegmentsOf(ada).lifecycle_stage(), v1::LIFECYCLE_STAGE_ACTIVE);
  auto request = Ask<v1::UpdateSegmentSettingsRequest>();
  request.mutable_settings()->mutable_lifecycle()->set_at_risk_days(20);
  request.mutable_settings()->mutable_lifecycle()->set_lapsed_days(40);
  EXPECT_EQ(Get(handlers::UpdateSegmentSettings, request).settings().lifecycle().won_back_days(),
            90);
  RunWorker();
  EXPECT_THAT(Told(), ElementsAre("+lapsed"));
  const auto counts = Get(handlers::CountMembersBySegment, Ask<v1::CountMembersBySegmentRequest>());
  ASSERT_EQ(counts.lifecycle_counts_size(), 1);
  EXPECT_EQ(counts.lifecycle_counts(0).stage(), v1::LIFECYCLE_STAGE_LAPSED);
  Buy(ada, 100);
  RunWorker();
  EXPECT_EQ(SegmentsOf(ada).lifecycle_stage(), v1::LIFECYCLE_STAGE_WON_BACK);
  EXPECT_THAT(Told(), ElementsAre("+lapsed", "-lapsed"));
}

TEST_F(SegmentTest, MembersOfASegmentAreListedInPages) {
  std::vector<std::string> members;
  for (int i = 0; i < 5; ++i) members.push_back(world_.Enrol(std::to_string(i)));
  const std::string list = Create("list");
  EXPECT_EQ(AddTo(list, members), 5);
  auto request = Ask<v1::ListSegmentMembersRequest>();
  request.set_segment_id(list);
  request.set_page_size(2);
  std::vector<std::string> listed;
  int pages = 0;
  do {
    const auto page = Get(handlers::ListSegmentMembers, request);
    for (const auto& member : page.members()) listed.push_back(member.member_id());
    request.set_page_token(page.next_page_token());
    ++pages;
  } while (!request.page_token().empty());
  EXPECT_EQ(pages, 3);
  EXPECT_EQ(std::set<std::string>(listed.begin(), listed.end()),
            std::set<std::string>(members.begin(), members.end()));
  EXPECT_EQ(listed.size(), 5u);
}

TEST_F(SegmentTest, WhatIsWrongIsRefusedAndMovesNothing) {
  const std::string ada = world_.Enrol("ada");
  const std::string list = Create("list");
  const std::string nobody = base::EncodeId("mem", base::Uuid{1, 2});
  auto add = Ask<v1::AddSegmentMembersRequest>();
  add.set_segment_id(list);
  add.add_member_ids(ada);
  add.add_member_ids(nobody);
  EXPECT_EQ(Refusal(handlers::AddSegmentMembers, add), "MEMBER_NOT_FOUND");
  EXPECT_THAT(MembersOf(list), IsEmpty());
  const v1::SegmentCondition spent = Spent(1);
  add.set_segment_id(Create("vip", &spent));
  EXPECT_EQ(Refusal(handlers::AddSegmentMembers, add), "SEGMENT_NOT_STATIC");
  auto get = Ask<v1::GetSegmentRequest>();
  get.set_segment_id(base::EncodeId("seg", base::Uuid{1, 2}));
  EXPECT_EQ(Refusal(handlers::GetSegment, get), "SEGMENT_NOT_FOUND");
  get.set_segment_id(list);
  EXPECT_EQ(Get(handlers::GetSegment, get).segment().display_name(), "list");
  auto settings = Ask<v1::UpdateSegmentSettingsRequest>();
  settings.mutable_settings()->mutable_lifecycle()->set_at_risk_days(200);
  EXPECT_EQ(Refusal(handlers::UpdateSegmentSettings, settings), "SEGMENT_SETTINGS_INVALID");
  for (int i = 2; i < 100; ++i) Create(absl::StrCat("list", i));
  auto create = Ask<v1::CreateSegmentRequest>();
  create.mutable_segment()->set_kind(v1::SEGMENT_KIND_STATIC);
  EXPECT_EQ(Refusal(handlers::CreateSegment, create), "TOO_MANY_SEGMENTS");
  create.mutable_segment()->set_kind(v1::SEGMENT_KIND_DYNAMIC);
  EXPECT_EQ(Refusal(handlers::CreateSegment, create), "SEGMENT_INVALID");
  EXPECT_EQ(Get(handlers::ListSegments, Ask<v1::ListSegmentsRequest>()).segments_size(), 100);
  EXPECT_THAT(Told(), IsEmpty());
}

TEST_F(SegmentTest, WithoutSegmentsNothingIsQueuedAndScoresAreNone) {
  const std::string ada = world_.Enrol("ada");
  RunWorker();
  Buy(ada, 12000);
  EXPECT_THAT(world_.process->tiers.Take(10), IsEmpty());
  EXPECT_EQ(SegmentsOf(ada).segments_size(), 0);
  EXPECT_EQ(SegmentsOf(ada).scores().orders(), 1);
  EXPECT_EQ(SegmentsOf(ada).lifecycle_stage(), v1::LIFECYCLE_STAGE_NEW);
  RunDays();
  EXPECT_EQ(RowsOf("segment_looks"), 0);
}

}  // namespace
}  // namespace laurel::members
