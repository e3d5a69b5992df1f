// Cheap random orders and campaigns: thousands in about a second.
#pragma once

#include <cstdlib>
#include <random>
#include <string>
#include <vector>

#include "tests/members-svc/campaigns.h"

namespace laurel::members::testing {

// LAUREL_TEST_SEED, or one of its own.
inline uint32_t Seed() {
  const char* given = std::getenv("LAUREL_TEST_SEED");
  return given != nullptr ? static_cast<uint32_t>(std::stoul(given)) : std::random_device()();
}

class Dice {
 public:
  explicit Dice(uint32_t seed) : engine_(seed) {}
  int64_t In(int64_t low, int64_t below) {
    return low + static_cast<int64_t>(engine_() % static_cast<uint64_t>(below - low));
  }
  bool OneIn(int64_t n) { return In(0, n) == 0; }
  template <typename T>
  const T& Of(const std::vector<T>& values) {
    return values[static_cast<size_t>(In(0, static_cast<int64_t>(values.size())))];
  }
  const std::string& Sku() {
    static const std::vector<std::string> kSkus = {"a", "b", "c", "d"};
    return Of(kSkus);
  }

 private:
  std::mt19937 engine_;
};

inline v1::RecordOrderRequest AnyOrder(Dice& dice) {
  v1::RecordOrderRequest order = OrderOf({});
  for (int64_t i = dice.In(1, 6); i > 0; --i) {
    auto line = Line(dice.Sku(), dice.In(0, 20000));
    line.set_quantity_thousandths(dice.In(0, 4000));
    line.set_discount_minor_units(dice.OneIn(3) ? dice.In(0, 2000) : 0);
    line.set_tax_minor_units(dice.OneIn(2) ? line.amount_minor_units() / dice.In(1, 12) : 0);
    if (dice.OneIn(2)) (*line.mutable_labels())["color"] = dice.OneIn(2) ? "red" : "blue";
    *order.add_lines() = line;
  }
  order.set_tax_treatment(static_cast<v1::TaxTreatment>(dice.In(0, 3)));
  order.set_delivery_charge_minor_units(dice.In(0, 1000));
  if (dice.OneIn(2)) order.set_store("north");
  if (dice.OneIn(2)) order.set_channel("web");
  return order;
}

// On the member: most hold for one of whom little is known.
inline v1::Condition AnyConditionOnMember(Dice& dice) {
  v1::Condition condition;
  switch (dice.In(0, 4)) {
    case 0:
      condition.mutable_order_number()->set_least(dice.In(1, 4));
      condition.mutable_order_number()->set_every(dice.In(0, 3));
      break;
    case 1:
      condition.mutable_first_at_store();
      break;
    case 2:
      condition.mutable_not_()->mutable_tier()->set_tier_set("club");
      condition.mutable_not_()->mutable_tier()->add_tiers("gold");
      break;
    default:
      condition.mutable_not_()->mutable_attribute()->set_name("diet");
  }
  return condition;
}

inline v1::Condition AnyCondition(Dice& dice, int deepest = 3) {
  if (dice.OneIn(6)) return AnyConditionOnMember(dice);
  v1::Condition condition;
  const int64_t kind = dice.In(0, deepest > 0 ? 10 : 5);
  if (kind == 0) condition.mutable_total()->set_least_minor_units(dice.In(1, 30000));
  if (kind == 1) condition.add_stores(dice.OneIn(4) ? "south" : "north");
  if (kind == 2) condition.add_channels("web");
  if (kind == 3) {
    condition.mutable_lines()->mutable_filter()->add_skus(dice.Sku());
    condition.mutable_lines()->set_least_amount_minor_units(dice.In(0, 9000));
    condition.mutable_lines()->set_least_quantity_thousandths(dice.In(0, 3000));
  }
  if (kind == 4) {
    for (int day = 1; day <= 7; ++day) {
      if (day == v1::WEEKDAY_WEDNESDAY || dice.OneIn(2)) {
        condition.mutable_time()->add_weekdays(static_cast<v1::Weekday>(day));
      }
    }
    condition.mutable_time()->set_until_clock(dice.OneIn(3) ? "11:59" : "23:00");
  }
  if (kind == 5) *condition.mutable_not_() = AnyCondition(dice, deepest - 1);
  for (int64_t i = dice.In(1, 4); i > 0 && kind >= 6; --i) {
    *(kind < 8 ? condition.add_all() : condition.add_any()) = AnyCondition(dice, deepest - 1);
  }
  return condition;
}

inline void AnyBasis(Dice& dice, auto* rule) {
  if (dice.OneIn(3)) {
    rule->set_before_discounts(true);
  } else {
    rule->set_tax(static_cast<v1::TaxBasis>(dice.In(0, 4)));
  }
}

inline v1::Campaign AnyEffect(Dice& dice) {
  const auto rounding = [&dice] { return static_cast<v1::Rounding>(dice.In(1, 4)); };
  const auto period = [&dice] { return static_cast<v1::EarningLimit::Period>(dice.In(0, 5)); };
  switch (dice.In(0, 11)) {
    case 9: {
      v1::Campaign campaign;
      campaign.mutable_points_per_visit()->set_points(dice.In(1, 90));
      return campaign;
    }
    case 10: {
      v1::Campaign campaign;
      if (dice.OneIn(2)) {
        campaign.mutable_grant_reward()->set_reward_id(base::EncodeId("rwd", base::Uuid{1, 1}));
      } else {
        campaign.mutable_set_attribute()->set_name("tried");
      }
      return campaign;
    }
    case 0:
      return Fixed(dice.In(1, 500));
    case 1:
      return PerItem(dice.In(1, 50));
    case 2:
    case 3:
      return Times(dice.In(1, 40000), rounding());
    case 4: {
      v1::Campaign bands = Bands({});
      int64_t end = 0;
      for (int64_t i = dice.In(1, 5); i > 0; --i) {
        auto* band = bands.mutable_bands()->add_bands();
        band->set_up_to_minor_units(i == 1 && dice.OneIn(2) ? 0 : end += dice.In(1, 30000));
        band->set_points_per_million(i == 1 ? dice.In(1, 50000) : dice.In(0, 50000));
      }
      bands.mutable_bands()->set_rounding(rounding());
      bands.mutable_bands()->set_period(period());
      AnyBasis(dice, bands.mutable_bands());
      return bands;
    }
    case 5: {
      v1::Campaign card = Card(dice.In(1, 12), dice.In(1, 200));
      card.mutable_punch_card()->set_period(period());
      return card;
    }
    default: {
      v1::Campaign campaign = PerAmount(dice.In(1, 20), dice.In(1, 1000));
      AnyBasis(dice, campaign.mutable_points_per_amount());
      if (dice.OneIn(3)) {
        campaign.mutable_points_per_amount()->set_pro_rata(true);
        campaign.mutable_points_per_amount()->set_rounding(rounding());
      }
      return campaign;
    }
  }
}

inline bool GivesNoPoints(const v1::Campaign& campaign) {
  return campaign.has_grant_reward() || campaign.has_set_attribute();
}

inline void AnyLimits(Dice& dice, v1::Campaign* campaign) {
  const auto period = [&dice] { return static_cast<v1::EarningLimit::Period>(dice.In(0, 5)); };
  if (GivesNoPoints(*campaign)) {
    if (dice.OneIn(2)) campaign->mutable_member_limit()->set_max_orders(dice.In(1, 4));
    if (dice.OneIn(4)) campaign->mutable_total_limit()->set_max_orders(dice.In(1, 40));
    return;
  }
  if (dice.OneIn(3)) {
    campaign->mutable_member_limit()->set_max_points(dice.In(1, 300));
    campaign->mutable_member_limit()->set_period(period());
  }
  if (dice.OneIn(6)) {
    campaign->mutable_total_limit()->set_max_points(dice.In(1, 5000));
    campaign->mutable_total_limit()->set_period(period());
  }
  if (dice.OneIn(12)) {
    campaign->mutable_budget()->set_minor_units(dice.In(1000, 100000));
    campaign->mutable_budget()->set_minor_units_per_thousand_points(dice.In(1, 100000));
  }
}

inline v1::Campaign AnyCampaign(Dice& dice) {
  v1::Campaign campaign = AnyEffect(dice);
  if (dice.OneIn(2)) {
    campaign.mutable_lines()->add_skus(dice.Sku());
  } else if (dice.OneIn(6)) {
    auto* label = campaign.mutable_lines()->add_labels();
    label->set_key("color");
    label->set_value("red");
  } else if (campaign.has_points_per_amount()) {
    campaign.mutable_points_per_amount()->set_include_delivery(dice.OneIn(2));
  } else if (campaign.has_bands()) {
    campaign.mutable_bands()->set_include_delivery(dice.OneIn(2));
  }
  if (dice.OneIn(3)) *campaign.mutable_condition() = AnyCondition(dice);
  if (dice.OneIn(6)) campaign.set_stops_further(true);
  if (!campaign.has_multiplier() && dice.OneIn(5)) campaign.set_stacking(v1::STACKING_EXCLUSIVE);
  const bool competes = !GivesNoPoints(campaign) && campaign.stacking() != v1::STACKING_EXCLUSIVE &&
                        !campaign.has_bands() && !campaign.has_punch_card() &&
                        !(campaign.has_multiplier() && campaign.stops_further());
  if (competes && dice.OneIn(3)) campaign.set_best_of_group(dice.OneIn(3) ? "one" : "other");
  AnyLimits(dice, &campaign);
  if (dice.OneIn(5)) campaign.set_wallet_type("miles");
  campaign.set_priority(static_cast<int32_t>(dice.In(-3, 4)));
  campaign.set_version(static_cast<int32_t>(dice.In(1, 4)));
  return campaign;
}

// What has been had before from campaigns with counters.
inline LimitUses AnyUse(Dice& dice, const ProgramRules& rules) {
  LimitUses used;
  for (const LimitKey& key : LimitKeysFor(rules, Noon())) {
    if (dice.OneIn(3)) continue;
    used[key] = {.points = dice.In(0, key.of_all ? 4000 : 400),
                 .orders = dice.In(0, 3),
                 .amount = dice.In(0, dice.OneIn(2) ? 40 : 60000)};
  }
  return used;
}

}  // namespace laurel::members::testing
