// Making API keys.
#pragma once

#include <string>

#include "lib/base/uuid.h"

namespace laurel::members::handlers {

// A key on its way to its owner; only its hash is stored.
struct FreshKey {
  base::Uuid id;
  std::string text;  // "lk_" and 256 random bits in base64url
  std::string hash;  // SHA-256
};
FreshKey MakeApiKey(base::IdSource& ids, absl::Time now);

}  // namespace laurel::members::handlers
