// Every statement and migration of the schema `gamification`, lib's own first.
#pragma once

#include <vector>

#include "lib/db/sql.h"

namespace laurel::gamification {

std::vector<db::SqlText> Statements();
std::vector<db::SqlText> Migrations();

}  // namespace laurel::gamification
