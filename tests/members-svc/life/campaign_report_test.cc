// Reports of campaigns, counted from what is stored: equal to the ledger's entries, also after
// returns; and whether goals were reached.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>

#include "lib/base/timestamps.h"
#include "lib/status/error.h"
#include "members-svc/handlers/activity_handlers.h"
#include "members-svc/handlers/campaign_life_handlers.h"
#include "members-svc/handlers/still_awaited.h"
#include "members-svc/statements.h"
#include "members-svc/store/report_reads.h"
#include "tests/members-svc/campaigns.h"
#include "tests/members-svc/trial_world.h"

namespace laurel::members::testing {
namespace {

class ReportWorld : public TrialWorld {
 public:
  v1::Order Buy(const std::string& member, const std::vector<v1::OrderLine>& lines) {
    v1::RecordOrderRequest order = OrderOf(lines);
    order.set_member_id(member);
    base::SetTimestamp(clock().Now(), order.mutable_occur_time());
    const auto recorded = Record(order);
    EXPECT_TRUE(recorded.ok()) << recorded.status();
    clock().Advance(absl::Seconds(1));
    return recorded.ok() ? *recorded : v1::Order();
  }
  // Line number → quantity in thousandths; none: all that is left.
  void Return(const v1::Order& order, const std::map<int32_t, int64_t>& lines = {}) {
    v1::ReturnOrderRequest request;
    request.set_program_id(program_id());
    request.set_order_id(order.order_id());
    request.set_request_id(NewRequestId());
    for (const auto& [number, quantity] : lines) {
      v1::LineToReturn& line = *request.add_lines();
      line.set_line_number(number);
      line.set_quantity_thousandths(quantity);
    }
    const auto returned = Ask(handlers::ReturnOrder, *this, AsClient(), request);
    ASSERT_TRUE(returned.ok()) << returned.status();
    clock().Advance(absl::Seconds(1));
  }
  v1::GetCampaignReportRequest For(const v1::Campaign& campaign) {
    v1::GetCampaignReportRequest request;
    request.set_program_id(program_id());
    request.set_campaign_id(campaign.campaign_id());
    return request;
  }
  v1::CampaignReport Report(const v1::GetCampaignReportRequest& request) {
    clock().Advance(absl::Seconds(1));  // what is counted was recorded before
    const auto answer = Ask(handlers::GetCampaignReport, *this, AsStaff(), request);
    EXPECT_TRUE(answer.ok()) << answer.status();
    return answer.ok() ? answer->report() : v1::CampaignReport();
  }
  // What accruals have given and claw-backs have taken, of all members.
  int64_t InLedger() {
    return Count(
        "SELECT coalesce(sum(active_delta + pending_delta), 0) FROM entries WHERE kind IN "
        "(1, 12) AND program_id = '" +
        base::ToString(program()) + "'");
  }
};

std::string StatementText(std::string_view name) {
  for (const db::SqlText& statement : Statements()) {
    if (statement.name == name) return statement.text;
  }
  ADD_FAILURE() << "no statement " << name;
  return "";
}

v1::OrderLine Units(const std::string& sku, int64_t units, int64_t amount) {
  v1::OrderLine line = Line(sku, amount);
  line.set_quantity_thousandths(units * 1000);
  return line;
}

TEST(CampaignReport, Its_points_are_those_of_the_entries_also_after_returns) {
  ReportWorld world;
  world.EnrolMembers(3);
  const v1::Campaign campaign = world.Activate(PerAmount(1, 100));
  const auto& members = world.members();
  const v1::Order first = world.Buy(members[0], {Units("a", 3, 1000), Units("b", 1, 1999)});
  const v1::Order second = world.Buy(members[0], {Units("a", 2, 5050)});
  const v1::Order third = world.Buy(members[1], {Units("c", 7, 7000)});
  world.Buy(members[2], {Units("c", 1, 99)});  // earns nothing

  v1::CampaignReport report = world.Report(world.For(campaign));
  EXPECT_EQ(report.orders(), 3);
  EXPECT_EQ(report.members(), 2);
  EXPECT_EQ(report.points(), 29 + 50 + 70);
  EXPECT_EQ(report.points(), world.InLedger());
  EXPECT_EQ(report.amount_minor_units(), 2999 + 5050 + 7000);
  EXPECT_FALSE(report.has_cost_minor_units());

  // Part by part: after every return the two say the same.
  const std::vector<std::pair<const v1::Order*, std::map<int32_t, int64_t>>> returns = {
      {&first, {{1, 1000}}}, {&third, {{1, 2000}}}, {&first, {{1, 1000}}},
      {&third, {{1, 3000}}}, {&first, {{2, 1000}}}, {&first, {}}};
  for (const auto& [order, lines] : returns) {
    world.Return(*order, lines);
    report = world.Report(world.For(campaign));
    EXPECT_EQ(report.points(), world.InLedger());
    EXPECT_EQ(report.points_given() - report.points_returned(), report.points());
  }
  EXPECT_EQ(report.orders(), 2) << "what is returned whole was never bought";
  EXPECT_EQ(report.members(), 2);
  EXPECT_EQ(report.points_given(), 149);
  world.Return(second);
  world.Return(third);
  report = world.Report(world.For(campaign));
  EXPECT_EQ(report.points(), 0);
  EXPECT_EQ(world.InLedger(), 0);
  EXPECT_EQ(report.orders(), 0);
  EXPECT_EQ(report.amount_minor_units(), 0);
}

TEST(CampaignReport, Campaigns_of_one_order_add_up_to_its_entries) {
  ReportWorld world;
  world.EnrolMembers(1);
  const std::string& member = world.members()[0];
  const std::vector<v1::Campaign> campaigns = {world.Activate(PerAmount(1, 100)),
                                               world.Activate(PerItem(3)), world.Activate(Fixed(5)),
                                               world.Activate(Times(15000))};
  const auto sum = [&] {
    int64_t points = 0;
    for (const v1::Campaign& campaign : campaigns) {
      points += world.Report(world.For(campaign)).points();
    }
    return points;
  };
  const v1::Order order = world.Buy(member, {Units("a", 2, 2000), Units("b", 1, 1000)});
  EXPECT_EQ(sum(), world.InLedger());
  EXPECT_EQ(world.Report(world.For(campaigns[3])).points(), 15);
  world.Return(order, {{2, 1000}});
  EXPECT_LE(std::abs(sum() - world.InLedger()), 3) << "each campaign rounds its own part";
  world.Return(order);
  EXPECT_EQ(sum(), 0);
  EXPECT_EQ(world.InLedger(), 0);
}

TEST(CampaignReport, Windows_add_up_versions_are_told_apart_and_cost_is_rounded_once) {
  ReportWorld world;
  world.EnrolMembers(1);
  const std::string& member = world.members()[0];
  v1::Campaign wanted = Fixed(5);
  wanted.mutable_budget()->set_minor_units(100000);
  wanted.mutable_budget()->set_minor_units_per_thousand_points(500);
  const v1::Campaign campaign = world.Activate(wanted);
  const absl::Time begin = world.clock().Now();
  world.Buy(member, {Line("a", 100)});
  const absl::Time middle = world.clock().Now();
  v1::UpdateCampaignRequest update;
  update.set_program_id(world.program_id());
  update.set_campaign_id(campaign.campaign_id());
  *update.mutable_campaign() = campaign;
  update.mutable_campaign()->mutable_fixed_points()->set_points(6);
  update.set_etag(campaign.etag());
  ASSERT_TRUE(Ask(handlers::UpdateCampaign, world, world.AsStaff(), update).ok());
  world.Buy(member, {Line("a", 100)});
  const auto whole = world.Report(world.For(campaign));
  ASSERT_EQ(whole.versions_size(), 2);
  EXPECT_EQ(whole.versions(0).version(), 1);
  EXPECT_EQ(whole.versions(0).points(), 5);
  EXPECT_EQ(whole.versions(1).version(), 2);
  EXPECT_EQ(whole.versions(1).points(), 6);
  EXPECT_EQ(whole.points(), 11);
  EXPECT_EQ(whole.cost_minor_units(), 6) << "5.5, halves up";
  auto part = world.For(campaign);
  base::SetTimestamp(begin, part.mutable_start_time());
  base::SetTimestamp(middle, part.mutable_end_time());
  const auto before = world.Report(part);
  *part.mutable_start_time() = part.end_time();
  base::SetTimestamp(world.clock().Now(), part.mutable_end_time());
  part.set_minor_units_per_thousand_points(1000);
  const auto after = world.Report(part);
  EXPECT_EQ(before.points(), 5);
  EXPECT_EQ(after.points(), 6);
  EXPECT_EQ(after.cost_minor_units(), 6);
  part.clear_end_time();
  *part.mutable_end_time() = part.start_time();
  EXPECT_REASON(Ask(handlers::GetCampaignReport, world, world.AsStaff(), part).status(),
                "INVALID_REQUEST");
}

TEST(CampaignReport, A_goal_is_reached_by_orders_that_stay_bought) {
  ReportWorld world;
  world.EnrolMembers(2);
  const auto& members = world.members();
  // Ten hours before: one order per member.
  world.Buy(members[0], {Line("a", 100)});
  world.Buy(members[1], {Line("a", 100)});
  world.clock().Advance(absl::Hours(9));
  v1::Campaign wanted = Fixed(5);
  const absl::Time start = world.clock().Now();
  base::SetTimestamp(start, wanted.mutable_start_time());
  base::SetTimestamp(start + absl::Hours(10), wanted.mutable_end_time());
  wanted.mutable_goal()->set_metric(v1::GOAL_METRIC_ORDERS_PER_MEMBER);
  wanted.mutable_goal()->set_growth_bps(5000);
  const v1::Campaign campaign = world.Activate(wanted);
  EXPECT_EQ(world.Report(world.For(campaign)).goal().outcome(), v1::GOAL_OUTCOME_NO_BASELINE)
      << "nobody bought anything in the seconds before";
  const v1::Order back = world.Buy(members[0], {Line("a", 100)});
  world.Buy(members[0], {Line("a", 100)});
  world.Buy(members[1], {Line("a", 100)});
  world.clock().Advance(absl::Hours(10));
  v1::CampaignReport report = world.Report(world.For(campaign));
  EXPECT_EQ(report.goal().outcome(), v1::GOAL_OUTCOME_REACHED) << report.goal().DebugString();
  EXPECT_EQ(report.goal().growth_bps(), 5000);
  EXPECT_EQ(report.goal().baseline().orders(), 2);
  world.Return(back);
  report = world.Report(world.For(campaign));
  EXPECT_EQ(report.goal().outcome(), v1::GOAL_OUTCOME_MISSED);
  EXPECT_EQ(report.goal().growth_bps(), 0);
  EXPECT_EQ(report.orders(), 2);
}

TEST(CampaignReport, What_happens_beside_orders_counts_for_the_campaigns_that_it_triggers) {
  ReportWorld world;
  world.EnrolMembers(2);
  v1::CreateActivityTypeRequest type;
  type.set_program_id(world.program_id());
  type.mutable_activity_type()->set_code("survey");
  type.mutable_activity_type()->set_display_name("Survey");
  ASSERT_TRUE(Ask(handlers::CreateActivityType, world, world.AsStaff(), type).ok());
  v1::Campaign points = Fixed(20);
  points.mutable_trigger()->mutable_activity()->set_activity_type("survey");
  v1::Campaign reward = points;
  reward.mutable_grant_reward()->set_reward_id(
      base::EncodeId("rwd", world.ids().Next(world.clock().Now())));
  const v1::Campaign giving = world.Activate(points);
  const v1::Campaign granting = world.Activate(reward);
  const absl::Time begin = world.clock().Now();
  for (const std::string& member : {world.members()[0], world.members()[0], world.members()[1]}) {
    v1::RecordActivityRequest request;
    request.set_program_id(world.program_id());
    request.set_request_id(world.NewRequestId());
    request.set_member_id(member);
    request.set_activity_type("survey");
    const auto recorded = Ask(handlers::RecordActivity, world, world.AsClient(), request);
    ASSERT_TRUE(recorded.ok()) << recorded.status();
    world.clock().Advance(absl::Seconds(1));
  }
  const auto given = world.Report(world.For(giving));
  EXPECT_EQ(given.orders(), 3);
  EXPECT_EQ(given.members(), 2);
  EXPECT_EQ(given.points(), 60);
  EXPECT_EQ(given.points(), world.InLedger());
  EXPECT_EQ(given.rewards(), 0);
  const auto granted = world.Report(world.For(granting));
  EXPECT_EQ(granted.rewards(), 3);
  EXPECT_EQ(granted.points(), 0);
  auto first = world.For(giving);
  base::SetTimestamp(begin, first.mutable_start_time());
  base::SetTimestamp(begin + absl::Seconds(1), first.mutable_end_time());
  EXPECT_EQ(world.Report(first).points(), 20);
}

TEST(CampaignReport, What_is_returned_after_a_window_counts_for_nothing_else) {
  ReportWorld world;
  world.EnrolMembers(1);
  const v1::Campaign campaign = world.Activate(Fixed(5));
  const absl::Time begin = world.clock().Now();
  const v1::Order first = world.Buy(world.members()[0], {Units("a", 2, 200)});
  const absl::Time end = world.clock().Now();
  for (int i = 0; i < 4; ++i) {
    world.Return(world.Buy(world.members()[0], {Line("a", 100)}));
  }
  world.Return(first, {{1, 1000}});
  world.clock().Advance(absl::Seconds(1));
  CampaignSums sums(campaign.campaign_id(), {.window = {begin, end}, .run = {}, .baseline = {}});
  const absl::Status read =
      ReadReportedOrders(world.deps().pool, {.deadline = world.AsStaff().deadline, .most = 2},
                         {world.program(), {begin, end}, world.clock().Now()}, &sums);
  ASSERT_TRUE(read.ok()) << read;
  v1::CampaignReport report;
  sums.Fill(&report);
  EXPECT_EQ(report.orders(), 1);
  EXPECT_EQ(report.amount_minor_units(), 100) << "with its newest return";
  const absl::Status more = ReadReportedOrders(
      world.deps().pool, {.deadline = world.AsStaff().deadline, .most = 2},
      {world.program(), {begin, world.clock().Now()}, world.clock().Now()}, &sums);
  EXPECT_REASON(more, "REPORT_TOO_LARGE");
}

TEST(CampaignReport, It_ends_when_nobody_waits_for_it_any_more) {
  ReportWorld world;
  world.EnrolMembers(1);
  const v1::Campaign campaign = world.Activate(Fixed(5));
  const absl::Time begin = world.clock().Now();
  for (int i = 0; i < 6; ++i) world.Buy(world.members()[0], {Line("a", 100)});
  const TimeSpan span{begin, world.clock().Now()};
  int asked = 0;
  ReportReading reading{.deadline = world.AsStaff().deadline,
                        .still_awaited = [&asked]() -> absl::Status {
                          if (++asked < 3) return absl::OkStatus();
                          return absl::DeadlineExceededError("nobody waits");
                        },
                        .first_orders = 1,
                        .next_rows = 1};
  CampaignSums sums(campaign.campaign_id(), {.window = span, .run = {}, .baseline = {}});
  EXPECT_EQ(ReadReportedOrders(world.deps().pool, reading,
                               {world.program(), span, world.clock().Now()}, &sums)
                .code(),
            absl::StatusCode::kDeadlineExceeded);
  EXPECT_EQ(asked, 3);
  v1::CampaignReport report;
  sums.Fill(&report);
  EXPECT_EQ(report.orders(), 2) << "no page was read after that";

  server::Call late = world.AsStaff();
  late.deadline = absl::UnixEpoch();
  EXPECT_REASON(handlers::StillAwaited(late), "DEADLINE_PASSED");
  EXPECT_TRUE(handlers::StillAwaited(world.AsStaff()).ok());
}

TEST(CampaignReport, What_waits_for_approval_changes_nothing) {
  ReportWorld world;
  world.EnrolMembers(1);
  v1::Campaign wanted = Fixed(5);
  const absl::Time start = world.clock().Now();
  base::SetTimestamp(start, wanted.mutable_start_time());
  wanted.mutable_goal()->set_metric(v1::GOAL_METRIC_ORDERS);
  wanted.mutable_goal()->set_value_thousandths(1000);
  wanted.mutable_budget()->set_minor_units(100000);
  wanted.mutable_budget()->set_minor_units_per_thousand_points(500);
  const v1::Campaign campaign = world.Activate(wanted);
  world.Buy(world.members()[0], {Line("a", 100)});
  v1::CampaignReport before = world.Report(world.For(campaign));
  ASSERT_EQ(before.orders(), 1);
  ASSERT_EQ(before.goal().outcome(), v1::GOAL_OUTCOME_REACHED);

  world.WantApproval();
  v1::UpdateCampaignRequest update;
  update.set_program_id(world.program_id());
  update.set_campaign_id(campaign.campaign_id());
  *update.mutable_campaign() = campaign;
  base::SetTimestamp(start + absl::Hours(1), update.mutable_campaign()->mutable_start_time());
  update.mutable_campaign()->mutable_goal()->set_value_thousandths(9000);
  update.mutable_campaign()->mutable_budget()->set_minor_units_per_thousand_points(9000);
  update.set_etag(campaign.etag());
  const auto waiting = Ask(handlers::UpdateCampaign, world, world.AsStaff(), update);
  ASSERT_TRUE(waiting.ok()) << waiting.status();
  v1::CampaignReport after = world.Report(world.For(campaign));
  for (v1::CampaignReport* report : {&before, &after}) {  // a second has passed
    report->clear_end_time();
    report->mutable_goal()->mutable_campaign()->clear_end_time();
  }
  EXPECT_EQ(after.DebugString(), before.DebugString());
}

TEST(CampaignReport, What_happens_beside_orders_is_read_by_its_trigger_page_by_page) {
  ReportWorld world;
  world.EnrolMembers(1);
  for (const char* code : {"survey", "visit"}) {
    v1::CreateActivityTypeRequest type;
    type.set_program_id(world.program_id());
    type.mutable_activity_type()->set_code(code);
    type.mutable_activity_type()->set_display_name(code);
    ASSERT_TRUE(Ask(handlers::CreateActivityType, world, world.AsStaff(), type).ok());
  }
  v1::Campaign points = Fixed(20);
  points.mutable_trigger()->mutable_activity()->set_activity_type("survey");
  const v1::Campaign campaign = world.Activate(points);
  const absl::Time begin = world.clock().Now();
  for (int i = 0; i < 10; ++i) {
    v1::RecordActivityRequest request;
    request.set_program_id(world.program_id());
    request.set_request_id(world.NewRequestId());
    request.set_member_id(world.members()[0]);
    request.set_activity_type(i % 2 == 0 ? "survey" : "visit");
    ASSERT_TRUE(Ask(handlers::RecordActivity, world, world.AsClient(), request).ok());
    if (i % 4 == 3) world.clock().Advance(absl::Seconds(1));  // some at the same time
  }
  world.clock().Advance(absl::Seconds(1));
  const TimeSpan span{begin, world.clock().Now()};
  int pages = 0;
  ReportReading reading{.deadline = world.AsStaff().deadline,
                        .still_awaited = [&pages]() -> absl::Status {
                          ++pages;
                          return absl::OkStatus();
                        },
                        .most = 5,
                        .next_rows = 2};
  const ReportedRange range{world.program(), span, world.clock().Now()};
  CampaignSums sums(campaign.campaign_id(), {.window = span, .run = {}, .baseline = {}});
  const absl::Status read =
      ReadReportedOccurrences(world.deps().pool, reading, range, "activity/survey", &sums);
  ASSERT_TRUE(read.ok()) << read;
  v1::CampaignReport report;
  sums.Fill(&report);
  EXPECT_EQ(report.points(), 100);
  EXPECT_EQ(pages, 3);
  reading.most = 4;
  EXPECT_REASON(
      ReadReportedOccurrences(world.deps().pool, reading, range, "activity/survey", &sums),
      "REPORT_TOO_LARGE");
}

// However many there are: the planner takes the index though the table is small enough to scan.
TEST(CampaignReport, What_happened_is_found_by_an_index) {
  ReportWorld world;
  std::string plan;
  for (const std::string& line : world.database().Admin(
           "SET enable_seqscan = off; SET plan_cache_mode = force_generic_plan; "
           "PREPARE occurrences_of(uuid, text, bigint, int, uuid, bigint, bigint, bigint) AS " +
           StatementText("read_triggered_occurrences") + "; EXPLAIN EXECUTE occurrences_of('" +
           base::ToString(world.program()) + "', 'birthday', 1, -1, '" +
           base::ToString(world.program()) + "', 2, 3, 4)")) {
    plan += line + "\n";
  }
  EXPECT_THAT(plan, ::testing::HasSubstr("Index Scan using occurrences_trigger"));
  EXPECT_THAT(plan, ::testing::Not(::testing::HasSubstr("Sort")));
}

TEST(CampaignReport, Another_programmes_is_not_found) {
  ReportWorld world;
  ReportWorld other;
  const v1::Campaign foreign = other.Activate(Fixed(5));
  EXPECT_REASON(
      Ask(handlers::GetCampaignReport, world, world.AsStaff(), world.For(foreign)).status(),
      "CAMPAIGN_NOT_FOUND");
}

}  // namespace
}  // namespace laurel::members::testing
