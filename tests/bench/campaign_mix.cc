#include "tests/bench/campaign_mix.h"

#include "absl/strings/str_cat.h"

namespace laurel::bench {
namespace {

namespace pb = members::v1;

constexpr int kStores = 100;
constexpr int kStoresEach = 10;
constexpr int kSkus = 100;
constexpr const char* kColors[] = {"red", "blue", "green", "white"};

// In a programme with hundreds of campaigns, most are for some stores only.
void AddConditions(int ten, int kind, Stores stores, pb::Campaign* campaign) {
  pb::Condition* condition = campaign->mutable_condition();
  pb::Condition* of_stores = condition->add_all();
  const int count = stores == Stores::kAll ? kStores : kStoresEach;
  for (int i = 0; i < count; ++i) {
    of_stores->add_stores(absl::StrCat("store-", (ten * kStoresEach + i) % kStores));
  }
  pb::Condition* channels = condition->add_all();
  channels->add_channels("web");
  channels->add_channels("app");
  pb::Condition* third = condition->add_all();
  if (kind % 2 == 0) {
    third->mutable_total()->set_least_minor_units(1000);
    return;
  }
  for (int day = pb::WEEKDAY_MONDAY; day <= pb::WEEKDAY_SUNDAY; ++day) {
    third->mutable_time()->add_weekdays(static_cast<pb::Weekday>(day));
  }
  third->mutable_time()->set_until_clock("24:00");
}

void AddLabel(const char* color, pb::LineFilter* lines) {
  pb::LabelMatch& label = *lines->add_labels();
  label.set_key("color");
  label.set_value(color);
}

pb::Campaign CampaignOfKind(int ten, int kind) {
  pb::Campaign campaign;
  pb::LineFilter* lines = campaign.mutable_lines();
  switch (kind) {
    case 0:
    case 1:
      campaign.clear_lines();
      campaign.mutable_points_per_amount()->set_points(1 + kind);
      campaign.mutable_points_per_amount()->set_step_minor_units(100);
      break;
    case 2:
    case 3:
      campaign.mutable_points_per_amount()->set_points(3);
      campaign.mutable_points_per_amount()->set_step_minor_units(100);
      for (int sku = 0; sku < 40; ++sku) {
        lines->add_skus(absl::StrCat("sku-", (ten * 7 + sku * 2 + kind) % kSkus));
      }
      break;
    case 4:
    case 5:
      campaign.mutable_points_per_item()->set_points(2);
      AddLabel(kColors[(ten + kind) % 4], lines);
      break;
    case 6:
    case 7:
      campaign.mutable_multiplier()->set_factor_bps(kind == 6 ? 15000 : 11000);
      campaign.mutable_multiplier()->set_rounding(pb::ROUNDING_DOWN);
      // Hundreds for the same lines would multiply each other beyond what can be counted.
      lines->add_categories(absl::StrCat("category-", 2 + ten));
      break;
    case 8:
      campaign.clear_lines();
      for (const auto& [end, rate] : std::vector<std::pair<int64_t, int64_t>>{
               {500000, 10000}, {1000000, 15000}, {0, 20000}}) {
        pb::PointsBand* band = campaign.mutable_bands()->add_bands();
        band->set_up_to_minor_units(end);
        band->set_points_per_million(rate);
      }
      campaign.mutable_bands()->set_period(pb::EarningLimit::PERIOD_YEAR);
      break;
    default:
      campaign.mutable_punch_card()->set_units(10);
      campaign.mutable_punch_card()->set_points(50);
      lines->add_categories("category-1");
      break;
  }
  return campaign;
}

}  // namespace

std::vector<pb::Campaign> CampaignMix(int count, Stores stores) {
  std::vector<pb::Campaign> out;
  for (int i = 0; i < count; ++i) {
    pb::Campaign& campaign = out.emplace_back(CampaignOfKind(i / 10, i % 10));
    campaign.set_display_name(absl::StrCat("Campaign ", i));
    campaign.set_priority(count - i);
    AddConditions(i / 10, i % 10, stores, &campaign);
  }
  return out;
}

void FillOrder(uint64_t random, const std::string& store, pb::RecordOrderRequest* order) {
  order->set_currency_code("USD");
  order->set_channel("web");
  order->set_store(store);
  for (int i = 0; i < 3; ++i) {
    const uint64_t of_line = random >> (8 * i);
    pb::OrderLine* line = order->add_lines();
    line->set_sku(absl::StrCat("sku-", of_line % kSkus));
    line->set_category(absl::StrCat("category-", i));
    (*line->mutable_labels())["color"] = kColors[of_line % 4];
    line->set_quantity_thousandths(1000 * (1 + i));
    line->set_amount_minor_units(500 + static_cast<int64_t>(of_line % 5000));
  }
}

}  // namespace laurel::bench
