// Puts together the statements of a service and of the parts of lib that its schema carries.
#pragma once

#include <vector>

#include "lib/db/sql.h"

namespace laurel::db {

inline std::vector<SqlText> Concat(const std::vector<const std::vector<SqlText>*>& parts) {
  std::vector<SqlText> all;
  for (const auto* part : parts) all.insert(all.end(), part->begin(), part->end());
  return all;
}

}  // namespace laurel::db
