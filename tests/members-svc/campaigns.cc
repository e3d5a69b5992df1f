#include "tests/members-svc/campaigns.h"

#include <gtest/gtest.h>

#include <utility>

#include "lib/base/uuid.h"

namespace laurel::members::testing {

absl::Time Noon() { return absl::FromCivil(absl::CivilHour(2026, 3, 11, 12), absl::UTCTimeZone()); }

v1::OrderLine Line(const std::string& sku, int64_t amount,
                   const std::map<std::string, std::string>& labels) {
  v1::OrderLine line;
  line.set_sku(sku);
  line.set_amount_minor_units(amount);
  line.set_quantity_thousandths(1000);
  for (const auto& [key, value] : labels) (*line.mutable_labels())[key] = value;
  return line;
}

v1::RecordOrderRequest OrderOf(const std::vector<v1::OrderLine>& lines) {
  v1::RecordOrderRequest order;
  order.set_currency_code("EUR");
  for (const auto& line : lines) *order.add_lines() = line;
  return order;
}

v1::RecordOrderRequest Cart() {
  return OrderOf({Line("123", 1200, {{"color", "red"}}), Line("000", 10000, {{"color", "blue"}}),
                  Line("0001", 4000)});
}

v1::Campaign PerAmount(int64_t points, int64_t step_minor_units) {
  v1::Campaign campaign;
  campaign.mutable_points_per_amount()->set_points(points);
  campaign.mutable_points_per_amount()->set_step_minor_units(step_minor_units);
  return campaign;
}

v1::Campaign Fixed(int64_t points) {
  v1::Campaign campaign;
  campaign.mutable_fixed_points()->set_points(points);
  return campaign;
}

v1::Campaign PerItem(int64_t points) {
  v1::Campaign campaign;
  campaign.mutable_points_per_item()->set_points(points);
  return campaign;
}

v1::Campaign Bands(const std::vector<std::pair<int64_t, int64_t>>& bands) {
  v1::Campaign campaign;
  campaign.mutable_bands();
  for (const auto& [end, rate] : bands) {
    v1::PointsBand& band = *campaign.mutable_bands()->add_bands();
    band.set_up_to_minor_units(end);
    band.set_points_per_million(rate);
  }
  return campaign;
}

v1::Campaign Card(int64_t units, int64_t points) {
  v1::Campaign campaign;
  campaign.mutable_punch_card()->set_units(units);
  campaign.mutable_punch_card()->set_points(points);
  return campaign;
}

v1::Campaign Times(int64_t factor_bps, v1::Rounding rounding) {
  v1::Campaign campaign;
  campaign.mutable_multiplier()->set_factor_bps(factor_bps);
  campaign.mutable_multiplier()->set_rounding(rounding);
  return campaign;
}

ProgramRules RulesOf(std::vector<v1::Campaign> campaigns) {
  ProgramRules rules;
  rules.time_zone = absl::UTCTimeZone();
  uint64_t number = 0;
  for (v1::Campaign& campaign : campaigns) {
    ++number;
    campaign.set_campaign_id(base::EncodeId("cmp", base::Uuid{number, number}));
    campaign.set_version(1);
    const int wallet_no = campaign.wallet_type() == "miles" ? 2 : 1;
    rules.campaigns.push_back(MakeCampaignRules(std::move(campaign), wallet_no));
  }
  SortCampaigns(&rules);
  return rules;
}

int64_t Total(const Earnings& earnings, int wallet_no) {
  int64_t sum = 0;
  for (const Award& award : earnings.awards) {
    if (award.wallet_no == wallet_no) sum += award.result.points();
  }
  return sum;
}

Earnings Evaluate(const ProgramRules& rules, const v1::RecordOrderRequest& order,
                  const LimitUses& used, const MemberFacts& facts) {
  auto earnings = EvaluateOrder(rules, order, Noon(), used, facts);
  EXPECT_TRUE(earnings.ok()) << earnings.status();
  return earnings.ok() ? *std::move(earnings) : Earnings{};
}

int64_t PointsFor(const v1::RecordOrderRequest& order, std::vector<v1::Campaign> campaigns) {
  return Total(Evaluate(RulesOf(std::move(campaigns)), order));
}

}  // namespace laurel::members::testing
