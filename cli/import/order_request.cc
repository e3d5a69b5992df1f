#include "cli/import/order_request.h"

#include "absl/strings/str_cat.h"
#include "cli/import/target_program.h"
#include "lib/base/strings.h"
#include "lib/base/timestamps.h"
#include "lib/base/uuid.h"

namespace laurel::import {

std::string RequestId(std::string_view run_id, std::string_view kind, std::string_view id) {
  return base::ToString(base::HashedUuid(
      absl::StrCat(base::ToAbsl(run_id), "\n", base::ToAbsl(kind), "\n", base::ToAbsl(id))));
}

void FillOrderRequest(const Purchases& purchases, const Basket& basket, std::string_view run_id,
                      members::v1::RecordOrderRequest* request) {
  request->set_request_id(RequestId(run_id, "order", basket.id));
  request->set_member_external_id(std::string(purchases.households[basket.household]));
  request->set_external_id(std::string(basket.id));
  request->set_store(std::string(basket.store));
  request->set_currency_code(kCurrency);
  request->set_historical(true);
  base::SetTimestamp(basket.time, request->mutable_occur_time());
  for (const Line& line : basket.lines) {
    members::v1::OrderLine* out = request->add_lines();
    out->set_sku(std::string(line.sku));
    out->set_quantity_thousandths(line.quantity_thousandths);
    out->set_amount_minor_units(line.amount_minor_units);
    out->set_discount_minor_units(line.discount_minor_units);
    if (line.product == nullptr) continue;
    out->set_category(line.product->category);
    out->set_brand(line.product->brand);
    auto& labels = *out->mutable_labels();
    if (!line.product->department.empty()) labels["department"] = line.product->department;
    if (!line.product->type.empty()) labels["type"] = line.product->type;
  }
}

}  // namespace laurel::import
