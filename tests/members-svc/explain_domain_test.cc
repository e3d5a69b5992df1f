// An explanation names all inputs: the engine, fed with nothing else, gives the amount again.
#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <cstdlib>
#include <random>

#include "lib/base/timestamps.h"
#include "members-svc/domain/explain.h"
#include "tests/members-svc/campaigns.h"

namespace laurel::members::testing {
namespace {

constexpr int kEntries = 10000;
const std::vector<std::string> kSkus = {"a", "b", "c", "d"};

// Cheap random orders and campaigns: ten thousand entries in about a second.
class Dice {
 public:
  explicit Dice(uint32_t seed) : engine_(seed) {}
  int64_t In(int64_t low, int64_t below) {
    return low + static_cast<int64_t>(engine_() % static_cast<uint64_t>(below - low));
  }
  bool OneIn(int64_t n) { return In(0, n) == 0; }
  const std::string& Sku() { return kSkus[static_cast<size_t>(In(0, 4))]; }

 private:
  std::mt19937 engine_;
};

v1::RecordOrderRequest AnyOrder(Dice& dice) {
  v1::RecordOrderRequest order = OrderOf({});
  for (int64_t i = dice.In(1, 6); i > 0; --i) {
    auto line = Line(dice.Sku(), dice.In(0, 20000));
    line.set_quantity_thousandths(dice.In(0, 4000));
    *order.add_lines() = line;
  }
  order.set_delivery_charge_minor_units(dice.In(0, 1000));
  if (dice.OneIn(2)) order.set_store("north");
  if (dice.OneIn(2)) order.set_channel("web");
  return order;
}

v1::Campaign AnyCampaign(Dice& dice) {
  v1::Campaign campaign = PerAmount(dice.In(1, 20), dice.In(1, 1000));
  if (dice.OneIn(3)) campaign = Fixed(dice.In(1, 500));
  if (dice.OneIn(4)) campaign = PerItem(dice.In(1, 50));
  if (dice.OneIn(3)) campaign = Times(dice.In(1, 40000), static_cast<v1::Rounding>(dice.In(1, 4)));
  if (dice.OneIn(2)) {
    campaign.mutable_lines()->add_skus(dice.Sku());
  } else if (campaign.has_points_per_amount()) {
    campaign.mutable_points_per_amount()->set_include_delivery(dice.OneIn(2));
  }
  if (dice.OneIn(4)) campaign.mutable_conditions()->add_stores("north");
  if (dice.OneIn(4)) campaign.mutable_conditions()->add_channels("web");
  if (dice.OneIn(6)) campaign.set_stops_further(true);
  if (!campaign.has_multiplier() && dice.OneIn(5)) campaign.set_stacking(v1::STACKING_EXCLUSIVE);
  if (dice.OneIn(3)) {
    campaign.mutable_member_limit()->set_max_points(dice.In(1, 300));
    campaign.mutable_member_limit()->set_period(
        static_cast<v1::MemberLimit::Period>(dice.In(0, 5)));
  }
  if (dice.OneIn(5)) campaign.set_wallet_type("miles");
  campaign.set_priority(static_cast<int32_t>(dice.In(-3, 4)));
  campaign.set_version(static_cast<int32_t>(dice.In(1, 4)));
  return campaign;
}

// What the member has had before from each limited campaign.
LimitUses AnyUse(Dice& dice, const ProgramRules& rules) {
  LimitUses used;
  for (const LimitKey& key : LimitKeysFor(rules, Noon())) {
    if (dice.OneIn(2)) used[key] = {.points = dice.In(0, 400), .orders = dice.In(0, 3)};
  }
  return used;
}

v1::Order StoredOrderOf(const v1::RecordOrderRequest& request) {
  v1::Order order;
  *order.mutable_lines() = request.lines();
  order.set_store(request.store());
  order.set_channel(request.channel());
  order.mutable_delivery_charge()->set_minor_units(request.delivery_charge_minor_units());
  base::SetTimestamp(Noon(), order.mutable_occur_time());
  return order;
}

// Explains what wallet `wallet_no` was given; whether it was given anything.
bool CheckWallet(const ProgramRules& rules, const v1::RecordOrderRequest& request,
                 const Earnings& earnings, int wallet_no) {
  std::vector<v1::RuleResult> results;
  for (const Award& award : earnings.awards) {
    if (award.wallet_no == wallet_no) results.push_back(award.result);
  }
  if (results.empty()) return false;
  std::vector<v1::Campaign> campaigns;
  for (const CampaignRules& campaign : rules.campaigns) campaigns.push_back(campaign.campaign);
  const auto explained =
      ExplainCampaigns({StoredOrderOf(request), "EUR", "UTC"}, results, {}, campaigns);
  EXPECT_TRUE(explained.ok()) << explained.status();
  if (!explained.ok()) return true;
  // As a reader would have it: over the wire, and nothing beside it.
  v1::CampaignExplanation read;
  EXPECT_TRUE(read.ParseFromString(explained->SerializeAsString()));
  const auto again = RecomputePoints(read);
  EXPECT_TRUE(again.ok());
  EXPECT_EQ(*again, Total(earnings, wallet_no)) << read.DebugString();
  EXPECT_EQ(read.recomputed_points(), *again);
  for (const auto& step : read.steps()) EXPECT_FALSE(step.arithmetic().empty());
  return true;
}

TEST(Explanations, TheNamedInputsGiveTheAmountOfTenThousandRandomEntries) {
  const char* given = std::getenv("LAUREL_TEST_SEED");
  const uint32_t seed =
      given != nullptr ? static_cast<uint32_t>(std::stoul(given)) : std::random_device()();
  SCOPED_TRACE("seed " + std::to_string(seed));
  Dice dice(seed);
  int capped = 0;
  for (int entries = 0; entries < kEntries && !::testing::Test::HasFailure();) {
    std::vector<v1::Campaign> campaigns;
    for (int64_t i = dice.In(1, 8); i > 0; --i) campaigns.push_back(AnyCampaign(dice));
    const ProgramRules rules = RulesOf(campaigns);
    const v1::RecordOrderRequest order = AnyOrder(dice);
    const auto earnings = EvaluateOrder(rules, order, Noon(), AnyUse(dice, rules));
    ASSERT_TRUE(earnings.ok()) << earnings.status();
    for (const Award& award : earnings->awards) capped += award.result.points_over_limit() > 0;
    for (const int wallet_no : {1, 2}) entries += CheckWallet(rules, order, *earnings, wallet_no);
  }
  EXPECT_GT(capped, 100);
}

TEST(Explanations, SayTheArithmetic) {
  v1::Campaign base = PerAmount(1, 100);
  base.set_version(3);
  v1::Campaign half = Times(15000, v1::ROUNDING_HALF_UP);
  half.mutable_member_limit()->set_max_points(4);
  const ProgramRules rules = RulesOf({base, half});
  const v1::RecordOrderRequest order = OrderOf({Line("a", 1999)});
  const Earnings earnings = Evaluate(rules, order);
  std::vector<v1::RuleResult> results;
  for (const Award& award : earnings.awards) results.push_back(award.result);
  const auto explained =
      ExplainCampaigns({StoredOrderOf(order), "EUR", "UTC"}, results, {},
                       {rules.campaigns[0].campaign, rules.campaigns[1].campaign});
  ASSERT_TRUE(explained.ok()) << explained.status();
  EXPECT_EQ(explained->steps(0).arithmetic(),
            "1999 minor units hold 19 full steps of 100; times 1 points = 19");
  EXPECT_EQ(explained->steps(0).line_numbers(0), 1);
  EXPECT_FALSE(explained->steps(0).has_limit_left());
  EXPECT_EQ(
      explained->steps(1).arithmetic(),
      "19 points times 1.5, with the fractions of earlier multipliers, rounded to the nearest, "
      "halves up: 29, that is 10 more; the member's limit had 4 left, so 6 are cut");
  EXPECT_EQ(explained->steps(1).limit_left(), 4);
  EXPECT_EQ(explained->recomputed_points(), 23);
}

TEST(Explanations, WithoutACampaignsVersionThereIsNone) {
  const ProgramRules rules = RulesOf({PerAmount(1, 100)});
  const v1::RecordOrderRequest order = OrderOf({Line("a", 1999)});
  v1::RuleResult result = Evaluate(rules, order).awards[0].result;
  result.set_campaign_version(9);
  EXPECT_FALSE(ExplainCampaigns({StoredOrderOf(order), "EUR", "UTC"}, {result}, {},
                                {rules.campaigns[0].campaign})
                   .ok());
}

}  // namespace
}  // namespace laurel::members::testing
