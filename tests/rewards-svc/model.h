// What must hold of rewards-svc and members-svc together once every saga has ended, whatever
// happened on the way.
#pragma once

#include <map>
#include <string>

#include "tests/rewards-svc/world.h"

namespace laurel::rewards {

struct Ledger {
  // Stock put in and taken out by AdjustStock, the first stock included, by reward.
  std::map<std::string, int64_t> stock_given;
  // Points given to members.
  std::map<std::string, int64_t> points_given;
  // The redemption that a request id was answered with.
  std::map<std::string, std::string> answered;
};

// Fails the test for everything that does not hold.
void CheckWhole(World& world, const Ledger& ledger);

}  // namespace laurel::rewards
