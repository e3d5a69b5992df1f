// What the state of a campaign allows, what a change makes of it, and when its goal is reached.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <map>

#include "lib/base/timestamps.h"
#include "lib/status/error.h"
#include "lib/status/mapping.h"
#include "members-svc/domain/campaign_goal.h"
#include "members-svc/domain/campaign_life.h"
#include "tests/members-svc/campaigns.h"

namespace laurel::members::testing {
namespace {

using ::testing::HasSubstr;

const absl::Time kNow = Noon();
const ChangeMoment kAlone{kNow, false};
const ChangeMoment kByTwo{kNow, true};

// A campaign of one version, in a state as it is shown.
CampaignRecord In(v1::CampaignState state) {
  CampaignRecord record;
  record.newest = Fixed(5);
  v1::Campaign& campaign = record.newest;
  campaign.set_campaign_id("cmp_1");
  campaign.set_version(1);
  campaign.set_content_version(1);
  campaign.set_wallet_type("points");
  campaign.set_state(state);
  if (state == v1::CAMPAIGN_STATE_SCHEDULED) {
    campaign.set_state(v1::CAMPAIGN_STATE_ACTIVE);
    base::SetTimestamp(kNow + absl::Hours(1), campaign.mutable_start_time());
  }
  campaign.set_live_version(state == v1::CAMPAIGN_STATE_DRAFT ? 0 : 1);
  return record;
}

TEST(CampaignStates, Time_makes_a_scheduled_one_active_and_then_ended) {
  CampaignRecord record = In(v1::CAMPAIGN_STATE_ACTIVE);
  base::SetTimestamp(kNow, record.newest.mutable_start_time());
  base::SetTimestamp(kNow + absl::Hours(2), record.newest.mutable_end_time());
  EXPECT_EQ(StateAt(record, kNow - absl::Microseconds(1)), v1::CAMPAIGN_STATE_SCHEDULED);
  EXPECT_EQ(StateAt(record, kNow), v1::CAMPAIGN_STATE_ACTIVE);
  EXPECT_EQ(StateAt(record, kNow + absl::Hours(2) - absl::Microseconds(1)),
            v1::CAMPAIGN_STATE_ACTIVE);
  EXPECT_EQ(StateAt(record, kNow + absl::Hours(2)), v1::CAMPAIGN_STATE_ENDED);
  record.newest.set_state(v1::CAMPAIGN_STATE_PAUSED);
  EXPECT_EQ(StateAt(record, kNow - absl::Hours(1)), v1::CAMPAIGN_STATE_PAUSED);
  EXPECT_EQ(StateAt(record, kNow + absl::Hours(2)), v1::CAMPAIGN_STATE_ENDED);
  record.newest.set_state(v1::CAMPAIGN_STATE_DRAFT);
  EXPECT_EQ(StateAt(record, kNow + absl::Hours(3)), v1::CAMPAIGN_STATE_DRAFT);
}

// Every move from every state: what it leads to, or nothing where it is refused.
TEST(CampaignStates, Every_move_is_allowed_or_refused_with_the_state) {
  using Move = std::function<absl::StatusOr<v1::Campaign>(const CampaignRecord&)>;
  const std::map<std::string, Move> moves = {
      {"activate", [](const CampaignRecord& r) { return Activated(r, kAlone); }},
      {"pause", [](const CampaignRecord& r) { return Paused(r, kAlone); }},
      {"end", [](const CampaignRecord& r) { return Ended(r, kAlone); }},
      {"replace",
       [](const CampaignRecord& r) {
         v1::Campaign content = r.newest;
         content.set_display_name("new");
         return Replaced(r, content, kAlone);
       }},
      {"schedule",
       [](const CampaignRecord& r) {
         return Scheduled(r, {kNow + absl::Hours(3), std::nullopt}, kAlone);
       }},
      {"approve", [](const CampaignRecord& r) { return Approved(r, "ann", "bob", kAlone); }},
  };
  const auto draft = v1::CAMPAIGN_STATE_DRAFT;
  const auto active = v1::CAMPAIGN_STATE_ACTIVE;
  const auto paused = v1::CAMPAIGN_STATE_PAUSED;
  const auto ended = v1::CAMPAIGN_STATE_ENDED;
  const auto scheduled = v1::CAMPAIGN_STATE_SCHEDULED;
  const auto refused = v1::CAMPAIGN_STATE_UNSPECIFIED;
  const std::vector<v1::CampaignState> from = {draft, scheduled, active, paused, ended};
  const std::map<std::string, std::vector<v1::CampaignState>> leads_to = {
      {"activate", {active, scheduled, active, active, refused}},
      {"pause", {refused, paused, paused, refused, refused}},
      {"end", {ended, ended, ended, ended, ended}},
      {"replace", {draft, scheduled, active, paused, refused}},
      {"schedule", {scheduled, scheduled, refused, scheduled, refused}},
      {"approve", {draft, scheduled, active, paused, refused}},
  };
  for (const auto& [name, move] : moves) {
    for (size_t i = 0; i < from.size(); ++i) {
      SCOPED_TRACE(name + " from " + v1::CampaignState_Name(from[i]));
      const CampaignRecord record = In(from[i]);
      ASSERT_EQ(StateAt(record, kNow), from[i]);
      const auto moved = move(record);
      const v1::CampaignState expected = leads_to.at(name)[i];
      if (expected == refused) {
        EXPECT_EQ(moved.status().code(), absl::StatusCode::kFailedPrecondition);
        EXPECT_EQ(status::ReasonOf(moved.status()), "CAMPAIGN_STATE");
        EXPECT_THAT(status::ToProto(moved.status()).DebugString(),
                    HasSubstr(v1::CampaignState_Name(from[i])));
        continue;
      }
      ASSERT_TRUE(moved.ok()) << moved.status();
      EXPECT_EQ(StateAt({*moved, std::nullopt}, kNow), expected);
      const bool changed = moved->version() != record.newest.version();
      if (changed) {
        EXPECT_EQ(moved->version(), 2);
        EXPECT_EQ(base::FromTimestamp(moved->update_time()), kNow);
      }
    }
  }
}

TEST(CampaignStates, An_end_keeps_what_has_run_for_orders_that_are_recorded_late) {
  const auto ran = Ended(In(v1::CAMPAIGN_STATE_ACTIVE), kAlone);
  ASSERT_TRUE(ran.ok());
  EXPECT_EQ(ran->state(), v1::CAMPAIGN_STATE_ACTIVE) << "it still earns for what was before";
  EXPECT_EQ(base::FromTimestamp(ran->end_time()), kNow);
  EXPECT_EQ(Ended(In(v1::CAMPAIGN_STATE_SCHEDULED), kAlone)->state(), v1::CAMPAIGN_STATE_ENDED);
  EXPECT_EQ(Ended(In(v1::CAMPAIGN_STATE_PAUSED), kAlone)->state(), v1::CAMPAIGN_STATE_ENDED);
}

TEST(CampaignStates, What_time_makes_of_it_has_an_etag_of_its_own) {
  CampaignRecord record = In(v1::CAMPAIGN_STATE_ACTIVE);
  base::SetTimestamp(kNow, record.newest.mutable_start_time());
  base::SetTimestamp(kNow + absl::Hours(2), record.newest.mutable_end_time());
  const std::string scheduled = Shown(record, kNow - absl::Hours(1)).etag();
  const std::string active = Shown(record, kNow).etag();
  const std::string ended = Shown(record, kNow + absl::Hours(2)).etag();
  EXPECT_EQ(active, "v1");
  EXPECT_NE(scheduled, active);
  EXPECT_NE(ended, active);
  EXPECT_NE(ended, scheduled);
  for (const std::string& etag : {scheduled, active, ended}) {
    EXPECT_TRUE(CheckEtag(record, etag).ok()) << etag << ": the version is the same";
  }
  record.newest.set_version(11);
  EXPECT_EQ(status::ReasonOf(CheckEtag(record, ended)), "CAMPAIGN_CHANGED");
  EXPECT_EQ(status::ReasonOf(CheckEtag(record, "")), "CAMPAIGN_CHANGED");
}

TEST(CampaignStates, One_that_is_ended_at_the_moment_it_begins_has_ended) {
  CampaignRecord record = In(v1::CAMPAIGN_STATE_ACTIVE);
  base::SetTimestamp(kNow, record.newest.mutable_start_time());
  ASSERT_EQ(StateAt(record, kNow), v1::CAMPAIGN_STATE_ACTIVE);
  const auto ended = Ended(record, kAlone);
  ASSERT_TRUE(ended.ok()) << ended.status();
  EXPECT_EQ(StateAt({*ended, std::nullopt}, kNow), v1::CAMPAIGN_STATE_ENDED);
  EXPECT_FALSE(ended->has_end_time()) << "an end must lie after the start";
}

TEST(CampaignStates, A_schedule_lies_in_the_future_and_ends_after_it_begins) {
  const CampaignRecord draft = In(v1::CAMPAIGN_STATE_DRAFT);
  EXPECT_EQ(status::ReasonOf(Scheduled(draft, {kNow, std::nullopt}, kAlone).status()),
            "CAMPAIGN_INVALID");
  const absl::Time start = kNow + absl::Hours(2);
  EXPECT_EQ(status::ReasonOf(Scheduled(draft, {start, start}, kAlone).status()),
            "CAMPAIGN_INVALID");
  const auto scheduled = Scheduled(draft, {start, start + absl::Hours(1)}, kAlone);
  ASSERT_TRUE(scheduled.ok());
  EXPECT_EQ(scheduled->content_version(), 2) << "times are part of what a campaign says";
}

TEST(CampaignStates, What_members_have_had_is_counted_by_stays) {
  const auto violation = [](v1::CampaignState state,
                            const std::function<void(v1::Campaign*)>& change) {
    const CampaignRecord record = In(state);
    v1::Campaign content = record.newest;
    change(&content);
    const auto replaced = Replaced(record, content, kAlone);
    return replaced.ok() ? std::string() : status::ToProto(replaced.status()).DebugString();
  };
  const auto other_effect = [](v1::Campaign* c) {
    *c = PerAmount(1, 100);
    c->set_wallet_type("points");
  };
  const auto other_wallet = [](v1::Campaign* c) { c->set_wallet_type("miles"); };
  const auto other_trigger = [](v1::Campaign* c) { c->mutable_trigger()->mutable_birthday(); };
  EXPECT_EQ(violation(v1::CAMPAIGN_STATE_DRAFT, other_effect), "");
  EXPECT_THAT(violation(v1::CAMPAIGN_STATE_ACTIVE, other_effect), HasSubstr("\"campaign\""));
  EXPECT_THAT(violation(v1::CAMPAIGN_STATE_PAUSED, other_wallet), HasSubstr("campaign.walletType"));
  EXPECT_THAT(violation(v1::CAMPAIGN_STATE_SCHEDULED, other_trigger),
              HasSubstr("campaign.trigger"));
  EXPECT_EQ(violation(v1::CAMPAIGN_STATE_ACTIVE,
                      [](v1::Campaign* c) { c->mutable_fixed_points()->set_points(7); }),
            "");
}

TEST(CampaignStates, A_trigger_that_stays_as_it_is_may_be_saved_however_its_map_is_kept) {
  CampaignRecord record = In(v1::CAMPAIGN_STATE_ACTIVE);
  v1::ActivityTrigger& trigger = *record.newest.mutable_trigger()->mutable_activity();
  trigger.set_activity_type("survey");
  for (const char* name : {"brand", "channel", "city", "language", "store"}) {
    (*trigger.mutable_attributes())[name] = std::string(name) + " asked for";
  }
  const std::string bytes = record.newest.SerializeAsString();
  for (int i = 0; i < 100; ++i) {
    ASSERT_TRUE(record.newest.ParseFromString(bytes));
    v1::Campaign content;
    ASSERT_TRUE(content.ParseFromString(bytes));
    ASSERT_TRUE(Replaced(record, content, kAlone).ok()) << i;
    (*content.mutable_trigger()->mutable_activity()->mutable_attributes())["city"] = "another";
    ASSERT_FALSE(Replaced(record, content, kAlone).ok());
  }
}

TEST(CampaignApproval, Nothing_earns_before_a_second_person_has_approved_it) {
  EXPECT_EQ(status::ReasonOf(FirstVersion(Fixed(5), true, kByTwo).status()), "APPROVAL_REQUIRED");
  CampaignRecord record;
  record.newest = *FirstVersion(Fixed(5), false, kByTwo);
  EXPECT_EQ(status::ReasonOf(Activated(record, kByTwo).status()), "APPROVAL_REQUIRED");
  EXPECT_EQ(
      status::ReasonOf(Scheduled(record, {kNow + absl::Hours(1), std::nullopt}, kByTwo).status()),
      "APPROVAL_REQUIRED");
  EXPECT_EQ(status::ReasonOf(Approved(record, "ann", "ann", kByTwo).status()),
            "SECOND_PERSON_REQUIRED");
  record.newest = *Approved(record, "ann", "bob", kByTwo);
  EXPECT_EQ(record.newest.approver(), "bob");
  EXPECT_EQ(record.newest.live_version(), 0) << "approved is not active";
  EXPECT_EQ(Approved(record, "ann", "eve", kByTwo)->version(), record.newest.version());
  const auto active = Activated(record, kByTwo);
  ASSERT_TRUE(active.ok()) << active.status();
  EXPECT_EQ(active->live_version(), active->version());
}

TEST(CampaignApproval, A_change_waits_while_the_approved_version_goes_on) {
  CampaignRecord record = In(v1::CAMPAIGN_STATE_ACTIVE);
  record.newest.set_approver("bob");
  v1::Campaign content = Fixed(50);
  content.set_wallet_type("points");
  const auto waiting = Replaced(record, content, kByTwo);
  ASSERT_TRUE(waiting.ok()) << waiting.status();
  EXPECT_EQ(waiting->live_version(), 1);
  EXPECT_EQ(waiting->approver(), "");
  const CampaignRecord both{*waiting, record.newest};
  EXPECT_EQ(StateAt(both, kNow), v1::CAMPAIGN_STATE_ACTIVE);
  // A pause changes the state only; what waits, waits on, and is not let in by activating again.
  const auto paused = Paused(both, kByTwo);
  EXPECT_EQ(paused->live_version(), 1);
  EXPECT_EQ(status::ReasonOf(Activated({*paused, record.newest}, kByTwo).status()),
            "APPROVAL_REQUIRED");
  const auto approved = Approved(both, "ann", "bob", kByTwo);
  EXPECT_EQ(approved->live_version(), approved->version());
  EXPECT_EQ(approved->fixed_points().points(), 50);
  // An end drops it.
  const auto ended = Ended(both, kByTwo);
  EXPECT_EQ(ended->fixed_points().points(), 5);
  EXPECT_EQ(ended->live_version(), ended->version());
}

TEST(CampaignApproval, Approved_times_may_be_scheduled_by_one_person_and_no_others) {
  CampaignRecord record = In(v1::CAMPAIGN_STATE_DRAFT);
  const absl::Time start = kNow + absl::Hours(5);
  base::SetTimestamp(start, record.newest.mutable_start_time());
  record.newest.set_approver("bob");
  EXPECT_TRUE(Scheduled(record, {start, std::nullopt}, kByTwo).ok());
  EXPECT_EQ(
      status::ReasonOf(Scheduled(record, {start + absl::Hours(1), std::nullopt}, kByTwo).status()),
      "APPROVAL_REQUIRED");
}

// --- goals

v1::Campaign WithGoal(v1::GoalMetric metric, int64_t growth_bps) {
  v1::Campaign campaign = Fixed(1);
  base::SetTimestamp(kNow, campaign.mutable_start_time());
  base::SetTimestamp(kNow + absl::Hours(24 * 10), campaign.mutable_end_time());
  campaign.mutable_goal()->set_metric(metric);
  campaign.mutable_goal()->set_growth_bps(growth_bps);
  return campaign;
}
const absl::Time kOver = kNow + absl::Hours(24 * 10);

TEST(CampaignGoal, Orders_per_member_fifteen_per_cent_more) {
  const v1::Campaign campaign = WithGoal(v1::GOAL_METRIC_ORDERS_PER_MEMBER, 1500);
  ASSERT_EQ(BaselineOf(campaign, kOver)->start, kNow - absl::Hours(24 * 10));
  // 2 orders per member before: 2.3 are wanted.
  const GoalCounts before{.orders = 20, .amount = 0, .members = 10};
  const auto reached =
      ReportGoal(campaign, kOver, {.orders = 23, .amount = 0, .members = 10}, before);
  EXPECT_EQ(reached.outcome(), v1::GOAL_OUTCOME_REACHED);
  EXPECT_EQ(reached.growth_bps(), 1500);
  EXPECT_EQ(reached.campaign().value_thousandths(), 2300);
  EXPECT_EQ(reached.baseline().value_thousandths(), 2000);
  const auto missed = ReportGoal(campaign, kOver, {.orders = 22999, .amount = 0, .members = 10000},
                                 {.orders = 20000, .amount = 0, .members = 10000});
  EXPECT_EQ(missed.outcome(), v1::GOAL_OUTCOME_MISSED) << "2.2999 is not 2.3";
  EXPECT_EQ(missed.growth_bps(), 1499) << "rounded down";
}

TEST(CampaignGoal, Spans_of_different_lengths_are_compared_by_the_day) {
  v1::Campaign campaign = WithGoal(v1::GOAL_METRIC_ORDERS, 0);
  base::SetTimestamp(kNow - absl::Hours(24 * 30),
                     campaign.mutable_goal()->mutable_baseline_start_time());
  base::SetTimestamp(kNow - absl::Hours(24 * 10),
                     campaign.mutable_goal()->mutable_baseline_end_time());
  const GoalCounts twenty_days{.orders = 200, .amount = 0, .members = 50};
  EXPECT_EQ(ReportGoal(campaign, kOver, {.orders = 100, .amount = 0, .members = 9}, twenty_days)
                .outcome(),
            v1::GOAL_OUTCOME_REACHED);
  EXPECT_EQ(
      ReportGoal(campaign, kOver, {.orders = 99, .amount = 0, .members = 9}, twenty_days).outcome(),
      v1::GOAL_OUTCOME_MISSED);
  // After a day a tenth of it is there.
  const absl::Time day = kNow + absl::Hours(24);
  EXPECT_EQ(
      ReportGoal(campaign, day, {.orders = 10, .amount = 0, .members = 9}, twenty_days).outcome(),
      v1::GOAL_OUTCOME_REACHED);
  EXPECT_EQ(
      ReportGoal(campaign, day, {.orders = 9, .amount = 0, .members = 9}, twenty_days).outcome(),
      v1::GOAL_OUTCOME_NOT_YET);
  campaign.mutable_goal()->set_metric(v1::GOAL_METRIC_AMOUNT_PER_ORDER);
  EXPECT_EQ(ReportGoal(campaign, day, {.orders = 1, .amount = 30, .members = 1},
                       {.orders = 10, .amount = 300, .members = 1})
                .outcome(),
            v1::GOAL_OUTCOME_REACHED)
      << "an average has no length";
}

TEST(CampaignGoal, One_that_runs_is_compared_with_as_long_before_it) {
  v1::Campaign campaign = WithGoal(v1::GOAL_METRIC_ORDERS, 100);
  base::SetTimestamp(absl::FromCivil(absl::CivilDay(9999, 1, 1), absl::UTCTimeZone()),
                     campaign.mutable_end_time());
  const absl::Time day = kNow + absl::Hours(24);
  const auto baseline = BaselineOf(campaign, day);
  EXPECT_EQ(baseline->start, kNow - absl::Hours(24));
  EXPECT_EQ(baseline->end, kNow);
  const GoalCounts equal{.orders = 10, .amount = 0, .members = 5};
  const auto report = ReportGoal(campaign, day, equal, equal);
  EXPECT_EQ(report.outcome(), v1::GOAL_OUTCOME_NOT_YET);
  EXPECT_EQ(report.growth_bps(), 0);
}

TEST(CampaignGoal, Nothing_before_is_no_baseline_and_a_value_needs_none) {
  v1::Campaign campaign = WithGoal(v1::GOAL_METRIC_MEMBERS, 100);
  EXPECT_EQ(ReportGoal(campaign, kOver, {.orders = 5, .amount = 5, .members = 5}, {}).outcome(),
            v1::GOAL_OUTCOME_NO_BASELINE);
  EXPECT_EQ(ReportGoal(campaign, kNow, {}, {}).outcome(), v1::GOAL_OUTCOME_NOT_STARTED);
  campaign.mutable_goal()->set_value_thousandths(5000);
  EXPECT_FALSE(BaselineOf(campaign, kOver));
  EXPECT_EQ(ReportGoal(campaign, kOver, {.orders = 5, .amount = 5, .members = 5}, {}).outcome(),
            v1::GOAL_OUTCOME_REACHED);
  EXPECT_EQ(ReportGoal(campaign, kOver, {.orders = 5, .amount = 5, .members = 4}, {}).outcome(),
            v1::GOAL_OUTCOME_MISSED);
}

TEST(CampaignGoal, What_is_wrong_is_named_with_its_path) {
  const auto fields = [](const v1::Campaign& campaign) {
    std::vector<status::Violation> violations;
    CheckGoal(campaign, &violations);
    std::vector<std::string> out;
    for (const auto& violation : violations) out.push_back(violation.field);
    return out;
  };
  using ::testing::ElementsAre;
  EXPECT_THAT(fields(WithGoal(v1::GOAL_METRIC_ORDERS, 1)), ElementsAre());
  v1::Campaign campaign = WithGoal(v1::GOAL_METRIC_ORDERS, 1);
  campaign.clear_start_time();
  EXPECT_THAT(fields(campaign), ElementsAre("campaign.goal"));
  campaign = WithGoal(v1::GOAL_METRIC_ORDERS, 1);
  campaign.mutable_goal()->clear_target();
  EXPECT_THAT(fields(campaign), ElementsAre("campaign.goal"));
  campaign = WithGoal(v1::GOAL_METRIC_ORDERS, 1);
  base::SetTimestamp(kNow, campaign.mutable_goal()->mutable_baseline_start_time());
  EXPECT_THAT(fields(campaign), ElementsAre("campaign.goal.baselineEndTime"));
  base::SetTimestamp(kNow + absl::Hours(1), campaign.mutable_goal()->mutable_baseline_end_time());
  EXPECT_THAT(fields(campaign), ElementsAre("campaign.goal.baselineEndTime"));
}

}  // namespace
}  // namespace laurel::members::testing
