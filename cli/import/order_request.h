// A basket as the request that records it.
#pragma once

#include <string>
#include <string_view>

#include "cli/import/purchases.h"
#include "laurel/members/v1/order.pb.h"

namespace laurel::import {

// A request id of a run's own for something: 36 characters, the same for the same two.
std::string RequestId(std::string_view run_id, std::string_view kind, std::string_view id);

void FillOrderRequest(const Purchases& purchases, const Basket& basket, std::string_view run_id,
                      members::v1::RecordOrderRequest* request);

}  // namespace laurel::import
