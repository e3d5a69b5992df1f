// What campaigns ask of the member whose order it is, or to whom something happens. Beside the
// order, these are all inputs of the engine that are not counters of its campaigns.
#pragma once

#include <cstdint>
#include <string>

#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"
#include "lib/base/uuid.h"

namespace laurel::members {

struct MemberFacts {
  // The member's orders that were recorded before and have not been returned whole since, of all
  // and of those at the order's store. Those at the store are not asked for without a store.
  int64_t orders_before = 0;
  int64_t orders_at_store_before = 0;
  // The order is the first of a visit to its store (visits.h), as far as orders were recorded
  // before it. Known where a campaign gives points for visits; elsewhere nobody asks.
  bool begins_visit = true;
  // Code of the tier set → code of the tier, of every set of the programme where a rule asks for
  // tiers.
  absl::flat_hash_map<std::string, std::string> tiers = {};
  absl::flat_hash_set<base::Uuid> segments = {};
  // By name; an empty value is a tag.
  absl::flat_hash_map<std::string, std::string> attributes = {};
};

}  // namespace laurel::members
