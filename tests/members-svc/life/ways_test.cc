// ListWays on a real database: what is told is what an order then earns.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>

#include "lib/base/timestamps.h"
#include "lib/status/error.h"
#include "members-svc/handlers/activity_handlers.h"
#include "members-svc/handlers/campaign_life_handlers.h"
#include "members-svc/handlers/tier_handlers.h"
#include "members-svc/handlers/way_handlers.h"
#include "tests/members-svc/campaigns.h"
#include "tests/members-svc/trial_world.h"

namespace laurel::members::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

class WayWorld : public TrialWorld {
 public:
  WayWorld() {
    EnrolMembers(1);
    v1::GetProgramRequest get;
    get.set_program_id(program_id());
    v1::UpdateProgramRequest request;
    request.set_program_id(program_id());
    request.set_etag(Ask(handlers::GetProgram, *this, AsStaff(), get)->program().etag());
    request.mutable_languages()->add_codes("en");
    request.mutable_languages()->add_codes("de");
    EXPECT_TRUE(Ask(handlers::UpdateProgram, *this, AsStaff(), request).ok());
  }
  const std::string& member() const { return members()[0]; }
  v1::ListWaysResponse Ways(const std::string& language = "") {
    v1::ListWaysRequest request;
    request.set_program_id(program_id());
    request.set_member_id(member());
    request.set_language(language);
    const auto ways = Ask(handlers::ListWays, *this, AsClient(), request);
    EXPECT_TRUE(ways.ok()) << ways.status();
    return ways.ok() ? *ways : v1::ListWaysResponse();
  }
  v1::Order Buy(int64_t amount) {
    v1::RecordOrderRequest order = OrderOf({Line("a", amount)});
    order.set_member_id(member());
    base::SetTimestamp(clock().Now(), order.mutable_occur_time());
    const auto recorded = Record(order);
    EXPECT_TRUE(recorded.ok()) << recorded.status();
    return recorded.ok() ? *recorded : v1::Order();
  }
};

TEST(Ways, What_is_told_is_what_an_order_earns_and_nothing_is_written) {
  WayWorld world;
  v1::Campaign limited = PerAmount(2, 100);
  limited.mutable_member_limit()->set_max_points(150);
  limited.mutable_member_limit()->set_period(v1::EarningLimit::PERIOD_MONTH);
  limited.set_display_name("Summer");
  const v1::Campaign campaign = world.Activate(limited);
  const auto before = world.Everything();
  const auto ways = world.Ways();
  EXPECT_EQ(world.Everything(), before);
  EXPECT_EQ(ways.language(), "en");
  ASSERT_EQ(ways.earning_size(), 1);
  const v1::EarningWay& way = ways.earning(0);
  EXPECT_EQ(way.campaign_id(), campaign.campaign_id());
  EXPECT_EQ(way.display_name(), "Summer");
  EXPECT_EQ(way.text(), "2 points per €1.00");
  EXPECT_THAT(way.terms(), ElementsAre("Each full €1.00 counts.", "At most 150 points per month."));
  EXPECT_TRUE(way.open_now());
  EXPECT_EQ(way.points_now(), 150);
  EXPECT_EQ(way.now_text(), "A purchase of €100.00 would earn 150 points now.");
  EXPECT_EQ(way.points_left(), 150);
  EXPECT_EQ(way.left_text(), "150 points left this month.");
  EXPECT_EQ(world.Buy(10000).points_earned().at("points"), way.points_now());

  const auto german = world.Ways("de-AT");
  EXPECT_EQ(german.language(), "de");
  EXPECT_EQ(german.earning(0).text(), "2 Punkte pro 1,00 €");
  EXPECT_EQ(german.earning(0).left_text(), "Diesen Monat noch 0 Punkte.");
  EXPECT_FALSE(german.earning(0).open_now()) << "the limit is used up";
  ASSERT_EQ(german.use_size(), 1);
  EXPECT_EQ(german.use(0).text(), "Guthaben: 150 Punkte.");
  EXPECT_EQ(german.use(0).points(), 150);
}

