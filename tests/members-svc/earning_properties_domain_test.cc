// What holds for every order and every set of campaigns.
#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <algorithm>

#include "tests/members-svc/campaigns.h"

namespace laurel::members::testing {
namespace {

const std::vector<std::string> kSkus = {"a", "b", "c", "d"};

v1::RecordOrderRequest AnyOrder() {
  v1::RecordOrderRequest order = OrderOf({});
  const int lines = *rc::gen::inRange(1, 6);
  for (int i = 0; i < lines; ++i) {
    auto line = Line(*rc::gen::elementOf(kSkus), *rc::gen::inRange<int64_t>(0, 20000));
    line.set_quantity_thousandths(*rc::gen::inRange<int64_t>(0, 4000));
    *order.add_lines() = line;
  }
  order.set_delivery_charge_minor_units(*rc::gen::inRange<int64_t>(0, 1000));
  return order;
}

v1::Campaign AnyGiver() {
  switch (*rc::gen::inRange(0, 3)) {
    case 0:
      return Fixed(*rc::gen::inRange<int64_t>(1, 500));
    case 1:
      return PerItem(*rc::gen::inRange<int64_t>(1, 50));
    default:
      return PerAmount(*rc::gen::inRange<int64_t>(1, 20), *rc::gen::inRange<int64_t>(1, 1000));
  }
}

v1::Campaign AnyCampaign() {
  v1::Campaign campaign = AnyGiver();
  if (*rc::gen::inRange(0, 3) == 0) {
    campaign = Times(*rc::gen::inRange<int64_t>(1, 40000),
                     static_cast<v1::Rounding>(*rc::gen::inRange(1, 4)));
  }
  if (*rc::gen::arbitrary<bool>()) campaign.mutable_lines()->add_skus(*rc::gen::elementOf(kSkus));
  if (*rc::gen::inRange(0, 4) == 0) campaign.mutable_lines()->add_excluded_skus("d");
  if (*rc::gen::inRange(0, 6) == 0) campaign.set_stops_further(true);
  if (!campaign.has_multiplier() && *rc::gen::inRange(0, 5) == 0) {
    campaign.set_stacking(v1::STACKING_EXCLUSIVE);
  }
  if (*rc::gen::inRange(0, 3) == 0) {
    campaign.mutable_member_limit()->set_max_points(*rc::gen::inRange<int64_t>(1, 300));
  }
  campaign.set_priority(*rc::gen::inRange(-3, 4));
  return campaign;
}

std::vector<v1::Campaign> AnyCampaigns() {
  std::vector<v1::Campaign> out;
  const int count = *rc::gen::inRange(0, 8);
  for (int i = 0; i < count; ++i) out.push_back(AnyCampaign());
  return out;
}

Earnings EvaluateAny(const std::vector<v1::Campaign>& campaigns,
                     const v1::RecordOrderRequest& order) {
  auto earnings = EvaluateOrder(RulesOf(campaigns), order, Noon(), {}, {});
  RC_ASSERT(earnings.ok());
  return *std::move(earnings);
}

TEST(EarningProperties, Shares_sum_to_points_and_no_line_falls_below_zero) {
  ASSERT_TRUE(rc::check([] {
    const auto order = AnyOrder();
    const Earnings earnings = EvaluateAny(AnyCampaigns(), order);
    std::map<int32_t, int64_t> by_line;
    for (const Award& award : earnings.awards) {
      int64_t sum = 0;
      const auto& shares = award.result.points_by_line();
      RC_ASSERT(shares.empty() || shares.size() == order.lines_size());
      for (int line = 0; line < shares.size(); ++line) {
        by_line[line] += shares[line];
        sum += shares[line];
      }
      RC_ASSERT(sum == award.result.points());
      RC_ASSERT(award.result.points_over_limit() >= 0);
      RC_ASSERT(award.result.points() >= 0 || award.result.multiplier_bps() > 0);
    }
    for (const auto& [line, points] : by_line) RC_ASSERT(points >= 0);
  }));
}

TEST(EarningProperties, Limits_hold) {
  ASSERT_TRUE(rc::check([] {
    const auto campaigns = AnyCampaigns();
    const ProgramRules rules = RulesOf(campaigns);
    const Earnings earnings = EvaluateAny(campaigns, AnyOrder());
    for (const auto& [key, use] : earnings.limit_uses) {
      for (const CampaignRules& campaign : rules.campaigns) {
        if (campaign.campaign_id != key.campaign_id) continue;
        RC_ASSERT(use.points <= campaign.campaign.member_limit().max_points());
        RC_ASSERT(use.orders == 1);
      }
    }
  }));
}

// Stackable campaigns that stop nothing do not care about their order; multipliers neither, as long
// as they count the same lines and round alike.
TEST(EarningProperties, Independent_campaigns_may_run_in_any_order) {
  ASSERT_TRUE(rc::check([] {
    const auto order = AnyOrder();
    std::vector<v1::Campaign> campaigns;
    const int givers = *rc::gen::inRange(1, 5);
    for (int i = 0; i < givers; ++i) campaigns.push_back(AnyGiver());
    const int multipliers = *rc::gen::inRange(0, 4);
    for (int i = 0; i < multipliers; ++i) {
      campaigns.push_back(Times(100 * *rc::gen::inRange<int64_t>(1, 400)));
    }
    const int64_t points = Total(EvaluateAny(campaigns, order));
    std::vector<int> priorities(campaigns.size());
    for (size_t i = 0; i < priorities.size(); ++i) priorities[i] = *rc::gen::inRange(-50, 50);
    for (size_t i = 0; i < campaigns.size(); ++i) campaigns[i].set_priority(priorities[i]);
    RC_ASSERT(Total(EvaluateAny(campaigns, order)) == points);
  }));
}

TEST(EarningProperties, The_same_order_earns_the_same_again) {
  ASSERT_TRUE(rc::check([] {
    const auto order = AnyOrder();
    const auto campaigns = AnyCampaigns();
    const Earnings a = EvaluateAny(campaigns, order);
    const Earnings b = EvaluateAny(campaigns, order);
    RC_ASSERT(a.awards.size() == b.awards.size());
    RC_ASSERT(Total(a) == Total(b));
  }));
}

}  // namespace
}  // namespace laurel::members::testing
