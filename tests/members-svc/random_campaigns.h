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
    *order.add_lines() = line;
  }
  order.set_delivery_charge_minor_units(dice.In(0, 1000));
  if (dice.OneIn(2)) order.set_store("north");
  if (dice.OneIn(2)) order.set_channel("web");
  return order;
}

inline v1::Campaign AnyCampaign(Dice& dice) {
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
        static_cast<v1::EarningLimit::Period>(dice.In(0, 5)));
  }
  if (dice.OneIn(5)) campaign.set_wallet_type("miles");
  campaign.set_priority(static_cast<int32_t>(dice.In(-3, 4)));
  campaign.set_version(static_cast<int32_t>(dice.In(1, 4)));
  return campaign;
}

}  // namespace laurel::members::testing
