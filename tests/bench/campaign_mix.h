// The campaigns that benchmarks evaluate orders against.
#pragma once

#include <vector>

#include "laurel/members/v1/campaign.pb.h"
#include "laurel/members/v1/order.pb.h"

namespace laurel::bench {

// Which stores a campaign asks for.
enum class Stores {
  kSome,  // ten of a hundred, others from one ten of campaigns to the next
  kAll    // all hundred: every order's is among them
};

// So many campaigns, ten by ten: two by amount, two by product, two by label, two multipliers, one
// by bands of spending, one punch card; each with three conditions (store, channel, and total or
// time). The first ten fit every order of FillOrder, by store `store-0`.
std::vector<members::v1::Campaign> CampaignMix(int count, Stores stores);

// Three lines of categories `category-0` to `category-2`, with a color each, by the channel web.
void FillOrder(uint64_t random, const std::string& store, members::v1::RecordOrderRequest* order);

}  // namespace laurel::bench
