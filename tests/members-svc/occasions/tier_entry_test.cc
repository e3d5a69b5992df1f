// Who counts as coming into a tier, where campaigns run for that.
#include "members-svc/handlers/tier_handlers.h"
#include "tests/members-svc/occasions/fixture.h"
#include "tests/members-svc/tiers/sets.h"

namespace laurel::members::testing {
namespace {

class TierEntries : public OccasionTest {
 protected:
  TierEntries() {
    MakeProgram();
    v1::CreateTierSetRequest request;
    request.set_program_id(kProgram);
    *request.mutable_tier_set() = Orders({0, 1, 3});
    v1::CreateTierSetResponse response;
    World::Check(handlers::CreateTierSet(deps(), call(), request, &response));
  }
  static v1::TierSet Orders(const std::vector<int64_t>& thresholds) {
    v1::TierSet set =
        SetOf(thresholds, v1::TIER_WINDOW_ROLLING_MONTHS, v1::TierDowngrade::FORM_AT_ONCE);
    set.set_window_months(1);
    set.set_metric(v1::TIER_METRIC_ORDERS);
    return set;
  }
  void ActivateBonus(int64_t most_times) {
    v1::Campaign bonus = Fixed(500);
    bonus.mutable_trigger()->mutable_tier_entered()->set_tier_set("club");
    bonus.mutable_member_limit()->set_max_orders(most_times);
    Activate(bonus);
  }
};

TEST_F(TierEntries, AVersionThatDropsTiersLetsNobodyIn) {
  const std::vector<std::string> members = {EnrolWith(), EnrolWith(), EnrolWith()};
  Buy(members[1]);
  for (int i = 0; i < 3; ++i) Buy(members[2]);
  EvaluateTiers();
  ActivateBonus(10);
  v1::UpdateTierSetRequest request;
  request.set_program_id(kProgram);
  request.set_code("club");
  *request.mutable_tier_set() = Orders({0, 2});
  request.mutable_tier_set()->mutable_tiers(0)->set_code("basic");
  v1::UpdateTierSetResponse response;
  World::Check(handlers::UpdateTierSet(deps(), call(), request, &response));
  EvaluateTiers();
  EXPECT_EQ(Look("SELECT string_agg(tier, ' ' ORDER BY tier) FROM member_tiers"),
            "basic basic silver");
  EXPECT_EQ(Look("SELECT count(*) FROM occasions"), "0");
  // Whoever rises from then on comes in.
  Buy(members[1]);
  EvaluateTiers();
  EXPECT_EQ(Look("SELECT count(*) FROM occasions"), "1");
}

TEST_F(TierEntries, BuyingReturningAndBuyingAgainGivesAsOftenAsTheLimitSays) {
  ActivateBonus(1);
  const std::string member = EnrolWith();
  for (int i = 0; i < 3; ++i) {
    const v1::Order order = Buy(member);
    EvaluateTiers();
    Post();
    v1::CancelOrderRequest cancel;
    cancel.set_program_id(kProgram);
    cancel.set_order_id(order.order_id());
    cancel.set_request_id(absl::StrCat("cancel-", i));
    v1::CancelOrderResponse response;
    World::Check(handlers::CancelOrder(deps(), call(), cancel, &response));
    EvaluateTiers();
    Post();
    EXPECT_EQ(PointsOf(member), 500);
  }
  EXPECT_EQ(Look("SELECT count(*) FROM occasions"), "3");
}

}  // namespace
}  // namespace laurel::members::testing
