// Every statement and migration of the schema `members`, lib's own first.
#pragma once

#include <vector>

#include "lib/db/sql.h"

namespace laurel::members {

std::vector<db::SqlText> Statements();
std::vector<db::SqlText> Migrations();

}  // namespace laurel::members
