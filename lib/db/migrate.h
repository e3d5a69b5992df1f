// Brings a schema up to date, as its owner.
#pragma once

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "lib/db/sql.h"

namespace laurel::db {

// Applies those of `migrations` that schema_migrations does not list, in order, each in its own
// transaction under one lock, so that programs that start together do not race. `{app}` in a text
// stands for `app_role`. A migration applied before whose text has changed stops it:
// FAILED_PRECONDITION. `applied` gets the names of what was done.
absl::Status Migrate(const std::string& owner_dsn, const std::string& app_role,
                     const std::vector<SqlText>& migrations, std::vector<std::string>* applied);

}  // namespace laurel::db
