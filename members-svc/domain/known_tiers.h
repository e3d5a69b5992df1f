// The tiers of a programme, for those who name them.
#pragma once

#include <string>

#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"

namespace laurel::members {

// Code of the tier set → codes of its tiers, of any version.
using KnownTiers = absl::flat_hash_map<std::string, absl::flat_hash_set<std::string>>;

}  // namespace laurel::members
