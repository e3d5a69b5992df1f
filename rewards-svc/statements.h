// Every statement and migration of the schema `rewards`, lib's own first.
#pragma once

#include <vector>

#include "lib/db/sql.h"

namespace laurel::rewards {

std::vector<db::SqlText> Statements();
std::vector<db::SqlText> Migrations();

}  // namespace laurel::rewards