TEST(Ways, What_is_for_another_time_is_told_as_closed_and_what_is_over_is_not) {
  WayWorld world;  // 1 January 2026 is a Thursday
  v1::Campaign friday = Times(20000);
  friday.mutable_condition()->mutable_time()->add_weekdays(v1::WEEKDAY_FRIDAY);
  world.Activate(friday);
  v1::Campaign base = PerAmount(1, 100);
  base.set_priority(5);
  world.Activate(base);
  v1::Campaign over = Fixed(9);
  base::SetTimestamp(world.clock().Now() - absl::Hours(2), over.mutable_start_time());
  base::SetTimestamp(world.clock().Now() - absl::Hours(1), over.mutable_end_time());
  world.Activate(over);
  v1::Campaign later = Fixed(9);
  base::SetTimestamp(world.clock().Now() + absl::Hours(1), later.mutable_start_time());
  world.Activate(later);
  auto ways = world.Ways();
  ASSERT_EQ(ways.earning_size(), 2);
  EXPECT_EQ(ways.earning(0).text(), "1 point per €1.00") << "in running order";
  EXPECT_TRUE(ways.earning(0).open_now());
  EXPECT_EQ(ways.earning(1).text(), "Twice the points");
  EXPECT_THAT(ways.earning(1).terms(), ElementsAre("Only on Fridays."));
  EXPECT_FALSE(ways.earning(1).open_now());
  EXPECT_EQ(ways.earning(1).now_text(), "");
  world.clock().Advance(absl::Hours(24));
  ways = world.Ways();
  EXPECT_EQ(ways.earning_size(), 3) << "what was to come has begun";
  EXPECT_TRUE(ways.earning(1).open_now() || ways.earning(2).open_now());
}

TEST(Ways, A_first_order_is_told_until_it_is_made) {
  WayWorld world;
  v1::Campaign first = Fixed(100);
  first.mutable_condition()->mutable_order_number()->set_least(1);
  first.mutable_condition()->mutable_order_number()->set_most(1);
  world.Activate(first);
  ASSERT_EQ(world.Ways().earning_size(), 1);
  EXPECT_EQ(world.Ways().earning(0).now_text(), "A purchase of €100.00 would earn 100 points now.");
  EXPECT_EQ(world.Buy(100).points_earned().at("points"), 100);
  EXPECT_THAT(world.Ways().earning(), IsEmpty());
}

TEST(Ways, What_orders_do_not_trigger_is_told_by_its_occasion) {
  WayWorld world;
  v1::CreateActivityTypeRequest type;
  type.set_program_id(world.program_id());
  type.mutable_activity_type()->set_code("survey");
  type.mutable_activity_type()->set_display_name("Our survey");
  ASSERT_TRUE(Ask(handlers::CreateActivityType, world, world.AsStaff(), type).ok());
  v1::Campaign survey = Fixed(20);
  survey.mutable_trigger()->mutable_activity()->set_activity_type("survey");
  world.Activate(survey);
  v1::Campaign birthday = Fixed(50);
  birthday.mutable_trigger()->mutable_birthday();
  world.Activate(birthday);
  v1::Campaign tag;
  tag.mutable_set_attribute()->set_name("buyer");
  world.Activate(tag);
  const auto ways = world.Ways("de");
  ASSERT_EQ(ways.earning_size(), 2);
  EXPECT_EQ(ways.earning(0).text(), "20 Punkte für „Our survey“");
  EXPECT_FALSE(ways.earning(0).open_now()) << "no purchase makes it run";
  EXPECT_EQ(ways.earning(1).text(), "50 Punkte zum Geburtstag");
}

TEST(Ways, What_waits_for_approval_is_not_told_before) {
  WayWorld world;
  const v1::Campaign active = world.Activate(Fixed(5));
  world.WantApproval();
  v1::UpdateCampaignRequest update;
  update.set_program_id(world.program_id());
  update.set_campaign_id(active.campaign_id());
  *update.mutable_campaign() = active;
  update.mutable_campaign()->mutable_fixed_points()->set_points(7);
  update.set_etag(active.etag());
  ASSERT_TRUE(Ask(handlers::UpdateCampaign, world, world.AsStaff(), update).ok());
  ASSERT_EQ(world.Ways().earning_size(), 1);
  EXPECT_EQ(world.Ways().earning(0).text(), "5 points for an order");
  EXPECT_EQ(world.Ways().earning(0).campaign_version(), 1);
}

