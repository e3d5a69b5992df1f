// Every statement and migration of the schema `referrals`, lib's own first.
#pragma once

#include <vector>

#include "lib/db/sql.h"

namespace laurel::referrals {

std::vector<db::SqlText> Statements();
std::vector<db::SqlText> Migrations();

}  // namespace laurel::referrals
