// An order that is bought, pays, earns, completes challenges and is brought back bit by bit leaves
// wallets, tiers, challenge progress, badges, what challenges paid and the leaderboard as if it had
// never been. The measure is a twin who never bought it; members-svc tells, gamification-svc
// counts.

#include <gtest/gtest.h>

#include <random>

#include "members-svc/handlers/tier_handlers.h"
#include "tests/e2e/two_services.h"
#include "tests/members-svc/random_campaigns.h"
#include "tests/members-svc/tiers/sets.h"

namespace laurel {
namespace {

using gamification::v1::Challenge;
using members::testing::Bought;
using members::testing::Dice;
using members::testing::kProgram;
using members::testing::ReturnsWorld;
using testing::TwoServices;

Challenge Goal(const std::string& name, gamification::v1::EventType type,
               gamification::v1::Measure measure, int64_t target) {
  Challenge challenge;
  challenge.set_display_name(name);
  challenge.set_event_type(type);
  challenge.set_measure(measure);
  challenge.set_target(target);
  challenge.set_badge(name);
  return challenge;
}

class Twins {
 public:
  explicit Twins(members::v1::ReturnMode mode) : services_(mode) {
    using namespace gamification::v1;  // NOLINT: the names of its enums
    world().AddCampaign(ReturnsWorld::PerUnit(1));
    world().AddCampaign(ReturnsWorld::PerItem(7, "mug"));
    Challenge orders = Goal("orders", EVENT_TYPE_ORDER_RECORDED, MEASURE_COUNT, 3);
    orders.set_window_days(30);
    orders.set_points(100);
    Challenge amount = Goal("amount", EVENT_TYPE_ORDER_RECORDED, MEASURE_SUM_AMOUNT, 20000);
    amount.set_points(13);
    Challenge mugs = Goal("mugs", EVENT_TYPE_ORDER_RECORDED, MEASURE_SUM_QUANTITY, 6000);
    mugs.mutable_filter()->add_skus("mug");
    mugs.set_window_days(10);
    Challenge earned = Goal("earned", EVENT_TYPE_POINTS_EARNED, MEASURE_SUM_AMOUNT, 250);
    earned.set_window_days(20);
    earned.set_points(40);
    const Challenge spent = Goal("spent", EVENT_TYPE_POINTS_SPENT, MEASURE_COUNT, 2);
    Challenge spent_lately = Goal("spent_lately", EVENT_TYPE_POINTS_SPENT, MEASURE_SUM_AMOUNT, 60);
    spent_lately.set_window_days(5);
    for (const Challenge& challenge : {orders, amount, mugs, earned, spent, spent_lately}) {
      services_.Make(challenge);
    }
    MakeTiers("spend", members::v1::TIER_METRIC_SPEND, {0, 10000, 30000});
    MakeTiers("points", members::v1::TIER_METRIC_POINTS_EARNED, {0, 100, 300});
    MakeTiers("orders", members::v1::TIER_METRIC_ORDERS, {0, 3, 6});
  }

  TwoServices& services() { return services_; }
  ReturnsWorld& world() { return services_.world; }

  members::v1::Order Buy(const std::string& member, const std::vector<Bought>& lines,
                         const std::vector<std::string>& spends = {}) {
    return world().Record(member, Request(), lines, spends);
  }
  std::string Spend(const std::string& member, int64_t amount) {
    const auto entry = world().Spend(member, amount, Request());
    return entry.ok() ? entry->entry_id() : "";
  }
  void Return(const members::v1::Order& order, const std::map<int32_t, int64_t>& lines = {}) {
    world().Return(order, Request(), lines);
  }

  // All that anybody can see of a member.
  std::string StateOf(const std::string& member) {
    const auto balance = world().BalanceOf(member);
    std::string out = absl::StrCat("balance ", balance.active(), " ", balance.pending(), "\n",
                                   services_.StandingOf(member));
    members::v1::GetMemberTiersRequest request;
    request.set_program_id(kProgram);
    request.set_member_id(member);
    members::v1::GetMemberTiersResponse response;
    world().Check(members::handlers::GetMemberTiers(world().process->deps, services_.call(),
                                                    request, &response));
    for (const auto& tier : response.tiers()) {
      absl::StrAppend(&out, tier.tier_set(), " ", tier.tier(), " ", tier.value(), "\n");
    }
    return out;
  }

 private:
  std::string Request() { return absl::StrCat("request-", ++requests_); }
  void MakeTiers(const std::string& code, members::v1::TierMetric metric,
                 const std::vector<int64_t>& thresholds) {
    members::v1::CreateTierSetRequest request;
    request.set_program_id(kProgram);
    *request.mutable_tier_set() =
        members::testing::SetOf(thresholds, members::v1::TIER_WINDOW_CALENDAR_YEAR,
                                members::v1::TierDowngrade::FORM_PERIOD_END);
    request.mutable_tier_set()->set_code(code);
    request.mutable_tier_set()->set_metric(metric);
    members::v1::CreateTierSetResponse response;
    world().Check(members::handlers::CreateTierSet(world().process->deps, services_.call(), request,
                                                   &response));
  }

