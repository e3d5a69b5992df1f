// The order by which ways try a campaign.
#include <algorithm>
#include <limits>

#include "lib/money/currency.h"
#include "members-svc/domain/way_texts.h"

namespace laurel::members {
namespace {

constexpr int64_t kUnit = 1000;  // a quantity of one, in thousandths

// A line that the filter counts.
v1::OrderLine& AddLine(const v1::LineFilter& filter, v1::RecordOrderRequest* order) {
  v1::OrderLine& line = *order->add_lines();
  line.set_sku(filter.skus().empty() ? "example" : filter.skus(0));
  if (!filter.categories().empty()) line.set_category(filter.categories(0));
  if (!filter.brands().empty()) line.set_brand(filter.brands(0));
  if (!filter.labels().empty()) {
    (*line.mutable_labels())[filter.labels(0).key()] = filter.labels(0).value();
  }
  line.set_quantity_thousandths(kUnit);
  return line;
}

// What the condition asks of an order, as far as one order can meet it: of alternatives the first.
void Meet(const v1::Condition& condition, v1::RecordOrderRequest* order, int64_t* least,
          int64_t* most) {
  for (const v1::Condition& part : condition.all()) Meet(part, order, least, most);
  if (!condition.any().empty()) Meet(condition.any(0), order, least, most);
  if (!condition.stores().empty()) order->set_store(condition.stores(0));
  if (!condition.channels().empty()) order->set_channel(condition.channels(0));
  if (condition.has_total()) {
    *least = std::max(*least, condition.total().least_minor_units());
    if (condition.total().has_most_minor_units()) {
      *most = std::min(*most, condition.total().most_minor_units());
    }
  }
  if (condition.has_lines()) {
    const v1::LinesCondition& lines = condition.lines();
    v1::OrderLine& line = AddLine(lines.filter(), order);
    line.set_quantity_thousandths(std::max(kUnit, lines.least_quantity_thousandths()));
    line.set_amount_minor_units(lines.least_amount_minor_units());
  }
}

}  // namespace

v1::RecordOrderRequest ExampleOrder(const v1::Campaign& campaign,
                                    const std::string& currency_code) {
  int64_t hundred = 100;
  for (int i = money::CurrencyExponent(currency_code).value_or(2); i > 0; --i) hundred *= 10;
  v1::RecordOrderRequest order;
  order.set_currency_code(currency_code);
  int64_t least = std::max(hundred, campaign.points_per_amount().step_minor_units());
  int64_t most = std::numeric_limits<int64_t>::max();
  v1::RecordOrderRequest asked;
  Meet(campaign.condition(), &asked, &least, &most);
  order.set_store(asked.store());
  order.set_channel(asked.channel());
  v1::OrderLine& line = AddLine(campaign.lines(), &order);
  if (campaign.has_punch_card()) {
    line.set_quantity_thousandths(campaign.punch_card().units() * kUnit);
  }
  int64_t others = 0;
  for (const v1::OrderLine& other : asked.lines()) {
    others += other.amount_minor_units();
    *order.add_lines() = other;
  }
  line.set_amount_minor_units(std::max<int64_t>(std::min(least, most) - others, 0));
  return order;
}

}  // namespace laurel::members