TEST(Ways, Tiers_are_told_with_what_comes_next) {
  WayWorld world;
  v1::CreateTierSetRequest request;
  request.set_program_id(world.program_id());
  v1::TierSet& set = *request.mutable_tier_set();
  set.set_code("status");
  set.set_display_name("Status");
  set.set_metric(v1::TIER_METRIC_ORDERS);
  set.set_window(v1::TIER_WINDOW_LIFETIME);
  v1::Tier& base = *set.add_tiers();
  base.set_code("base");
  base.set_display_name("Basic");
  v1::Tier& vip = *set.add_tiers();
  vip.set_code("vip");
  vip.set_display_name("VIP");
  vip.set_threshold(3);
  const auto made = Ask(handlers::CreateTierSet, world, world.AsStaff(), request);
  ASSERT_TRUE(made.ok()) << made.status();
  world.Buy(100);
  const auto ways = world.Ways();
  ASSERT_EQ(ways.tiers_size(), 1);
  EXPECT_EQ(ways.tiers(0).text(), "You are Basic.");
  EXPECT_THAT(ways.tiers(0).terms(), ElementsAre("2 orders to VIP."));
  EXPECT_THAT(world.Ways("de").tiers(0).terms(), ElementsAre("Noch 2 Einkäufe bis VIP."));
}

// At which a call's deadline passes when it has been asked so often.
class PassingClock final : public base::Clock {
 public:
  PassingClock(const base::Clock& clock, int lasts, server::Call& call)
      : clock_(clock), lasts_(lasts), call_(call) {}
  absl::Time Now() const override {
    if (++asked_ == lasts_) call_.deadline = absl::UnixEpoch();
    return clock_.Now();
  }
  int asked() const { return asked_; }

 private:
  const base::Clock& clock_;
  const int lasts_;
  server::Call& call_;
  mutable int asked_ = 0;
};

TEST(Ways, Nothing_is_tried_after_the_deadline) {
  WayWorld world;
  for (int i = 0; i < 12; ++i) world.Activate(Fixed(5 + i));
  v1::ListWaysRequest request;
  request.set_program_id(world.program_id());
  request.set_member_id(world.member());
  server::Call call = world.AsClient();
  const PassingClock clock(world.clock(), 4, call);
  const Deps& all = world.deps();
  const Deps deps{.clock = clock,
                  .ids = all.ids,
                  .pool = all.pool,
                  .relay = all.relay,
                  .keys = all.keys,
                  .index = all.index,
                  .campaigns = all.campaigns,
                  .ledger = all.ledger};
  v1::ListWaysResponse response;
  EXPECT_REASON(handlers::ListWays(deps, call, request, &response), "DEADLINE_PASSED");
  EXPECT_EQ(clock.asked(), 4) << "once per campaign that is tried, and once before";
}

TEST(Ways, An_order_whose_points_cannot_be_counted_is_not_open_now) {
  WayWorld world;
  world.Activate(Fixed(std::numeric_limits<int64_t>::max()));
  world.Activate(Fixed(std::numeric_limits<int64_t>::max()));
  const auto ways = world.Ways();
  ASSERT_EQ(ways.earning_size(), 2);
  EXPECT_FALSE(ways.earning(0).open_now());
}

TEST(Ways, Nobodys_ways_are_not_found) {
  WayWorld world;
  WayWorld other;
  v1::ListWaysRequest request;
  request.set_program_id(world.program_id());
  request.set_member_id(other.member());
  EXPECT_REASON(Ask(handlers::ListWays, world, world.AsClient(), request).status(),
                "MEMBER_NOT_FOUND");
}

}  // namespace
}  // namespace laurel::members::testing