  TwoServices services_;
  int requests_ = 0;
};

TEST(ReturnsEndToEnd, AnOrderThatCompletesAChallengeAndIsBroughtBackInPartsLeavesNoTrace) {
  Twins twins(members::v1::RETURN_MODE_BY_LINE);
  const std::string ada = twins.world().Enrol("ada");
  const std::string ben = twins.world().Enrol("ben");
  for (int i = 0; i < 2; ++i) {
    for (const std::string& member : {ada, ben}) twins.Buy(member, {{"tea", 2000, 3000}});
    twins.world().clock.Advance(absl::Hours(24));
  }
  twins.services().Settle();
  const std::string before = twins.StateOf(ben);
  EXPECT_EQ(twins.StateOf(ada), before);

  const std::string spend = twins.Spend(ada, 50);
  const auto order = twins.Buy(ada, {{"mug", 6000, 15000}, {"tea", 1000, 2500}}, {spend});
  twins.services().Settle();
  const std::string at_best = twins.StateOf(ada);
  for (const char* reached :
       {"orders 3 completed paid", "amount 20000 completed paid", "mugs 6000 completed paid",
        "badge orders", "spent 1", "spend silver"}) {
    EXPECT_NE(at_best.find(reached), std::string::npos) << reached << " in\n" << at_best;
  }
  for (const std::map<int32_t, int64_t>& lines :
       std::vector<std::map<int32_t, int64_t>>{{{1, 2500}}, {{2, 0}, {1, 500}}, {}}) {
    twins.world().clock.Advance(absl::Hours(7));
    twins.Return(order, lines);
    twins.services().Step();
  }
  twins.services().Settle();
  EXPECT_EQ(twins.StateOf(ada), before);
  EXPECT_EQ(twins.world().Faults(), "");
}

// The same for orders that come and go at random beside others that stay.
TEST(ReturnsEndToEnd, AnyReturnsThatAddUpLeaveAMemberAsItsTwin) {
  const uint32_t seed = members::testing::Seed();
  for (uint32_t round = 0; round < 3 && !::testing::Test::HasFailure(); ++round) {
    SCOPED_TRACE("LAUREL_TEST_SEED of this world: " + std::to_string(seed + round));
    Dice dice(seed + round);
    Twins twins(dice.OneIn(2) ? members::v1::RETURN_MODE_BY_LINE
                              : members::v1::RETURN_MODE_PROPORTIONAL);
    const std::string ada = twins.world().Enrol("ada");
    const std::string ben = twins.world().Enrol("ben");
    const auto lines = [&] {
      std::vector<Bought> out;
      for (int64_t i = dice.In(1, 4); i > 0; --i) {
        out.push_back({dice.OneIn(2) ? "mug" : "tea", dice.In(1, 5) * 500, dice.In(0, 9000)});
      }
      return out;
    };
    std::vector<members::v1::Order> to_return;
    std::vector<std::vector<int64_t>> left;
    for (int step = 0; step < 14; ++step) {
      if (dice.OneIn(2)) {
        const std::vector<Bought> both = lines();
        for (const std::string& member : {ada, ben}) twins.Buy(member, both);
      } else {
        std::vector<std::string> spends;
        if (dice.OneIn(2)) spends.push_back(twins.Spend(ada, dice.In(1, 60)));
        std::erase(spends, "");
        to_return.push_back(twins.Buy(ada, lines(), spends));
        auto& quantities = left.emplace_back();
        for (const auto& line : to_return.back().lines()) {
          quantities.push_back(line.quantity_thousandths());
        }
      }
      for (size_t i = 0; i < to_return.size(); ++i) {
        if (dice.OneIn(3)) {
          const auto line = static_cast<size_t>(dice.In(0, static_cast<int64_t>(left[i].size())));
          if (left[i][line] == 0) continue;
          const int64_t back = dice.In(1, left[i][line] + 1);
          left[i][line] -= back;
          twins.Return(to_return[i], {{static_cast<int32_t>(line) + 1, back}});
        }
      }
      if (dice.OneIn(2)) twins.services().Step();
      twins.world().clock.Advance(absl::Hours(dice.In(0, 60)));
    }
    for (size_t i = 0; i < to_return.size(); ++i) {
      const bool gone =
          std::all_of(left[i].begin(), left[i].end(), [](int64_t q) { return q == 0; });
      if (!gone) twins.Return(to_return[i]);
      if (dice.OneIn(2)) twins.services().Step();
    }
    twins.services().Settle();
    EXPECT_EQ(twins.StateOf(ada), twins.StateOf(ben));
    EXPECT_EQ(twins.world().Faults(), "");
  }
}

}  // namespace
}  // namespace laurel
