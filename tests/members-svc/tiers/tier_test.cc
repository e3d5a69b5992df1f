// Tiers over the real database, through months of a manual clock: rows, events and answers.
#include <gmock/gmock.h>

#include "tests/members-svc/tiers/fixture.h"

namespace laurel::members {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using testing::kProgram;
using testing::Process;
using testing::SetOf;
using testing::TierTest;
using testing::World;
using Downgrade = v1::TierDowngrade;
using Second = absl::CivilSecond;

v1::TierSet Yearly() {
  return SetOf({0, 10000, 50000}, v1::TIER_WINDOW_CALENDAR_YEAR, Downgrade::FORM_PERIOD_END);
}
v1::TierSet Monthly() {
  v1::TierSet set =
      SetOf({0, 10000, 50000}, v1::TIER_WINDOW_ROLLING_MONTHS, Downgrade::FORM_AT_ONCE);
  set.set_window_months(1);
  return set;
}

TEST_F(TierTest, AnOrderLiftsItsMemberAtOnceAndIsToldOnce) {
  CreateAndSweep(Yearly());
  const std::string ada = world_.Enrol("ada");
  Buy(ada, 12000);
  v1::MemberTier tier = TierOf(ada);
  EXPECT_EQ(tier.tier(), "silver") << "from the history, before anything is evaluated";
  EXPECT_EQ(tier.value(), 12000);
  EXPECT_EQ(tier.next_tier(), "gold");
  EXPECT_EQ(tier.next_tier_distance(), 38000);
  EXPECT_EQ(tier.since_time().seconds(), absl::ToUnixSeconds(testing::kStart));
  EXPECT_EQ(Counts(), "bronze:0 silver:0 gold:0 ");
  RunWorker();
  EXPECT_THAT(Told(), ElementsAre("bronze>silver"));
  EXPECT_EQ(Counts(), "bronze:0 silver:1 gold:0 ");
  RunWorker();
  RunDays();
  EXPECT_THAT(Told(), ElementsAre("bronze>silver"));
  Buy(ada, 38000);
  RunWorker();
  EXPECT_THAT(Told(), ElementsAre("bronze>silver", "silver>gold"));
  EXPECT_EQ(TierOf(ada).next_tier(), "");
}

TEST_F(TierTest, AYearEndsAtItsMidnightAndTheDailyWorkTellsIt) {
  CreateAndSweep(Yearly());
  const std::string ada = world_.Enrol("ada");
  Buy(ada, 60000);
  RunWorker();
  GoTo(Second(2027, 1, 1, 3));
  RunDays();
  EXPECT_THAT(Told(), ElementsAre("bronze>gold")) << "2026 reached it";
  GoTo(Second(2027, 5, 1));
  Buy(ada, 10000);
  const v1::MemberTier tier = TierOf(ada);
  EXPECT_EQ(tier.needed_to_stay(), 40000);
  EXPECT_EQ(tier.period_end_tier(), "silver");
  GoTo(Second(2027, 12, 31, 23));
  RunDays();
  EXPECT_THAT(Told(), ElementsAre("bronze>gold"));
  GoTo(Second(2028, 1, 1));
  EXPECT_EQ(TierOf(ada).tier(), "silver") << "exact at the instant";
  RunDays();
  EXPECT_THAT(Told(), ElementsAre("bronze>gold", "gold>silver"));
}

TEST_F(TierTest, T3_KeptForAMonthFromEntering) {
  v1::TierSet set = Monthly();
  set.mutable_downgrade()->mutable_grace()->set_months(1);
  CreateAndSweep(set);
  const std::string ada = world_.Enrol("ada");
  GoTo(Second(2026, 7, 20, 8));
  Buy(ada, 60000, absl::FromCivil(Second(2026, 6, 24, 9), absl::UTCTimeZone()));
  // Counted from 24 June, by when it happened: out after 24 July, kept to the same day.
  EXPECT_EQ(TierOf(ada).tier(), "gold");
  GoTo(Second(2026, 7, 25));
  EXPECT_EQ(TierOf(ada).tier(), "bronze");
  Buy(ada, 60000);
  GoTo(Second(2026, 8, 25, 23));
  EXPECT_EQ(TierOf(ada).tier(), "gold");
  GoTo(Second(2026, 8, 26));
  EXPECT_EQ(TierOf(ada).tier(), "bronze");
}

TEST_F(TierTest, AReturnedOrderIsAsIfItHadNeverBeen) {
  CreateAndSweep(Yearly());
  const std::string ada = world_.Enrol("ada");
  Buy(ada, 8000);
  const std::string order = Buy(ada, 4000);
  RunWorker();
  world_.clock.Advance(absl::Hours(24));
  for (int half = 0; half < 2; ++half) {
    v1::ReturnOrderRequest request;
    request.set_program_id(kProgram);
    request.set_order_id(order);
    request.set_request_id(absl::StrCat("return-", half));
    request.add_lines()->set_line_number(1);
    request.mutable_lines(0)->set_quantity_thousandths(1000);
    v1::ReturnOrderResponse response;
    ASSERT_TRUE(handlers::ReturnOrder(deps(), call(), request, &response).ok());
    RunWorker();
    EXPECT_EQ(TierOf(ada).value(), half == 0 ? 10000 : 8000);
  }
  EXPECT_THAT(Told(), ElementsAre("bronze>silver", "silver>bronze"));
}

TEST_F(TierTest, PointsThatAreTakenBackWereNeverEarned) {
  v1::TierSet set = SetOf({0, 100, 500}, v1::TIER_WINDOW_CALENDAR_YEAR, Downgrade::FORM_PERIOD_END);
  set.set_metric(v1::TIER_METRIC_POINTS_EARNED);
  CreateAndSweep(set);
  const std::string ada = world_.Enrol("ada");
  const auto earned = world_.Earn(ada, 120, "earn");
  ASSERT_TRUE(earned.ok());
  ASSERT_TRUE(world_.Spend(ada, 50, "spend").ok());
  EXPECT_EQ(TierOf(ada).value(), 120) << "what is spent was earned";
  RunWorker();
  v1::ClawBackPointsRequest request;
  request.set_program_id(kProgram);
  request.set_member_id(ada);
  request.set_accrual_entry_id(earned->entry_id());
  request.set_amount(30);
  request.set_reason("mistake");
  request.set_request_id("claw");
  v1::ClawBackPointsResponse response;
  ASSERT_TRUE(world_.process->Call(handlers::ClawBackPoints, request, &response).ok());
  EXPECT_EQ(TierOf(ada).value(), 90);
  RunWorker();
  EXPECT_THAT(Told(), ElementsAre("bronze>silver", "silver>bronze"));
}

TEST_F(TierTest, VisitsAreCountedByStoreAndDay) {
  v1::TierSet set = SetOf({0, 2, 3}, v1::TIER_WINDOW_LIFETIME, Downgrade::FORM_NONE);
  set.set_metric(v1::TIER_METRIC_VISITS);
  CreateAndSweep(set);
  const std::string ada = world_.Enrol("ada");
  Buy(ada, 100, {}, "north");
  Buy(ada, 100, {}, "north");
  EXPECT_EQ(TierOf(ada).value(), 1);
  Buy(ada, 100, {}, "south");
  EXPECT_EQ(TierOf(ada).tier(), "silver");
  world_.clock.Advance(absl::Hours(24));
  Buy(ada, 100, {}, "north");
  EXPECT_EQ(TierOf(ada).tier(), "gold");
}

TEST_F(TierTest, T1_T2_AManualTierIsAFloorUntilItIsTakenAway) {
  CreateAndSweep(Monthly());
  const std::string ada = world_.Enrol("ada");
  auto given = Give(ada, "silver");
  ASSERT_TRUE(given.ok()) << given.status();
  EXPECT_EQ(given->tier(), "silver");
  EXPECT_EQ(given->earned_tier(), "bronze");
  EXPECT_THAT(world_.database.Admin("SELECT manual FROM member_tiers"), ElementsAre("t"));
  EXPECT_EQ(given->manual().actor(), call().caller.Principal());
  EXPECT_EQ(given->manual().reason(), "a friend of the house");
  world_.clock.Advance(absl::Hours(1));
  Buy(ada, 60000);
  RunWorker();
  EXPECT_EQ(TierOf(ada).tier(), "gold") << "no lock";
  world_.clock.Advance(absl::Hours(24 * 40));
  RunDays();
  EXPECT_EQ(TierOf(ada).tier(), "silver") << "a floor";
  const auto taken = Take(ada);
  ASSERT_TRUE(taken.ok()) << taken.status();
  EXPECT_EQ(taken->tier(), "bronze");
  EXPECT_FALSE(taken->has_manual());
  EXPECT_THAT(world_.database.Admin("SELECT manual FROM member_tiers"), ElementsAre("f"));
  EXPECT_EQ(status::ReasonOf(Take(ada).status()), "NO_MANUAL_TIER");
  EXPECT_THAT(Told(), ElementsAre("bronze>silver", "silver>gold", "gold>silver", "silver>bronze"));
  EXPECT_THAT(world_.database.Admin("SELECT end_reason FROM manual_tiers"),
              ElementsAre("no longer"));
}

TEST_F(TierTest, AManualTierEndsByItselfAndTheNextOneEndsTheOneBefore) {
  CreateAndSweep(Yearly());
  const std::string ada = world_.Enrol("ada");
  const absl::Time end = world_.clock.Now() + absl::Hours(48);
  ASSERT_TRUE(Give(ada, "gold", end).ok());
  ASSERT_TRUE(Give(ada, "silver", end).ok()) << "in the same instant";
  world_.clock.Advance(absl::Seconds(1));
  EXPECT_EQ(TierOf(ada).tier(), "silver");
  EXPECT_EQ(TierOf(ada).manual().end_time().seconds(), absl::ToUnixSeconds(end));
  world_.clock.Advance(absl::Hours(72));
  RunDays();
  EXPECT_THAT(Told(), ElementsAre("bronze>gold", "gold>silver", "silver>bronze"));
  EXPECT_EQ(status::ReasonOf(Take(ada).status()), "NO_MANUAL_TIER");
}

TEST_F(TierTest, AWarningComesBeforeTheFallOnce) {
  v1::TierSet set = Monthly();
  set.set_warning_days(7);
  CreateAndSweep(set);
  const std::string ada = world_.Enrol("ada");
  Buy(ada, 10000);  // 10 March: it falls on 11 April
  RunWorker();
  GoTo(Second(2026, 4, 3, 23));
  RunDays();
  EXPECT_FALSE(TierOf(ada).has_warning());
  EXPECT_THAT(Told(), ElementsAre("bronze>silver"));
  GoTo(Second(2026, 4, 4));
  RunDays();
  EXPECT_EQ(TierOf(ada).warning().tier(), "bronze");
  EXPECT_EQ(TierOf(ada).needed_to_stay(), 10000);
  world_.clock.Advance(absl::Hours(24));
  RunDays();
  EXPECT_THAT(Told(), ElementsAre("bronze>silver", "!silver>bronze"));
  GoTo(Second(2026, 4, 11));
  RunDays();
  EXPECT_THAT(Told(), ElementsAre("bronze>silver", "!silver>bronze", "silver>bronze"));
}

TEST_F(TierTest, ANewVersionMovesEverybodyAndIsKeptWithWhoMadeIt) {
  CreateAndSweep(Yearly());
  const std::string ada = world_.Enrol("ada");
  const std::string berta = world_.Enrol("berta");
  Buy(ada, 6000);
  RunWorker();
  EXPECT_EQ(Counts(), "bronze:2 silver:0 gold:0 ") << "berta has only joined";
  v1::TierSet lower = Yearly();
  lower.mutable_tiers(1)->set_threshold(5000);
  const auto updated = Update(lower, 1);
  ASSERT_TRUE(updated.ok()) << updated.status();
  EXPECT_EQ(updated->version(), 2);
  EXPECT_EQ(status::ReasonOf(Update(lower, 1).status()), "TIER_SET_CHANGED");
  RunWorker();
  EXPECT_EQ(Counts(), "bronze:1 silver:1 gold:0 ");
  EXPECT_THAT(Told(), ElementsAre("bronze>silver"));
  EXPECT_EQ(TierOf(ada).version(), 2);
  v1::ListTierSetVersionsRequest request;
  request.set_program_id(kProgram);
  request.set_code("club");
  request.set_page_size(1);
  v1::ListTierSetVersionsResponse page;
  World::Check(handlers::ListTierSetVersions(deps(), call(), request, &page));
  ASSERT_EQ(page.versions_size(), 1);
  EXPECT_EQ(page.versions(0).tier_set().version(), 2);
  EXPECT_EQ(page.versions(0).actor(), call().caller.Principal());
  request.set_page_token(page.next_page_token());
  World::Check(handlers::ListTierSetVersions(deps(), call(), request, &page));
  ASSERT_EQ(page.versions_size(), 1);
  EXPECT_EQ(page.versions(0).tier_set().tiers(1).threshold(), 10000);
  EXPECT_EQ(page.next_page_token(), "");
}

TEST_F(TierTest, ASweepThatDiesGoesOnWhereItWas) {
  constexpr int kMembers = 40;
  for (int i = 0; i < kMembers; ++i) Buy(world_.Enrol(std::to_string(i)), 20000);
  World::Check(Create(Yearly()));
  const std::atomic<bool> stopping = false;
  int rounds = 0;
  for (;; ++rounds) {
    Process process(world_.database, world_.clock);
    TierWorker worker({*process.pool, process.clock, process.ids, process.relay, process.tiers},
                      {.slices = 100});
    const auto more = worker.Round(stopping);
    ASSERT_TRUE(more.ok()) << more.status();
    if (!*more) break;
  }
  EXPECT_EQ(rounds, 11);
  EXPECT_EQ(Counts(), "bronze:0 silver:40 gold:0 ");
  EXPECT_EQ(Told().size(), static_cast<size_t>(kMembers));
}

TEST_F(TierTest, MembersOfATierAreListedInPages) {
  std::set<std::string> silver;
  for (int i = 0; i < 5; ++i) {
    const std::string member = world_.Enrol(std::to_string(i));
    Buy(member, i < 3 ? 20000 : 100);
    if (i < 3) silver.insert(member);
  }
  CreateAndSweep(Yearly());
  v1::ListMembersByTierRequest request;
  request.set_program_id(kProgram);
  request.set_code("club");
  request.set_tier("silver");
  request.set_page_size(2);
  std::set<std::string> listed;
  int pages = 0;
  do {
    v1::ListMembersByTierResponse response;
    World::Check(handlers::ListMembersByTier(deps(), call(), request, &response));
    for (const auto& member : response.members()) {
      EXPECT_EQ(member.value(), 20000);
      listed.insert(member.member_id());
    }
    request.set_page_token(response.next_page_token());
    ++pages;
  } while (!request.page_token().empty());
  EXPECT_EQ(pages, 2);
  EXPECT_EQ(listed, silver);
}

TEST_F(TierTest, WithoutTierSetsNothingIsQueuedAndNothingAnswered) {
  const std::string ada = world_.Enrol("ada");
  RunWorker();
  Buy(ada, 12000);
  EXPECT_THAT(world_.process->tiers.Take(10), IsEmpty());
  EXPECT_EQ(TierOf(ada).tier_set(), "");
  RunDays();
  EXPECT_EQ(world_.database.Admin("SELECT count(*) FROM member_tiers")[0], "0");
}

}  // namespace
}  // namespace laurel::members
